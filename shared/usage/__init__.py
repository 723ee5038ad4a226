"""What was used and what it costs: months, plans and their rates, invoices, forecasts. Pure."""
