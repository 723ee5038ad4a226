"""Messages that a queue takes, whatever the size of the request."""

from __future__ import annotations

import os
from pathlib import Path

from functions.receive.envelopes import MAX_INLINE_BYTES, MAX_TEXT_BYTES, messages
from shared.base.clock import SteppingClock
from shared.base.units import KIB
from shared.runs.codec import unpack_envelope
from shared.runs.fact import Envelope, FeedbackFact, Group, Reject
from shared.store import keys
from tests.functions.receive.requests import RUN
from tests.stores import NOON_US, local_store

RECEIPT = "0" * 32


def _sent(folder: Path, groups: list[Group], feedback: list[FeedbackFact]) -> tuple[list[Envelope], dict[str, bytes]]:
    objects = local_store(folder, SteppingClock(NOON_US)).objects
    whole = Envelope(RECEIPT, "w", "k", groups, rejects=[Reject("here", "why")], feedback=feedback)
    texts = list(messages(whole, objects))
    assert all(len(text) <= MAX_TEXT_BYTES for text in texts)
    return [unpack_envelope(text) for text in texts], {key: objects.get(key) for key in objects.list("base/")}


def _group(facts_bytes: int, payload_bytes: int = 0) -> Group:
    payload = os.urandom(payload_bytes)
    return Group(RUN, "name:p", os.urandom(facts_bytes), 1, payload, raw_length=payload_bytes)


def test_a_small_request_is_one_message_with_its_payload(tmp_path: Path) -> None:
    """Nothing is written beside the queue."""
    group = _group(100, 1_000)
    (envelope,), objects = _sent(tmp_path, [group], [])
    assert (envelope.groups, envelope.segment, objects) == ([group], None, {})


def test_a_large_payload_goes_into_one_segment_first(tmp_path: Path) -> None:
    """Each group finds its frame by offset and length; the queue carries facts only."""
    groups = [_group(100, MAX_INLINE_BYTES // 2), _group(100, 0), _group(100, MAX_INLINE_BYTES // 2 + 1)]
    (envelope,), objects = _sent(tmp_path, groups, [])
    assert envelope.segment == keys.segment("base", "w", RECEIPT)
    segment = objects[envelope.segment]
    assert [segment[one.offset : one.offset + one.length] for one in envelope.groups] == [one.payload for one in groups]
    assert {one.payload for one in envelope.groups} == {b""}


def test_facts_beyond_a_message_are_split_with_their_parts_counted_on(tmp_path: Path) -> None:
    """Several envelopes of one receipt hold every group once, under the part it had; rejects ride once."""
    groups = [_group(100 * KIB, 10) for _ in range(25)]
    feedback = [FeedbackFact(f"f{i}", None, None, os.urandom(60 * KIB)) for i in range(30)]
    envelopes, _ = _sent(tmp_path, groups, feedback)
    assert len(envelopes) > 3
    numbered = {one.first_part + i: group.facts for one in envelopes for i, group in enumerate(one.groups)}
    assert numbered == dict(enumerate(group.facts for group in groups))
    assert [one.feedback_id for envelope in envelopes for one in envelope.feedback] == [f"f{i}" for i in range(30)]
    assert sum(len(one.rejects) for one in envelopes) == 1
    assert {one.receipt for one in envelopes} == {RECEIPT}


def test_one_large_group_and_feedback_go_apart(tmp_path: Path) -> None:
    """A group and feedback that do not fit together become two messages."""
    feedback = [FeedbackFact("f", None, None, os.urandom(600 * KIB))]
    envelopes, _ = _sent(tmp_path, [_group(600 * KIB)], feedback)
    assert [(len(one.groups), len(one.feedback)) for one in envelopes] == [(1, 0), (0, 1)]
