"""The laptop's clock moves ahead only, and remembers."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from infra.local.clock import MAX_OFFSET_S, LocalClock
from shared.base.clock import SteppingClock
from shared.base.errors import Malformed

START_US = 1_795_198_980_123_456


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the offset is kept."""
    return tmp_path / "clock"


def test_shows_the_machines_time_until_it_is_moved(path: Path) -> None:
    """A new clock is the machine's."""
    assert LocalClock(path, SteppingClock(START_US)).now_us() == START_US


def test_advance_survives_a_restart(path: Path) -> None:
    """What was advanced stays advanced in the next process."""
    LocalClock(path, SteppingClock(START_US)).advance(14.5)
    assert LocalClock(path, SteppingClock(START_US)).now_us() == START_US + 14_500_000


def test_advances_add_up(path: Path) -> None:
    """Two steps are as far as both together."""
    clock = LocalClock(path, SteppingClock(START_US))
    clock.advance(1)
    clock.advance(2)
    assert clock.offset_s == 3


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf"), MAX_OFFSET_S + 1])
def test_nonsense_is_refused_and_changes_nothing(path: Path, seconds: float) -> None:
    """Time goes neither back nor beyond what dates can say."""
    clock = LocalClock(path, SteppingClock(START_US))
    with pytest.raises(Malformed, match="advance_seconds"):
        clock.advance(seconds)
    assert clock.now_us() == START_US
    assert not path.exists()


def test_no_advance_is_lost_between_threads(path: Path) -> None:
    """Steps that several threads ask for at once all count."""
    clock = LocalClock(path, SteppingClock(START_US))

    def step() -> None:
        for _ in range(20):
            clock.advance(1)

    threads = [Thread(target=step) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert LocalClock(path, SteppingClock(START_US)).offset_s == 80


def test_a_damaged_file_is_named(path: Path) -> None:
    """A file that holds no offset is an error that says which file and what to do."""
    path.write_text("soon")
    with pytest.raises(ValueError, match=r"clock holds 'soon'.*delete it"):
        LocalClock(path)
