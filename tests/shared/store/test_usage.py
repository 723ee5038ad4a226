"""Usage: one trace is one trace, once, however its requests came, and however often the job ran, died or overlapped."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.base.ids import new_receipt, new_uuid, receipt_us
from shared.base.units import S_PER_DAY, S_PER_HOUR, S_PER_MINUTE, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_S
from shared.retention.kept import Kept
from shared.runs.fact import Envelope, Fact
from shared.store import keys
from shared.store.counted import CountedTable
from shared.store.fates import upgrade_item
from shared.store.feed import FeedEntry, Touched, feed_item
from shared.store.ports import Item, KeyRange
from shared.store.tally import Meter
from shared.store.usage import PART_GROUPS, UsageMeter, UsageRows, count_upgrades
from shared.usage.counts import FINAL_AFTER_US, Counted, HourCount, MonthUse
from shared.usage.invoice import invoice_of
from shared.usage.month import Month
from shared.usage.plan import shipped
from tests.erase_room import Killed, watched
from tests.operations import KEY_ID, WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import RecordRoom
from tests.stores import NOON_US

NOVEMBER = Month(2026, 11)
NOON_HOUR = NOON_US // US_PER_HOUR


class Metered(RecordRoom):
    """A record room with a meter, and a count of its traces by hand."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.usage = UsageRows(self.store.control)
        self.first: dict[str, Envelope] = {}

    def follow(self, calls: int | None = None) -> None:
        """Let the job run; after so many calls to a table it is killed."""
        left = [10**9 if calls is None else calls]

        def tell() -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        store = watched(self.store, tell)
        try:
            UsageMeter(store.traces, store.control, self.clock).follow(WORKSPACE)
        except Killed:
            assert calls is not None

    def request(self, facts: list[Fact], received_us: int, project: str, key_id: str = KEY_ID) -> Envelope:
        """A request as it was received, noted for the count by hand, and not recorded yet."""
        asked = envelope(facts, received_us, project)
        asked.key_id = key_id
        for group in asked.groups:
            assert group.trace_id is not None
            known = self.first.get(group.trace_id)
            if known is None or asked.receipt < known.receipt:
                self.first[group.trace_id] = asked
        return asked

    def by_hand(self) -> dict[tuple[int, str, str], int]:
        """The traces by hour, project and key, by the first request of each."""
        return Counter(
            (receipt_us(asked.receipt) // US_PER_HOUR, self.project(str(asked.groups[0].project)), asked.key_id)
            for asked in self.first.values()
        )

    def counted(self) -> dict[tuple[int, str, str], int]:
        """The same, as the meter keeps it."""
        return {
            (hour.hour, group.project, group.key_id): group.traces
            for hour in self.usage.month(WORKSPACE, NOVEMBER).hours
            for group in hour.groups
        }


def some_requests(room: Metered, chance: random.Random) -> list[Envelope]:
    """Traces of one to three requests each, some of which cross an hour, by two keys, in two projects."""
    requests = []
    for _ in range(25):
        start_us = NOON_US + chance.randrange(0, 4 * US_PER_HOUR)
        root = post(uuid7(start_us), start_us)
        project = chance.choice(["shop", "desk"])
        step = post(uuid7(start_us), start_us, root)
        end = patch(root, start_us + US_PER_S, outputs={})
        times_us = sorted(start_us + chance.randrange(0, 2 * US_PER_HOUR) for _ in range(3))
        for fact, received_us in list(zip([root, step, end], times_us, strict=True))[: chance.choice([1, 2, 3])]:
            requests.append(room.request([fact], received_us, project, chance.choice([KEY_ID, WORKSPACE])))
    return requests


@pytest.mark.parametrize("seed", range(8))
def test_counts_are_those_by_hand_whatever_came_when(tmp_path: Path, seed: int) -> None:
    """Late, out of order, doubled and in batches of any size, with jobs killed in between: the end is the same."""
    room, chance = Metered(tmp_path), random.Random(seed)
    requests = some_requests(room, chance)
    chance.shuffle(requests)
    room.clock.advance(6 * S_PER_HOUR)
    waiting = [*requests, *chance.sample(requests, 10)]
    while waiting:
        size = chance.choice([1, 2, 7])
        batch, waiting = waiting[:size], waiting[size:]
        assert room.take(*{one.receipt: one for one in batch}.values()) == []
        room.clock.advance(chance.choice([1, S_PER_MINUTE, 20 * S_PER_MINUTE]))
        if chance.random() < 0.5:
            room.follow(chance.choice([None, 1, 3, 5, 8, 13, 21]))
    room.follow()
    assert room.counted() == room.by_hand()
    stored = room.usage.month(WORKSPACE, NOVEMBER)
    room.follow()
    assert room.usage.month(WORKSPACE, NOVEMBER) == stored


def test_a_job_killed_at_any_call_is_made_up_for(tmp_path: Path) -> None:
    """However far it came, the next one ends where a clean one does."""
    room = Metered(tmp_path)
    asked = [room.request([root()], NOON_US + n * US_PER_S, "shop") for n in range(3)]
    for calls in range(30):
        room.take(asked[calls % 3])
        room.follow(calls)
    room.follow()
    assert room.counted() == room.by_hand() == {(NOON_HOUR, room.project("shop"), KEY_ID): 3}


def test_a_trace_whose_first_request_was_late_is_counted_once_in_its_hour(tmp_path: Path) -> None:
    """It was counted by its second request; when the first came, it moved to the hour of that."""
    room = Metered(tmp_path)
    fact = root()
    first = room.request([fact], NOON_US, "shop")
    second = room.request([patch(fact, NOON_US + US_PER_S)], NOON_US + 2 * US_PER_HOUR, "shop")
    room.clock.advance(2 * S_PER_HOUR)
    room.take(second)
    room.follow()
    assert [hour for hour, _, _ in room.counted()] == [NOON_HOUR + 2]
    room.clock.advance(S_PER_DAY)
    room.take(first)
    room.follow()
    assert room.counted() == {(NOON_HOUR, room.project("shop"), KEY_ID): 1}


def test_what_waited_for_some_minutes_is_read_behind_the_watermark(tmp_path: Path) -> None:
    """It was received before the hour ended, and recorded after a job that ran in the next one."""
    room = Metered(tmp_path)
    asked = room.request([root()], NOON_US + 59 * US_PER_MINUTE, "shop")
    for minutes in (62, 5):
        room.clock.advance(minutes * S_PER_MINUTE)
        room.follow()
    room.take(asked)
    room.follow()
    assert room.counted() == room.by_hand() != {}


def test_an_hour_is_final_when_the_queue_keeps_nothing_of_it(tmp_path: Path) -> None:
    """What is recorded later is not billed, and takes nothing from what is."""
    room = Metered(tmp_path)
    fact = root()
    first = room.request([fact], NOON_US, "shop")
    second = room.request([patch(fact, NOON_US + US_PER_S)], NOON_US + 2 * US_PER_HOUR, "shop")
    other = room.request([root()], NOON_US, "shop")
    room.clock.advance(2 * S_PER_HOUR)
    room.take(second)
    room.follow()
    before = room.counted()
    room.clock.advance(FINAL_AFTER_US / US_PER_S)
    room.take(first, other)
    room.follow()
    assert room.counted() == before == {(NOON_HOUR + 2, room.project("shop"), KEY_ID): 1}


def test_a_count_that_began_earlier_does_not_overwrite_a_later_one(tmp_path: Path) -> None:
    """Two jobs overlap, and the slower one read less."""
    room = Metered(tmp_path)
    full = HourCount(NOON_HOUR, 2, [Counted("P", KEY_ID, is_extended=False, traces=2)])
    assert room.usage.write_hour(WORKSPACE, full, NOON_US + 10)
    room.usage.write_hour(WORKSPACE, HourCount(NOON_HOUR, 1, full.groups[:0]), NOON_US)
    assert room.usage.hour(WORKSPACE, NOON_HOUR) == full


def test_an_hour_of_very_many_groups_takes_several_rows_and_may_shrink(tmp_path: Path) -> None:
    """All of them are read back, and none that is no longer true."""
    room = Metered(tmp_path)
    groups = [Counted(f"{n:06d}", KEY_ID, is_extended=False, traces=1) for n in range(2 * PART_GROUPS + 1)]
    for some in (groups, groups[:3]):
        room.usage.write_hour(WORKSPACE, HourCount(NOON_HOUR, 1, some), NOON_US)
        assert room.usage.hour(WORKSPACE, NOON_HOUR).groups == some


def test_upgrades_are_counted_in_their_month_once_a_trace(tmp_path: Path) -> None:
    """The row of a trace may be written as often as one likes; feedback has a cause of its own each time."""
    room = Metered(tmp_path)
    last_us, next_us = NOVEMBER.end_us - 1, NOVEMBER.end_us
    for at_us, kind, cause_id in ((last_us, "rule", "R"), (last_us, "feedback", "F"), (next_us, "rule", "R")):
        kept = Kept(kind, cause_id, at_us)  # type: ignore[arg-type]
        row = upgrade_item(WORKSPACE, "P", new_uuid(), kept)
        room.store.traces.put([row])
        room.store.traces.put([row])
    counts = {
        month: [(one.cause, one.cause_id, one.traces) for one in count_upgrades(room.store.traces, WORKSPACE, month)]
        for month in (NOVEMBER, NOVEMBER.next)
    }
    assert counts == {NOVEMBER: [("feedback", "", 1), ("rule", "R", 1)], NOVEMBER.next: [("rule", "R", 1)]}


def test_last_months_upgrades_are_still_counted_until_it_is_final(tmp_path: Path) -> None:
    """One that was written on the first of the next month, for the month before."""
    room = Metered(tmp_path)
    room.clock.advance((NOVEMBER.end_us - NOON_US) / US_PER_S + S_PER_DAY)
    kept = Kept("rule", "R", NOVEMBER.end_us - 1)
    room.store.traces.put([upgrade_item(WORKSPACE, "P", new_uuid(), kept)])
    room.follow()
    assert room.usage.month(WORKSPACE, NOVEMBER).upgraded == 1
    assert room.usage.month(WORKSPACE, NOVEMBER.next).upgraded == 0


def test_a_hundred_thousand_traces_come_to_the_invoice_by_hand(tmp_path: Path) -> None:
    """1,000 requests of 100 new traces each, which name the traces of the last one again; 20,000 are upgraded."""
    meter = Meter()
    traces = CountedTable(SqliteTable(tmp_path / "t.db"), meter)
    control = CountedTable(SqliteTable(tmp_path / "c.db"), meter)
    traces.put(list(busy_feed()))
    kept = Kept("rule", "R", NOON_US)
    traces.put([upgrade_item(WORKSPACE, "P0", new_uuid(), kept) for _ in range(20_000)])
    clock = SteppingClock(NOON_US + 11 * US_PER_HOUR)
    meter.reset()
    UsageMeter(traces, control, clock).follow(WORKSPACE, NOON_US)
    spent = meter.total()
    use = UsageRows(control).month(WORKSPACE, NOVEMBER)
    assert (use.traces, use.requests, use.upgraded) == (100_000, 1_000, 20_000)
    assert {hour.hour: hour.traces for hour in use.hours} == {NOON_HOUR + n: 10_000 for n in range(10)}
    invoice = invoice_of(NOVEMBER, shipped()["plus"], use.traces, use.upgraded)
    # 90,000 beyond the 10,000 at $0.50, and 20,000 at $4.50 a thousand.
    assert [line.amount_usd for line in invoice.lines] == [Decimal(45), Decimal(90)]
    assert invoice.total_usd == Decimal("135.00")
    assert spent.write_units <= 20
    assert spent.read_units <= 1_500


def busy_feed() -> Iterator[Item]:
    """A hundred requests in each of ten hours."""
    before: list[Touched] = []
    for number in range(1_000):
        received_us = NOON_US + number // 100 * US_PER_HOUR + number % 100 * US_PER_S
        born = [Touched(new_uuid(), f"P{number % 3}", received_us) for _ in range(100)]
        entry = FeedEntry(new_receipt(received_us), KEY_ID, [*before, *born])
        yield feed_item(WORKSPACE, 0, entry, NOON_US + US_PER_DAY)
        before = born


def test_what_comes_in_time_needs_no_note(tmp_path: Path) -> None:
    """Nothing is written beside the feed while the queue is short."""
    room = Metered(tmp_path)
    room.take(room.request([root()], NOON_US, "shop"))
    assert room.store.traces.query(KeyRange(keys.recount(WORKSPACE))) == []


def test_nothing_in_use_is_nothing_counted(tmp_path: Path) -> None:
    """A workspace that never got anything has a watermark and no counts."""
    room = Metered(tmp_path)
    room.follow()
    assert room.usage.month(WORKSPACE, NOVEMBER) == MonthUse([], [])


def root() -> Fact:
    """A trace of one run."""
    return post(uuid7(NOON_US), NOON_US)
