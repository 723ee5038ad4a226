"""Attachments that facts name: an object each, in the tier of their trace."""

from __future__ import annotations

from collections.abc import Iterable

from shared.runs.fact import ATTACHMENT_PREFIX, Fact, Fields
from shared.store import keys


def attachments_of(facts: Iterable[Fact]) -> set[str]:
    """The keys of the objects that these facts name."""
    return {said[2] for fact in facts for name, said in fact.fields.items() if name.startswith(ATTACHMENT_PREFIX)}


def with_attachments_in(fact: Fact, tier: str) -> Fact:
    """The fact, naming the copies of its attachments in this tier; the fact itself where it has none elsewhere."""
    moved: Fields = {
        name: [*said[:2], keys.in_tier(said[2], tier)]
        for name, said in fact.fields.items()
        if name.startswith(ATTACHMENT_PREFIX) and keys.tier_of(said[2]) != tier
    }
    return Fact(fact.run_id, fact.is_patch, {**fact.fields, **moved}) if moved else fact
