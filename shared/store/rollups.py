"""Statistics of a project by hour of its runs' starts: stored for hours that rest, counted anew for those that move.

A job follows the feed and stores the statistics of each hour that was touched, overwriting them; doing so twice
changes nothing. A reader asks the feed what was touched since: those hours it counts itself. So an
answer is exact at any time, and cheap as long as the job keeps up.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shared.base.clock import Clock
from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from shared.pricing.costs import cost_of
from shared.pricing.prices import PriceTable
from shared.retention.periods import deletable_epoch_s
from shared.runs.codec import compress, decompress
from shared.runs.run import Run
from shared.runs.stats import Stats
from shared.runs.totals import Node, Totals, roll_up
from shared.runs.usage import MODEL_RUN_TYPES
from shared.store import keys
from shared.store.erased import Erased
from shared.store.feed import entries
from shared.store.ports import Item, Key, KeyRange, Table
from shared.store.questions import Questions
from shared.store.walk import Window

ROOTS = "roots"
"""The group of all traces; that of all runs, and of each type and name, stand beside it."""
RUNS = "runs"
MARGIN_US = 15 * US_PER_MINUTE
"""The feed is in order of receipts, but a request may wait on the queue: this much is read again each time."""
_KEPT_DAYS = 400
_MAX_NAMES = 200
_JOB = "rollups"

Groups = dict[str, Stats]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Groups).decode


class Rollups:
    """Statistics of projects."""

    def __init__(self, traces: Table, control: Table, ask: Questions, clock: Clock, prices: PriceTable) -> None:
        self._traces = traces
        self._erased = Erased(traces)
        self._control = control
        self._ask = ask
        self._clock = clock
        self._prices = prices

    def follow(self, workspace: str) -> int:
        """Store anew every hour that was touched since last time; says how many there were."""
        now_us = self._clock.now_us()
        touched = self._touched(workspace)
        items = [self._item(workspace, project, hour) for project, hour in sorted(touched) if self._is_whole(hour)]
        self._traces.put(items)
        self._control.put([_watermark(workspace, now_us)])
        return len(items)

    def over(self, workspace: str, project: str, window: Window) -> Groups:
        """The statistics of the runs that started in the window, by group."""
        whole: Groups = {}
        moving = self._touched(workspace)
        # What is being erased is in what was stored before, and must not be read from there.
        stored = {} if self._erased.traces(workspace) else self._stored(workspace, project, window)
        for hour, _ in self._ask.hours.hours(workspace, project, window.start_us, window.end_us):
            rests = hour in stored and (project, hour) not in moving and _holds(window, hour)
            groups = stored[hour] if rests else self.counted(workspace, project, _part(window, hour))
            for name, stats in groups.items():
                whole.setdefault(name, Stats()).merge(stats)
        return whole

    def counted(self, workspace: str, project: str, window: Window) -> Groups:
        """The same, from the rows of the runs themselves."""
        groups: Groups = {ROOTS: Stats(), RUNS: Stats()}
        for head in self._ask.heads.walk(workspace, project, window):
            groups[ROOTS].add(head.root, head.totals, head.first_token_us)
        for run in self._runs(workspace, project, window):
            totals = self.own_totals(run)
            for name in (RUNS, f"run_type:{run.run_type}", f"name:{run.name}"):
                groups.setdefault(name, Stats()).add(run, totals)
        return _bounded(groups)

    def own_totals(self, run: Run) -> Totals | None:
        """What a run itself used: a parent's tokens are its children's, and counted there."""
        if run.run_type not in MODEL_RUN_TYPES or run.usage is None:
            return None
        price = self._prices.price_for(run.model, run.provider, run.start_us)
        return roll_up([Node(run.id, None, run.run_type, run.usage, cost_of(run.usage, price))])[run.id]

    def _runs(self, workspace: str, project: str, window: Window) -> Iterator[Run]:
        for minute in self._ask.log.minutes(workspace, project, window):
            yield from (run for run in minute.runs if window.start_us <= run.order_us <= window.end_us)

    def _touched(self, workspace: str) -> set[tuple[str, int]]:
        """The hours, as (project, number), that the feed names since the job last followed it."""
        known = self._control.get(keys.watermark(workspace, _JOB))
        since_us = 0 if known is None else int(known.attributes["until_us"] or 0)
        begin_us = max(since_us - MARGIN_US, self._oldest_us())
        read = entries(self._traces, workspace, begin_us, self._clock.now_us() + US_PER_HOUR)
        return {(project, hour) for entry in read for project, hour in entry.hours}

    def _oldest_us(self) -> int:
        return self._clock.now_us() - self._ask.traces.periods.base_days * US_PER_DAY

    def _is_whole(self, hour: int) -> bool:
        """Whether nothing of that hour can have expired yet: it is not counted again with some of it gone."""
        return hour * US_PER_HOUR > self._oldest_us()

    def _item(self, workspace: str, project: str, hour: int) -> Item:
        begin_us = hour * US_PER_HOUR
        groups = self.counted(workspace, project, Window(begin_us, begin_us + US_PER_HOUR - 1))
        expires = deletable_epoch_s(self._clock.now_us() + _KEPT_DAYS * US_PER_DAY)
        return Item(keys.rollups(workspace, project), keys.rollup(hour), {"f": compress(_encode(groups))}, expires)

    def _stored(self, workspace: str, project: str, window: Window) -> dict[int, Groups]:
        """The stored hours of the window of which nothing has expired."""
        first = max(window.start_us, self._oldest_us()) // US_PER_HOUR
        behind = min(window.end_us, self._clock.now_us() + US_PER_DAY) // US_PER_HOUR + 1
        rows = KeyRange(keys.rollups(workspace, project), keys.rollup(first), keys.rollup(behind))
        found = {int(item.sk): _decode(decompress(bytes(item.attributes["f"]))) for item in self._traces.query(rows)}  # type: ignore[arg-type]
        return {hour: groups for hour, groups in found.items() if self._is_whole(hour)}


def _holds(window: Window, hour: int) -> bool:
    return window.start_us <= hour * US_PER_HOUR and (hour + 1) * US_PER_HOUR - 1 <= window.end_us


def _part(window: Window, hour: int) -> Window:
    begin_us = hour * US_PER_HOUR
    return Window(max(window.start_us, begin_us), min(window.end_us, begin_us + US_PER_HOUR - 1))


def _bounded(groups: Groups) -> Groups:
    """The groups, with the rarest names joined into one where there are very many."""
    names = sorted((name for name in groups if name.startswith("name:")), key=lambda name: -groups[name].runs)
    rest = Stats()
    for name in names[_MAX_NAMES:]:
        rest.merge(groups.pop(name))
    return groups | ({"other names": rest} if rest.runs else {})


def _watermark(workspace: str, until_us: int) -> Item:
    key: Key = keys.watermark(workspace, _JOB)
    return Item(key.pk, key.sk, {"until_us": until_us})
