"""Messages become the event that Lambda would make of them, and its answer is read as Lambda would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.sqs_event import failed_ids, sqs_event
from shared.store.ports import Message

RECORDED = json.loads((Path(__file__).parents[2] / "events" / "sqs_batch.json").read_text())
BATCH = [Message(id=name, handle=f"{name}.1", body=name, attempt=1) for name in ("1", "2", "3")]


def test_a_batch_is_the_recorded_event() -> None:
    """Ids, attempt, attributes and hash are where a room looks for them."""
    message = Message(id="7", handle="7.2", body="hello", attempt=2, attributes={"reason": "late"})
    assert sqs_event([message], "operations", 1_795_198_980_123_456) == RECORDED


@pytest.mark.parametrize(
    "result",
    [None, {}, {"batchItemFailures": None}, {"batchItemFailures": []}],
)
def test_no_failures_is_success(result: object) -> None:
    """An empty answer, in each of its forms, completes the batch."""
    assert failed_ids(result, BATCH) == set()


def test_only_the_named_fail() -> None:
    """Partial failure names the messages that come again."""
    assert failed_ids({"batchItemFailures": [{"itemIdentifier": "2"}]}, BATCH) == {"2"}


@pytest.mark.parametrize(
    "failure", [{"itemIdentifier": ""}, {"itemIdentifier": None}, {"itemIdentifier": "9"}, {"id": "1"}]
)
def test_a_name_not_in_the_batch_fails_all_of_it(failure: dict[str, object]) -> None:
    """Lambda takes a wrong answer for a complete failure: nothing is deleted by mistake."""
    assert failed_ids({"batchItemFailures": [failure]}, BATCH) == {"1", "2", "3"}
