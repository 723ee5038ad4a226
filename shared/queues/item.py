"""A run in an annotation queue: its ids, when it was added, and whether it was reviewed. Never a word of the run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal, NamedTuple

Section = Literal["needs_my_review", "needs_others_review", "completed"]
"""Which items are asked for. Whoever completes an item completes it for all, so no item needs others' review alone."""


class RunRef(NamedTuple):
    """A run that is to be queued, and where it is found."""

    run_id: str
    trace_id: str
    project: str
    start_us: int
    proposed_example: str | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One run in one queue.

    `order_us` is where it stands among the others: when it was added, or put back to the end. Until it is completed
    it needs review. Times are microseconds.
    """

    id: str
    queue: str
    run_id: str
    trace_id: str
    project: str
    start_us: int
    added_us: int
    order_us: int
    added_by: str = ""
    proposed_example: str | None = None
    reviewed_us: int | None = None
    completed_us: int | None = None
    completed_by: str | None = None

    @property
    def needs_review(self) -> bool:
        """Whether nobody has completed it."""
        return self.completed_us is None

    def is_in(self, section: Section | None) -> bool:
        """Whether it belongs to this section; every item belongs to None."""
        if section is None:
            return True
        return section != "needs_others_review" and self.needs_review == (section == "needs_my_review")


def item_id(queue_id: str, run_id: str) -> str:
    """The id of a run's item in a queue: the same however often it is added."""
    return str(uuid.uuid5(uuid.UUID(queue_id), run_id))


def item_of(queue_id: str, ref: RunRef, by: str, at_us: int, nth: int = 0) -> QueueItem:
    """The item that adding this run makes, as the `nth` of those that are added together: they keep their order."""
    return QueueItem(
        item_id(queue_id, ref.run_id),
        queue_id,
        ref.run_id,
        ref.trace_id,
        ref.project,
        ref.start_us,
        added_us=at_us,
        order_us=at_us + nth,
        added_by=by,
        proposed_example=ref.proposed_example,
    )
