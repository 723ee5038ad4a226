"""Looks at shares: all of them are counted, the first at once, and of very many few messages come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.base.errors import Unavailable
from shared.base.units import US_PER_DAY
from shared.sharing.share import Share
from shared.store import keys
from shared.store.share_looks import WAIT_S, ShareLooks
from shared.store.share_views import ShareViews, Views
from shared.store.shares import Shares, ShareTask
from tests.stores import NOON_US

ONE, OTHER = (Share(name, name, "w", "o", "t", NOON_US, NOON_US + US_PER_DAY) for name in ("one", "other"))


class Process:
    """A process that looks come to, what it sent, and what it has planned for later."""

    def __init__(self) -> None:
        self.clock = SteppingClock(NOON_US)
        self.sent: list[ShareTask] = []
        self.planned: list[Callable[[], None]] = []
        self.is_refused = False
        shares = Shares.__new__(Shares)
        shares.send = self._send  # type: ignore[method-assign]
        self.looks = ShareLooks(shares, self.clock, lambda _, call: self.planned.append(call))

    def _send(self, task: ShareTask, delay_s: int = 0) -> None:
        assert delay_s == 0
        if self.is_refused:
            raise Unavailable("the queue does not answer")
        self.sent.append(task)

    def look(self, count: int, share: Share = ONE, each_s: float = 0) -> None:
        """So many looks, one after the other; each is a request, before which what waited is sent."""
        for _ in range(count):
            self.looks.flush()
            self.looks.note(share, f"look-{len(self.sent)}")
            self.clock.advance(each_s)

    def counted(self, share: Share = ONE) -> int:
        """How many looks at a share were sent."""
        return sum(task.looks for task in self.sent if task.share_id == share.id)


def test_the_first_looks_go_one_by_one() -> None:
    """Each at once, with its time: a link that few have opened says so exactly."""
    process = Process()
    process.look(20)
    assert [task.looks for task in process.sent] == [1] * 20
    assert (process.sent[0].step, process.sent[0].at_us, process.planned) == ("view", NOON_US, [])


def test_of_a_link_that_everybody_opens_few_messages_come() -> None:
    """Twenty looks a second for an hour: a message of more than fifteen looks on average, and all are counted."""
    process = Process()
    process.look(72_000, each_s=0.05)
    process.clock.advance(WAIT_S)
    process.looks.flush()
    assert process.counted() == 72_000
    assert len(process.sent) < 72_000 / 15


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 0.5), st.sampled_from([ONE, OTHER])), max_size=8))
def test_what_waits_is_little_and_not_for_long(bursts: list[tuple[int, float, Share]]) -> None:
    """At any moment a tenth of what the share's minute had, at most; and nothing after the next request."""
    process, looked = Process(), {ONE.id: 0, OTHER.id: 0}
    for count, each_s, share in bursts:
        process.look(count, share, each_s)
        looked[share.id] += count
        waiting = looked[share.id] - process.counted(share)
        assert waiting * 10 <= process.counted(share)
    process.clock.advance(WAIT_S)
    process.looks.flush()
    assert {share.id: process.counted(share) for share in (ONE, OTHER)} == looked


def test_what_waits_goes_by_itself_where_no_request_comes() -> None:
    """One plan for all that waits, however much that is; and another for what comes after it."""
    process = Process()
    process.look(24)
    assert (process.counted(), len(process.planned)) == (22, 1)
    process.planned[0]()
    assert process.counted() == 24
    process.look(30)
    assert len(process.planned) == 2


def test_a_queue_that_does_not_answer_costs_no_look_and_no_page() -> None:
    """What could not be sent goes with the next."""
    process = Process()
    process.is_refused = True
    process.look(5)
    assert process.sent == []
    process.is_refused = False
    process.look(1)
    assert [task.looks for task in process.sent] == [6]


def test_threads_lose_nothing() -> None:
    """As on a laptop, where several answer at once."""
    process = Process()
    threads = [threading.Thread(target=process.look, args=(300,)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    process.looks.flush(everything=True)
    assert process.counted() == 2_400


def test_a_message_of_many_looks_counts_them_once(tmp_path: Path) -> None:
    """And the row that knows it stays within the kilobyte that a write is billed by."""
    table = SqliteTable(tmp_path / "control.db")
    views = ShareViews(table)
    for number in [*range(150), 149, 148]:
        views.count("s", f"8b7a{number}-ce5a-4c3e", 5, looks=3)
    assert views.of("s") == Views(450, 5)
    row = table.get(keys.share_views("s"))
    assert row is not None
    assert len(str(row.attributes["seen"])) < 1_024 - 100
