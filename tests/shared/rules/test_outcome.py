"""What became of an action."""

from __future__ import annotations

import msgspec

from shared.rules.outcome import Outcome, failed, skipped, success


def test_an_outcome_says_how_it_ended_and_why() -> None:
    """A reason goes with what was not done, what was made with what was."""
    assert skipped("It is there.") == Outcome("skipped", {"reason": "It is there."})
    assert failed("There is no queue q.").outcome == "error"
    stored = msgspec.json.encode(success(items=["a"]))
    assert msgspec.json.decode(stored, type=Outcome) == Outcome("success", {"items": ["a"]})
