"""An item of an annotation queue: named by its queue and run, in one section at a time."""

from __future__ import annotations

import dataclasses

from shared.queues.item import RunRef, item_id, item_of

QUEUE = "5f0f2a10-0000-4000-8000-00000000aaaa"
RUN = RunRef("5f0f2a10-0000-4000-8000-00000000bbbb", "5f0f2a10-0000-4000-8000-00000000cccc", "p", 5)


def test_the_id_follows_from_queue_and_run() -> None:
    """The same run has the same item again, and another one in another queue."""
    assert item_id(QUEUE, RUN.run_id) == item_id(QUEUE, RUN.run_id)
    assert len({item_id(QUEUE, RUN.run_id), item_id(QUEUE, RUN.trace_id), item_id(RUN.run_id, RUN.run_id)}) == 3


def test_an_item_needs_review_until_it_is_completed() -> None:
    """It is in one of the two sections that mean anything here, and in no third."""
    waiting = item_of(QUEUE, RUN, "me", 7)
    done = dataclasses.replace(waiting, completed_us=9)
    assert (waiting.is_in("needs_my_review"), waiting.is_in("completed")) == (True, False)
    assert (done.is_in("needs_my_review"), done.is_in("completed")) == (False, True)
    assert not waiting.is_in("needs_others_review")
    assert not done.is_in("needs_others_review")
    assert waiting.is_in(None)
    assert done.is_in(None)
