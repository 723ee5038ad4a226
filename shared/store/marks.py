"""What lies under a trace of what people made of its runs: items of annotation queues, examples of datasets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shared.queues.item import QueueItem
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import Item

KINDS = (keys.QUEUED, keys.COPIED)
"""How their sort keys begin."""
_RUN, _AT = "r", "a"


class Made(NamedTuple):
    """What was made of one run: when it was last queued, and whether it is an example of a dataset."""

    queued_us: int | None = None
    is_example: bool = False


NOTHING_MADE = Made()


def queued_mark(workspace: str, item: QueueItem, ends_us: int) -> Item:
    """The mark of an item, under the trace of its run."""
    pk, sk = keys.trace(workspace, item.trace_id), keys.queued(item.queue, item.id)
    return Item(pk, sk, {_RUN: item.run_id, _AT: item.added_us}, deletable_epoch_s(ends_us))


def copied_mark(workspace: str, trace_id: str, run_id: str | None, example_id: str, ends_us: int) -> Item:
    """The mark of an example, under the trace that it was copied from."""
    return Item(keys.trace(workspace, trace_id), keys.copied(example_id), {_RUN: run_id}, deletable_epoch_s(ends_us))


def made_of(marks: Iterable[Item]) -> dict[str, Made]:
    """What was made of each run that these marks are about."""
    found: dict[str, Made] = {}
    for mark in marks:
        run_id = str(mark.attributes.get(_RUN))
        known = found.get(run_id, Made())
        if mark.sk.startswith(keys.COPIED):
            found[run_id] = known._replace(is_example=True)
        else:
            found[run_id] = known._replace(queued_us=max(known.queued_us or 0, int(mark.attributes.get(_AT) or 0)))
    return found
