"""A run out of its facts.

Per field: what a patch says beats what a post says, whichever came first; among facts of one kind the
later receipt wins. Nothing said (absent) never erases. A post's empty `{}` and `[]` are placeholders:
`receive` does not take them up as said at all.

Law: the result does not depend on the order, the repetition or the batching of the facts.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.runs.fact import Fact, Fields

Order = tuple[bool, str]


def merge(facts: Iterable[tuple[str, Fact]]) -> Fields:
    """The fields of one run out of (receipt, fact) pairs.

    Two facts of one kind in one request are told apart by a receipt with the part behind it.
    """
    merged: Fields = {}
    for _, fact in sorted(facts, key=_order):
        merged.update(fact.fields)
    return merged


def _order(stamped: tuple[str, Fact]) -> Order:
    receipt, fact = stamped
    return fact.is_patch, receipt


def collapse(facts: Iterable[Fact]) -> list[Fact]:
    """The facts of one request with those of the same run and kind joined, the later winning."""
    joined: dict[tuple[str, bool], Fact] = {}
    for fact in facts:
        known = joined.get((fact.run_id, fact.is_patch))
        if known is None:
            joined[fact.run_id, fact.is_patch] = fact
        else:
            known.fields.update(fact.fields)
    return list(joined.values())
