"""What a run's tokens cost."""

from __future__ import annotations

from decimal import Decimal

from shared.pricing.prices import Price, Rates
from shared.runs.cost import Cost, Costs
from shared.runs.token_counts import Usage

_ZERO = Decimal(0)
_CACHE_CREATION = "cache_creation"
_CACHE_WRITES = ("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
_TIERS = ("priority_", "flex_")
_OVER = "_over_200k"


def cost_of(usage: Usage | None, price: Price | None) -> Cost | None:
    """The cost of this usage; None when neither the client nor the table knows it.

    What the client says wins. Else each kind of token that has its own price is charged at it, and the
    rest at the base price. Laws: no token is charged twice, more of a total never costs less, and the
    total is prompt + completion unless the client gave another.
    """
    if not usage:
        return None
    prompt, prompt_details = _said(usage.get("input_cost"), usage.get("input_cost_details"))
    completion, completion_details = _said(usage.get("output_cost"), usage.get("output_cost_details"))
    total, _ = _said(usage.get("total_cost"), None)
    if price is not None and total is None and "input" in usage:
        tariff = price.tariff_for(usage["input"])
        if prompt is None:
            details = usage.get("input_details", {})
            prompt, prompt_details = _charge(usage["input"], details, tariff.input, tariff.input_details)
        if completion is None:
            details = usage.get("output_details", {})
            completion, completion_details = _charge(usage["output"], details, tariff.output, tariff.output_details)
    if total is None and (prompt is not None or completion is not None):
        total = (prompt or _ZERO) + (completion or _ZERO)
    return None if total is None else Cost(prompt, completion, total, prompt_details, completion_details)


def _said(amount: str | None, parts: dict[str, str] | None) -> tuple[Decimal | None, Costs]:
    """What the client says, as decimals."""
    details = {kind: Decimal(part) for kind, part in parts.items()} if parts else {}
    return None if amount is None else Decimal(amount), details


def _charge(tokens: int, details: dict[str, int], base: Decimal, rates: Rates) -> tuple[Decimal, Costs]:
    """The cost of one side, and the costs of its kinds that have a price of their own."""
    if not rates or not details:
        return tokens * base, {}
    left = tokens
    charged: Costs = {}
    for kind, rate, count in _priced(details, rates):
        taken = min(count, left)
        left -= taken
        if taken:
            charged[kind] = taken * rate
    return sum(charged.values(), left * base), charged


def _priced(details: dict[str, int], rates: Rates) -> list[tuple[str, Decimal, int]]:
    """(kind, rate, tokens) of the kinds that have a rate, in an order that does not depend on the client.

    Where a client says both the sum of its cache writes and how long each is kept, the sum is what is left.
    """
    kinds = sorted((kind, rates[rated]) for kind in details if (rated := _rated(kind, rates)))
    writes = sum(details.get(kind, 0) for kind in _CACHE_WRITES) if _CACHE_CREATION in details else 0
    return [
        (kind, rate, max(0, details[kind] - writes) if kind == _CACHE_CREATION else details[kind])
        for kind, rate in kinds
    ]


def _rated(kind: str, rates: Rates) -> str | None:
    """The kind under whose rate this one falls: LangSmith's wrappers write tiers and sizes into the name."""
    if kind in rates:
        return kind
    plain = kind.removesuffix(_OVER)
    for tier in _TIERS:
        plain = plain.removeprefix(tier)
    return plain if plain in rates else None
