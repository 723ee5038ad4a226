"""The price table that costs are reckoned from."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.schemas.moments import naive
from functions.api.schemas.money import amount, amounts
from shared.pricing.prices import Price

_ROWS = uuid.UUID("0d5f3c64-6d0b-4e0f-9d5c-6f3c0e6f2b11")
"""A name space of our own, so that a row of the table has the same id wherever it is served."""

routes = APIRouter()


@routes.get("/model-price-map")
async def list_prices(caller: CallerIn) -> Response:
    """Dollars per token by model, the first row that matches a run's model counting."""
    return json_v1([_row(price) for price in caller.room.prices.prices])


def _row(price: Price) -> dict[str, Any]:
    tariff = price.tariff
    return {
        "id": str(uuid.uuid5(_ROWS, f"{price.provider}|{price.match}|{price.start_us}")),
        "name": price.match,
        "provider": price.provider,
        "match_pattern": price.match,
        "start_time": naive(price.start_us) if price.start_us else None,
        "prompt_cost": amount(tariff.input),
        "completion_cost": amount(tariff.output),
        "prompt_cost_details": amounts(tariff.input_details),
        "completion_cost_details": amounts(tariff.output_details),
    }
