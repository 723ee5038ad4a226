"""When a key was last used is written seldom, and never in the way of what it is used for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.base.errors import Unavailable
from shared.base.units import S_PER_HOUR, US_PER_HOUR
from shared.store.key_uses import KeyUses
from tests.stores import NOON_US


class Writes(SqliteTable):
    """A table that counts its updates, and may refuse them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.updates = 0
        self.is_down = False

    def update(self, *arguments: Any, **named: Any) -> bool:  # noqa: ANN401 as the table takes them
        """Count, then update."""
        self.updates += 1
        if self.is_down:
            raise Unavailable("the table is down")
        return super().update(*arguments, **named)


@pytest.fixture
def table(tmp_path: Path) -> Writes:
    """An empty table."""
    return Writes(tmp_path / "control.db")


@pytest.fixture
def clock() -> SteppingClock:
    """Noon."""
    return SteppingClock(NOON_US)


def test_a_key_in_use_is_written_once_an_hour(table: Writes, clock: SteppingClock) -> None:
    """However often it is used; the time is at most an hour early."""
    uses = KeyUses(table, clock)
    for _ in range(7_200):
        uses.note("w", "k")
        clock.advance(1)
    assert table.updates == 2
    assert uses.all("w") == {"k": NOON_US + US_PER_HOUR}


def test_another_process_leaves_what_is_fresh(table: Writes, clock: SteppingClock) -> None:
    """What the other wrote within the hour stands."""
    KeyUses(table, clock).note("w", "k")
    clock.advance(S_PER_HOUR - 1)
    KeyUses(table, clock).note("w", "k")
    assert KeyUses(table, clock).all("w") == {"k": NOON_US}


def test_a_table_that_is_down_costs_the_note_alone(table: Writes, clock: SteppingClock) -> None:
    """The next use notes it."""
    uses = KeyUses(table, clock)
    table.is_down = True
    uses.note("w", "k")
    table.is_down = False
    assert uses.all("w") == {}
    uses.note("w", "k")
    assert uses.all("w") == {"k": NOON_US}


def test_workspaces_do_not_see_each_others(table: Writes, clock: SteppingClock) -> None:
    """A use is in the workspace where it was."""
    uses = KeyUses(table, clock)
    uses.note("w", "k")
    assert uses.all("v") == {}
