"""The conversation of a run, in the shapes that SDKs leave it in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api.reader import ReadRun
from shared.runs.run import Run
from shared.wire.messages import messages

ASKED, SAID = {"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}


def run_of(inputs: object, outputs: object) -> ReadRun:
    """A run with these payloads."""
    read = ReadRun(Run("id", "id", {}), None, 0, 0, "base")
    read.payloads = {"inputs": json.dumps(inputs).encode(), "outputs": json.dumps(outputs).encode()}
    return read


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"messages": [ASKED]}, {"messages": [SAID]}),
        ({"messages": [[ASKED]]}, {"generations": [[{"text": "!", "message": SAID}]]}),
        ({"messages": [ASKED]}, {"choices": [{"index": 0, "message": SAID}]}),
        ({"messages": [ASKED]}, {"output": SAID}),
        ({"messages": [ASKED]}, SAID),
    ],
)
def test_both_sides_are_joined(inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    """What was asked, then what was said, as it stands in the payload."""
    assert messages(run_of(inputs, outputs)) == [ASKED, SAID]


@pytest.mark.parametrize("side", [{}, {"messages": "no list"}, {"messages": [1, None]}, {"question": "?"}])
def test_no_conversation_is_none(side: dict[str, Any]) -> None:
    """Other shapes have no messages, and break nothing."""
    assert messages(run_of(side, side)) is None


def test_a_number_beyond_a_double_hides_no_message() -> None:
    """What was accepted is shown, whatever stands beside the messages."""
    read = run_of({}, {"message": SAID})
    read.payloads["inputs"] = b'{"messages": [{"role": "user", "content": "?", "seed": 1e999}]}'
    assert messages(read) == [{"role": "user", "content": "?", "seed": float("inf")}, SAID]


def test_a_payload_that_is_no_object_has_no_messages() -> None:
    """A list, a text, a null."""
    assert messages(run_of([ASKED], None)) is None
    assert messages(run_of("content", {"message": SAID})) == [SAID]
