"""What the steps of `deploy_check` share."""

from __future__ import annotations

import pytest

from infra.check_steps import CheckFailed, eventually, timed


def test_what_is_seen_in_the_end_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks until what it sees is accepted."""
    monkeypatch.setattr("infra.check_steps._PAUSE_S", 0)
    seen = iter(range(10))
    assert eventually(lambda: next(seen), lambda one: one == 3, "counting", 60) == 3


def test_what_does_not_come_is_named_with_what_was_seen_last() -> None:
    """When its time is over, it says what was waited for."""
    with pytest.raises(CheckFailed, match=r"counting is not done after 0 s; last seen: 'nothing'"):
        eventually(lambda: "nothing", lambda _: False, "counting", 0)


def test_a_step_that_fails_is_not_said_to_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    """Only a block that ends well has its line."""
    with timed("good"):
        pass
    with pytest.raises(CheckFailed), timed("bad"):
        raise CheckFailed
    said = capsys.readouterr().out
    assert "good: " in said
    assert "bad" not in said
