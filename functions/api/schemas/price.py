"""Rows of the price table: bodies that come in, objects that go out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from functions.api.schemas.asked import Asked, Moment
from functions.api.schemas.moments import asked_us, naive
from shared.pricing.own import MATCH_PATH, OwnPrice
from shared.pricing.own import Asked as AskedPrice
from shared.pricing.prices import Price, Tariff
from shared.wire.money import amount, amounts

_ROWS = uuid.UUID("0d5f3c64-6d0b-4e0f-9d5c-6f3c0e6f2b11")
"""A name space of our own, so that a row of the table has the same id wherever it is served."""
Cost = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
"""Dollars per token, as a number or as text."""


class PriceBody(Asked):
    """What a row is to say; costs are dollars per token."""

    name: str
    match_pattern: str
    prompt_cost: Cost
    completion_cost: Cost
    prompt_cost_details: dict[str, Cost] | None = None
    completion_cost_details: dict[str, Cost] | None = None
    match_path: list[str] | None = None
    provider: str | None = None
    start_time: Moment | None = None

    def asked(self) -> AskedPrice:
        """The same, read. Raises: Malformed."""
        return AskedPrice(
            name=self.name,
            match_pattern=self.match_pattern,
            prompt_cost=self.prompt_cost,
            completion_cost=self.completion_cost,
            prompt_cost_details=self.prompt_cost_details or {},
            completion_cost_details=self.completion_cost_details or {},
            match_path=self.match_path or MATCH_PATH,
            provider=self.provider,
            start_us=asked_us(self.start_time, "start_time"),
        )


def shipped_row(price: Price) -> dict[str, Any]:
    """A row that we ship."""
    row_id = str(uuid.uuid5(_ROWS, f"{price.provider}|{price.match}|{price.start_us}"))
    named = {"id": row_id, "name": price.match, "match_pattern": price.match, "provider": price.provider}
    return _row(named, MATCH_PATH, price.start_us, price.tariff) | {"is_own": False}


def own_row(row: OwnPrice) -> dict[str, Any]:
    """A row that its owner wrote, with what it says now."""
    named = {"id": row.id, "name": row.name, "match_pattern": row.match_pattern, "provider": row.provider}
    return _row(named, row.paths, row.now.start_us, row.now.tariff) | {"is_own": True}


def _row(named: Mapping[str, Any], paths: list[str] | tuple[str, ...], start_us: int, tariff: Tariff) -> dict[str, Any]:
    return {
        **named,
        "match_path": list(paths),
        "start_time": naive(start_us) if start_us else None,
        "prompt_cost": amount(tariff.input),
        "completion_cost": amount(tariff.output),
        "prompt_cost_details": amounts(tariff.input_details),
        "completion_cost_details": amounts(tariff.output_details),
    }
