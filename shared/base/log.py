"""The log: one JSON line an entry, from Powertools, so that CloudWatch Logs Insights can ask for its fields."""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(service="tracekeep")
