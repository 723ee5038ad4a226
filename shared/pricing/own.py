"""An owner's own prices of models, over time."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from shared.base.errors import Malformed
from shared.pricing.patterns import checked_pattern
from shared.pricing.prices import Price, Tariff

MATCH_PATH = ("model", "model_name", "model_id", "model_path", "endpoint_name")
"""Where a client may write the model's name; `Run.model` is the first that is there."""
MAX_NAME_CHARS = 200
MAX_KINDS = 50
MAX_VERSIONS = 100
_MOST_DOLLARS = Decimal(1_000)


class Version(msgspec.Struct, frozen=True):
    """What a model costs from a time on."""

    start_us: int
    tariff: Tariff


@dataclass(frozen=True)
class OwnPrice:
    """A row of the price table that its owner wrote. `versions` is JSON of a list of `Version`, the newest first.

    Law: a change counts for runs that start after it, unless it says from when; earlier runs keep their price.
    """

    id: str
    name: str
    match_pattern: str
    match_path: str
    provider: str | None
    created_us: int
    versions: str

    @property
    def now(self) -> Version:
        """The newest."""
        return self._versions()[0]

    @property
    def paths(self) -> list[str]:
        """The places of the model's name, as they were written."""
        return self.match_path.split(" ")

    @property
    def prices(self) -> list[Price]:
        """What it says, as the price table takes it."""
        return [Price(self.match_pattern, self.provider, one.start_us, one.tariff) for one in self._versions()]

    def changed(self, said: OwnPrice) -> OwnPrice:
        """The row as `said` has it, with the versions of before for the time before."""
        new = said.now
        kept = [one for one in self._versions() if one.start_us < new.start_us]
        versions = _text([new, *kept][:MAX_VERSIONS])
        return dataclasses.replace(said, id=self.id, created_us=self.created_us, versions=versions)

    def _versions(self) -> list[Version]:
        return msgspec.json.decode(self.versions, type=list[Version])


@dataclass(frozen=True)
class Asked:
    """What someone asks a row to say; costs are dollars per token."""

    name: str
    match_pattern: str
    prompt_cost: Decimal
    completion_cost: Decimal
    prompt_cost_details: Mapping[str, Decimal]
    completion_cost_details: Mapping[str, Decimal]
    match_path: Sequence[str] = MATCH_PATH
    provider: str | None = None
    start_us: int | None = None


def own_price(row_id: str, asked: Asked, now_us: int) -> OwnPrice:
    """The row. Raises: Malformed, which names the field."""
    unknown = [one for one in asked.match_path if one not in MATCH_PATH]
    if unknown:
        raise Malformed(f"match_path: {unknown[0][:80]!r} is none of {', '.join(MATCH_PATH)}")
    tariff = Tariff(
        _dollars(asked.prompt_cost, "prompt_cost"),
        _dollars(asked.completion_cost, "completion_cost"),
        _by_kind(asked.prompt_cost_details, "prompt_cost_details"),
        _by_kind(asked.completion_cost_details, "completion_cost_details"),
    )
    return OwnPrice(
        id=row_id,
        name=_worded(asked.name, "name"),
        match_pattern=checked_pattern(asked.match_pattern),
        match_path=" ".join(asked.match_path),
        provider=_worded(asked.provider, "provider") if asked.provider else None,
        created_us=now_us,
        versions=_text([Version(now_us if asked.start_us is None else asked.start_us, tariff)]),
    )


def _worded(text: str, field: str) -> str:
    if not 0 < len(text.strip()) <= MAX_NAME_CHARS:
        raise Malformed(f"{field} has {len(text)} characters; from 1 to {MAX_NAME_CHARS} are taken")
    return text.strip()


def _by_kind(costs: Mapping[str, Decimal], field: str) -> dict[str, Decimal]:
    if len(costs) > MAX_KINDS:
        raise Malformed(f"{field} has {len(costs)} kinds of tokens; at most {MAX_KINDS} are taken")
    return {_worded(kind, field): _dollars(cost, f"{field}.{kind[:40]}") for kind, cost in costs.items()}


def _dollars(cost: Decimal, field: str) -> Decimal:
    if not cost.is_finite() or not 0 <= cost <= _MOST_DOLLARS:
        raise Malformed(
            f"{field}: {str(cost)[:40]} is no price of a token; from 0 to {_MOST_DOLLARS} dollars are taken"
        )
    return cost


def _text(versions: Any) -> str:  # noqa: ANN401 any JSON
    return msgspec.json.encode(versions).decode()
