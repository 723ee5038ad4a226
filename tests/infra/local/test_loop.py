"""A loop goes on until it is stopped, whatever its steps do."""

from __future__ import annotations

import threading

import pytest

from infra.local import loop as loop_module
from infra.local.loop import Loop


def test_steps_follow_each_other_until_the_stop() -> None:
    """The step that runs when the stop is asked for is the last one."""
    third = threading.Event()
    steps: list[int] = []

    def step() -> None:
        steps.append(len(steps))
        if len(steps) == 3:
            third.set()
            loop.ask_to_stop()

    loop = Loop("steps", step)
    loop.start()
    assert third.wait(10)
    assert loop.join(10)
    assert steps == [0, 1, 2]


def test_a_failing_step_is_logged_and_the_next_one_comes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One failure does not end the loop."""
    monkeypatch.setattr(loop_module, "_AFTER_FAILURE_S", 0)
    recovered = threading.Event()
    failures = iter([RuntimeError("once")])

    def step() -> None:
        for error in failures:
            raise error
        recovered.set()

    loop = Loop("fragile", step)
    loop.start()
    assert recovered.wait(10)
    loop.ask_to_stop()
    assert loop.join(10)
    assert "fragile failed" in caplog.text
