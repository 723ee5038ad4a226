"""The price table that costs are reckoned from: the rows that we ship, and an owner's own before them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.price import PriceBody, own_row, shipped_row
from shared.base.ids import new_uuid
from shared.pricing.own import own_price

routes = APIRouter(prefix="/model-price-map")


@routes.get("")
async def list_prices(caller: CallerIn) -> Response:
    """Dollars per token by model, an owner's own rows first; a run has the first that matches its model."""
    prices = caller.room.ask.prices
    own = [own_row(row) for row in prices.own.all(caller.workspace)]
    return json_v1(own + [shipped_row(price) for price in prices.of(caller.workspace).shipped])


@routes.post("")
async def create_price(caller: CallerIn, asked: PriceBody) -> Response:
    """A row of one's own, for runs that start from now on, or from its start time."""
    row = own_price(new_uuid(), asked.asked(), caller.now_us)
    caller.room.ask.prices.own.add(caller.workspace, row)
    caller.room.ask.prices.forget(caller.workspace)
    return json_v1(own_row(row))


@routes.put("/{price_id}")
async def change_price(caller: CallerIn, price_id: str, asked: PriceBody) -> Response:
    """Another price from now on, or from its start time; runs that started before keep theirs."""
    prices = caller.room.ask.prices
    known = prices.own.get(caller.workspace, uuid_of(price_id, "price_id"))
    row = known.changed(own_price(known.id, asked.asked(), caller.now_us))
    prices.own.write(caller.workspace, row)
    prices.forget(caller.workspace)
    return json_v1(own_row(row))


@routes.delete("/{price_id}")
async def delete_price(caller: CallerIn, price_id: str) -> Response:
    """Let a row of one's own not be; what we ship counts again."""
    prices = caller.room.ask.prices
    row = prices.own.get(caller.workspace, uuid_of(price_id, "price_id"))
    prices.own.delete(caller.workspace, row.id)
    prices.forget(caller.workspace)
    return Response(status_code=204)
