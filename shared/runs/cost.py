"""Money: what a run cost, exact to a trillionth of a dollar."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation

import msgspec

Costs = dict[str, Decimal]

_STEP = Decimal("1e-12")
_MOST = Decimal(10) ** 9
_LONGEST_TEXT = 40
"""With at most 10^9 dollars a run, twelve places and 25,000 runs a trace, every sum fits the 28 digits
that `decimal` computes exactly: so sums do not depend on their order."""


class Cost(msgspec.Struct, frozen=True):
    """What a run cost in dollars; None where it is not known, which is not the same as zero.

    Law: where all three are known from prices, `total` is `prompt` + `completion`.
    """

    prompt: Decimal | None = None
    completion: Decimal | None = None
    total: Decimal | None = None
    prompt_details: Costs = {}
    completion_details: Costs = {}


def dollars(said: object) -> Decimal | None:
    """The amount that a client sent as number or decimal text; None when it is no amount.

    Negative, infinite and absurd (over 10^9) amounts are none. Digits behind the twelfth place are rounded.
    """
    amount = _decimal(said)
    if amount is None or not amount.is_finite() or not 0 <= amount <= _MOST:
        return None
    return amount.quantize(_STEP).normalize() + 0


def _decimal(said: object) -> Decimal | None:
    if type(said) is float:
        return Decimal(repr(said)) if math.isfinite(said) else None
    if type(said) is int:
        return Decimal(said) if 0 <= said <= _MOST else None
    if type(said) is str and len(said) <= _LONGEST_TEXT:
        try:
            return Decimal(said)
        except InvalidOperation:
            return None
    return None
