"""Rollups: what is stored by the hour, and counted where hours still move, is what counting everything gives."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest

from shared.base.units import US_PER_DAY, US_PER_HOUR
from shared.pricing.prices import PriceTable
from shared.runs.stats import Stats
from shared.store import keys
from shared.store.ports import MAX_ITEM_BYTES, KeyRange
from shared.store.rollups import ROOTS, RUNS, Groups, Rollups
from shared.store.sizes import item_bytes
from shared.store.walk import Window
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import RecordRoom, agent_trace
from tests.stores import NOON_US


class Counting(RecordRoom):
    """A room with traces over two days, and its rollups."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.chance = random.Random(3)
        for _ in range(15):
            self.more()
        self.rollups = Rollups(self.store.traces, self.store.control, self.ask, self.clock, PriceTable.load())

    def more(self) -> None:
        """One more trace, somewhere in the last two days, in two requests."""
        facts = agent_trace(NOON_US - self.chance.randrange(0, 2 * US_PER_DAY))
        for piece in (facts[::2], facts[1::2]):
            self.take(envelope(piece, self.clock.now_us()))

    def follow(self) -> None:
        """Let the job run."""
        self.rollups.follow(WORKSPACE)

    def stats(self, window: Window) -> Groups:
        """By rollups."""
        return self.rollups.over(WORKSPACE, self.project(), window)

    def reference(self, window: Window) -> Groups:
        """By counting every run of the window."""
        found = self.rollups.counted(WORKSPACE, self.project(), window)
        return {name: stats for name, stats in found.items() if stats != Stats()}


@pytest.fixture
def room(tmp_path: Path) -> Counting:
    """A fresh room."""
    return Counting(tmp_path)


def windows() -> list[Window]:
    """Whole, with edges inside hours, and of minutes."""
    chance = random.Random(5)
    edges = sorted(NOON_US - chance.randrange(0, 2 * US_PER_DAY) for _ in range(8))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [Window(0, 2 * NOON_US), Window(NOON_US - US_PER_DAY, NOON_US), *(Window(*pair) for pair in pairs)]


@pytest.mark.parametrize("window", windows())
def test_stored_and_moving_hours_together_are_everything(room: Counting, window: Window) -> None:
    """Before the job ran, after it, after more came, and after it ran again."""
    for step in (
        lambda: None,
        lambda: room.rollups.follow(WORKSPACE),
        room.more,
        lambda: room.rollups.follow(WORKSPACE),
    ):
        step()
        found = {name: stats for name, stats in room.stats(window).items() if stats != Stats()}
        assert found == room.reference(window)


def test_the_job_stores_only_what_moved_and_twice_is_once(room: Counting) -> None:
    """Once the margin is behind, nothing is stored again; a late fact stores its own hours again."""
    assert room.rollups.follow(WORKSPACE) > 0
    room.clock.advance(3600)
    assert room.rollups.follow(WORKSPACE) > 0
    room.clock.advance(3600)
    assert room.rollups.follow(WORKSPACE) == 0
    root = post(uuid7(NOON_US - US_PER_HOUR), NOON_US - US_PER_HOUR)
    room.take(envelope([root, patch(root, NOON_US)], room.clock.now_us()))
    assert room.rollups.follow(WORKSPACE) == 1


def test_what_is_stored_is_read_instead_of_the_runs(room: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all hours at rest the log and the heads are not read at all."""
    room.rollups.follow(WORKSPACE)
    expected = room.stats(windows()[0])
    room.clock.advance(7200)
    room.rollups.follow(WORKSPACE)
    monkeypatch.setattr(room.rollups, "counted", None)
    assert room.stats(windows()[0]) == expected


def test_an_hour_of_which_something_may_have_expired_is_counted_from_what_is_left(room: Counting) -> None:
    """After 14 days nothing is there, whatever is stored."""
    room.rollups.follow(WORKSPACE)
    room.clock.advance(15 * 86_400)
    assert room.stats(windows()[0]).get(ROOTS, Stats()) == Stats()
    assert room.stats(windows()[0]).get(RUNS, Stats()) == Stats()


def test_an_hour_of_very_many_names_is_stored_with_the_rarest_joined(room: Counting) -> None:
    """What is joined is counted once, however often the hour is stored, and the row stays small."""
    hour_us = NOON_US - 5 * US_PER_HOUR
    root = post(uuid7(hour_us), hour_us, name="root")
    rare = [post(uuid7(hour_us + at), hour_us + at, root, name=f"name {at}", run_type="tool") for at in range(1, 400)]
    room.take(envelope([root, *rare], room.clock.now_us()))
    window = Window(hour_us, hour_us + 1_000)
    for _ in range(2):
        room.follow()
        found = room.stats(window)
        for kind in ("name", "tool"):
            names = [stats.runs for name, stats in found.items() if name.startswith(f"{kind}:")]
            assert len(names) == 200
            assert sum(names) + found[f"other:{kind}"].runs == 400 - (kind == "tool")
    rows = room.store.traces.query(KeyRange(keys.rollups(WORKSPACE, room.project())))
    assert all(item_bytes(row) < MAX_ITEM_BYTES for row in rows)


def test_an_hour_that_does_not_fit_is_stored_with_fewer_names(room: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of everything the sums stay, whatever the limit."""
    expected = room.reference(windows()[0])
    monkeypatch.setattr("shared.store.rollups._MAX_FRAME_BYTES", 0)
    room.follow()
    room.clock.advance(7200)
    room.follow()
    found = room.stats(windows()[0])
    assert (found[ROOTS], found[RUNS]) == (expected[ROOTS], expected[RUNS])
    assert found["other:name"].runs == expected[RUNS].runs


def test_an_hour_stored_in_an_older_form_is_counted_again(room: Counting) -> None:
    """It knows less than is asked today."""
    room.follow()
    stored = room.store.traces.query(KeyRange(keys.rollups(WORKSPACE, room.project())))
    room.store.traces.put([dataclasses.replace(row, attributes={"f": row.attributes["f"]}) for row in stored])
    room.clock.advance(7200)
    found = {name: stats for name, stats in room.stats(windows()[0]).items() if stats != Stats()}
    assert found == room.reference(windows()[0])
    assert found["tool:search"].failed == found["tool:search"].runs > 0
