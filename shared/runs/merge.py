"""Runs out of facts.

Per field: what a patch says beats what a post says, whichever came first; among facts of one kind the
later receipt wins. Nothing said (absent) never erases. A post's empty `{}` and `[]` are placeholders:
`receive` does not take them up as said at all.

Law: the result does not depend on the order, the repetition or the batching of the facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shared.runs.fact import PAYLOAD_FIELDS, Fact, Fields


class Told(NamedTuple):
    """The facts of one group: when (receipt and part, as text that sorts), of which project, and from where.

    `source` is whatever the reader needs to find the group's payload again.
    """

    order: str
    project: str
    facts: list[Fact]
    source: object = None


def merge(told: Iterable[Told]) -> dict[str, Fields]:
    """The merged fields of each run, by its id.

    Besides the fields of its facts a run gets `project`; its payload fields get their group's source as
    fourth element. The facts are taken over, not copied.
    """
    posts: dict[str, Fields] = {}
    patches: dict[str, Fields] = {}
    for group in sorted(told, key=lambda group: group.order):
        for fact in group.facts:
            _stamp(fact.fields, group)
            kind = patches if fact.is_patch else posts
            known = kind.setdefault(fact.run_id, fact.fields)
            if known is not fact.fields:
                known.update(fact.fields)
    for run_id, fields in patches.items():
        known = posts.setdefault(run_id, fields)
        if known is not fields:
            known.update(fields)
    return posts


def _stamp(fields: Fields, group: Told) -> None:
    fields["project"] = group.project
    for name in PAYLOAD_FIELDS:
        if name in fields:
            fields[name].append(group.source)


def collapse(facts: Iterable[Fact]) -> list[Fact]:
    """The facts of one request with those of the same run and kind joined, the later winning. None is changed."""
    joined: dict[tuple[str, bool], Fact] = {}
    for fact in facts:
        key = fact.run_id, fact.is_patch
        known = joined.get(key)
        joined[key] = fact if known is None else Fact(*key, known.fields | fact.fields)
    return list(joined.values())
