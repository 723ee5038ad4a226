"""Which price a model had when a run started, and what the run's tokens cost at it.

Units: a row in `prices.json` is in dollars per million tokens; a `Price` is in dollars per token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol, Self

import msgspec

from shared.base.units import US_PER_S
from shared.pricing.names import hosts_of, names_of

_FILE = Path(__file__).with_name("prices.json")
_MILLIONTH = -6
_MAX_REMEMBERED = 4_096

_SYMBOLS = re.compile(r"[^A-Za-z0-9-]")

Rates = dict[str, Decimal]


class Tariff(msgspec.Struct, frozen=True):
    """Dollars per token: of an input and an output token, and of the kinds that have a price of their own."""

    input: Decimal
    output: Decimal
    input_details: Rates = {}
    output_details: Rates = {}


class Price(msgspec.Struct, frozen=True):
    """What a model costs from `start_us` on; over `long_over_tokens` of input the whole request is `long`."""

    match: str
    provider: str | None
    start_us: int
    tariff: Tariff
    long_over_tokens: int | None = None
    long: Tariff | None = None

    def tariff_for(self, input_tokens: int) -> Tariff:
        """The tariff of a request of this size."""
        if self.long is None or self.long_over_tokens is None or input_tokens <= self.long_over_tokens:
            return self.tariff
        return self.long


Row = tuple[re.Pattern[str], Price]


class PriceTable:
    """Prices by model name. An owner's own rows win over ours, the more exact name over the less exact.

    Law: an unknown model has no price, which is not a price of zero.
    """

    def __init__(self, prices: Iterable[Price], own: Iterable[Price] = (), elsewhere: Iterable[str] = ()) -> None:
        self._prices = [(re.compile(price.match), price) for price in prices]
        self._own = [(re.compile(price.match, re.IGNORECASE), price) for price in own]
        self._elsewhere = frozenset(elsewhere)
        self._remembered: dict[tuple[str, str], list[Price]] = {}

    @classmethod
    def load(cls, own: Iterable[Price] = ()) -> Self:
        """The table that we ship, with an owner's rows (see `price_from`) before it."""
        file = msgspec.json.decode(_FILE.read_bytes())
        return cls(map(price_from, file["rows"]), own, file["hosts_with_own_prices"])

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], own: Iterable[Mapping[str, Any]] = ()) -> Self:
        """A table of these rows only. Raises: ValueError, which names the row."""
        return cls(map(price_from, rows), map(price_from, own))

    def with_own(self, own: Iterable[Price]) -> PriceTable:
        """The same table with an owner's rows before it."""
        table = PriceTable((), own, self._elsewhere)
        table._prices = self._prices
        return table

    def of(self, _workspace: str) -> PriceTable:
        """Itself: a table has the same prices for everyone (see `Prices`)."""
        return self

    @property
    def shipped(self) -> list[Price]:
        """The prices that are no owner's."""
        return [price for _, price in self._prices]

    @property
    def prices(self) -> list[Price]:
        """All prices: an owner's own first."""
        return [price for _, price in (*self._own, *self._prices)]

    def price_for(self, model: str | None, provider: str | None, start_us: int) -> Price | None:
        """The price at the start of a run; None when the model is not in the table."""
        if not model:
            return None
        key = (model, (provider or "").lower())
        known = self._remembered.get(key)
        if known is None:
            known = self._look_up(*key)
            if len(self._remembered) >= _MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = known
        return next((price for price in known if price.start_us <= start_us), None)

    def _look_up(self, model: str, provider: str) -> list[Price]:
        """All prices of a model over time, in the order in which they are tried."""
        names = names_of(model)
        own = [row for row in self._own if (row[1].provider or provider).lower() == provider]
        is_elsewhere = not self._elsewhere.isdisjoint((provider, *hosts_of(model)))
        return _matching(own, [model.lower(), *names]) or _matching([] if is_elsewhere else self._prices, names)


class Prices(Protocol):
    """The price table of each workspace."""

    def of(self, workspace: str) -> PriceTable:
        """The table."""
        ...


def _matching(rows: list[Row], names: list[str]) -> list[Price]:
    """Prices under the first of these names that has any, the more exact and then the newer first."""
    for name in names:
        found = [price for pattern, price in rows if pattern.fullmatch(name)]
        if found:
            return sorted(found, key=_rank, reverse=True)
    return []


def _rank(price: Price) -> tuple[bool, int, int]:
    return price.provider is not None, len(_SYMBOLS.sub("", price.match)), price.start_us


def price_from(row: Mapping[str, Any]) -> Price:
    """A price out of a row like those of `prices.json`. Raises: ValueError, which names the row."""
    try:
        long = row.get("long")
        re.compile(row["match"])
        return Price(
            match=row["match"],
            provider=row.get("provider"),
            start_us=_start_us(row.get("from")),
            tariff=_tariff(row),
            long_over_tokens=long["over_tokens"] if long else None,
            long=_tariff(long) if long else None,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation, re.error) as error:
        raise ValueError(f"price row {row!r:.200} is not valid: {error!r}") from error


def _tariff(row: Mapping[str, Any]) -> Tariff:
    return Tariff(
        input=_per_token(row["input"]),
        output=_per_token(row["output"]),
        input_details=_rates(row.get("input_details", {})),
        output_details=_rates(row.get("output_details", {})),
    )


def _rates(row: Mapping[str, str]) -> Rates:
    return {kind: _per_token(said) for kind, said in row.items()}


def _per_token(said: str) -> Decimal:
    amount = Decimal(said)
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{said!r} is no price")
    return amount.scaleb(_MILLIONTH)


def _start_us(said: str | None) -> int:
    if said is None:
        return 0
    moment = datetime.fromisoformat(said)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()) * US_PER_S
