"""The judge of deletions in `deploy_check`: what is left, and what is lost, is named."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from infra.check_removal import check_bytes, check_receipt, frames_in, places_of, to_delete
from infra.check_steps import CheckFailed
from infra.check_traffic import Sent
from shared.runs.codec import compress


def _root(number: int, attachment: bytes | None = None) -> Sent:
    trace_id = uuid4()
    words, customer = f"words of {number};", f"customer {number % 2}"
    return Sent(trace_id, trace_id, None, "agent", {}, {}, None, words, customer, attachment)


ROOTS = [_root(number) for number in range(4)]
BODIES = [(f"row {number}", b"junk" + compress(run.words.encode())) for number, run in enumerate(ROOTS)]


def test_words_are_found_behind_compression_twice_over() -> None:
    """Plain, in a frame somewhere in the bytes, and in a frame in a frame."""
    inner = compress(b"deep")
    bodies = [("plain", b"a plain word"), ("object", b"x" + compress(b"framed" + inner) + b"y")]
    assert places_of(["plain", "framed", "deep", "none"], bodies) == {
        "plain": "plain",
        "framed": "object",
        "deep": "object",
    }
    assert [*frames_in(inner)] == [b"deep"]


def test_what_is_deleted_is_named_by_where_it_is_left() -> None:
    """A word of a deleted trace in any body stops the check, with the place."""
    with pytest.raises(CheckFailed, match=r"1 traces, first in \['row 1'\]"):
        check_bytes(BODIES, ROOTS, [ROOTS[0], *ROOTS[2:]])


def test_a_look_that_does_not_see_what_is_there_proves_nothing() -> None:
    """Words of a trace that was not deleted, and cannot be found, stop the check as well."""
    with pytest.raises(CheckFailed, match=r"not found: 1 of 4"):
        check_bytes(BODIES[:3], ROOTS, ROOTS)
    check_bytes(BODIES, ROOTS, ROOTS)


def test_two_customers_are_deleted_in_two_ways() -> None:
    """By id those of the first root's customer, by metadata those of the second's; no trace is in both."""
    by_id, by_metadata, customer = to_delete(ROOTS)
    assert (by_id, by_metadata, customer) == (ROOTS[::2], ROOTS[1::2], "customer 1")


def _receipt(removed: int, heads: int, attachments: int, done_at: str | None = "now") -> dict[str, Any]:
    counts = {"payloads": {"attachments": attachments}, "lists": {"heads": heads}, "traces": {}}
    steps = [{"step": name, "done_at": done_at, **count} for name, count in counts.items()]
    return {"named": {"metadata": {}}, "traces": {"removed": removed}, "steps": steps}


@pytest.mark.parametrize(
    "receipt", [_receipt(1, 2, 1), _receipt(2, 1, 1), _receipt(2, 2, 0), _receipt(2, 2, 1, done_at=None)]
)
def test_a_receipt_that_counts_otherwise_stops_the_check(receipt: dict[str, Any]) -> None:
    """Fewer traces, heads or attachments than were sent, or a step without its time."""
    roots = [ROOTS[0], _root(5, b"a note")]
    check_receipt(_receipt(2, 2, 1), roots)
    with pytest.raises(CheckFailed, match="2 traces with 1 attachments"):
        check_receipt(receipt, roots)
