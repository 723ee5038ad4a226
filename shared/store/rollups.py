"""Statistics of a project by hour of its runs' starts: stored for hours that rest, counted anew for those that move.

A job follows the feed and stores the statistics of each hour that was touched, overwriting them; doing so twice
changes nothing. A reader asks the feed what was touched since: those hours it counts itself. So an
answer is exact at any time, and cheap as long as the job keeps up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import msgspec

from shared.base.clock import Clock
from shared.base.units import KIB, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from shared.pricing.costs import cost_of
from shared.pricing.prices import Prices
from shared.retention.periods import deletable_epoch_s
from shared.runs.codec import compress, decompress
from shared.runs.run import Run
from shared.runs.stats import Stats
from shared.runs.totals import Node, Totals, roll_up
from shared.runs.usage import MODEL_RUN_TYPES
from shared.store import keys
from shared.store.erased import Erased
from shared.store.feed import entries
from shared.store.ports import Item, Key, KeyRange, Table, Value
from shared.store.questions import Questions
from shared.store.walk import Window

ROOTS = "roots"
"""The group of all traces. Beside it stand that of all runs, and `<kind>:<value>` for each of the kinds below."""
RUNS = "runs"
RUN_TYPE, NAME, TOOL, ROOT_TYPE, ROOT_NAME = "run_type", "name", "tool", "root_type", "root_name"
OTHER = "other"
"""`other:<kind>` is what the rarest names of a kind come to, where an hour has very many."""
MAX_COUNTED_HEADS = 5_000
"""Counted for the sparklines of all projects together: some 100 ms."""
MARGIN_US = 15 * US_PER_MINUTE
"""The feed is in order of receipts, but a request may wait on the queue: this much is read again each time."""
_KEPT_DAYS = 400
_NAMED = (NAME, TOOL, ROOT_NAME)
_MOST_NAMES = (200, 50, 10, 0)
"""Of each kind: all that fit into a row are kept, in these steps."""
_MAX_FRAME_BYTES = 300 * KIB
_FRAME, _VERSION, _TRACES, _FAILED = "f", "v", "t", "e"
_ACTIVITY = (_VERSION, _TRACES, _FAILED)
_CURRENT = 2
"""An hour that was stored before a kind was added is counted again."""
_JOB = "rollups"

Groups = dict[str, Stats]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Groups).decode


class Counts(NamedTuple):
    """How many traces, and how many of them failed."""

    traces: int
    failed: int


@dataclass
class Activity:
    """The counts of each hour, by project; not exact where there was too much to count at once."""

    by_project: dict[str, list[Counts]]
    is_exact: bool


class Rollups:
    """Statistics of projects."""

    def __init__(self, traces: Table, control: Table, ask: Questions, clock: Clock, prices: Prices) -> None:
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
        for _, groups in self.by_hour(workspace, project, window):
            for name, stats in groups.items():
                whole.setdefault(name, Stats()).merge(stats)
        return whole

    def by_hour(self, workspace: str, project: str, window: Window) -> Iterator[tuple[int, Groups]]:
        """The same for each hour, since 1970, that holds anything of the window, oldest first."""
        moving = self._touched(workspace)
        # What is being erased is in what was stored before, and must not be read from there.
        stored = {} if self._erased.traces(workspace) else self._stored(workspace, project, window)
        for hour, _ in self._ask.hours.hours(workspace, project, window.start_us, window.end_us):
            rests = hour in stored and (project, hour) not in moving and _holds(window, hour)
            yield hour, stored[hour] if rests else self.counted(workspace, project, _part(window, hour))

    def activity(self, workspace: str, projects: Sequence[str], hours: Sequence[int]) -> Activity:
        """How many traces started in each of these consecutive hours, and how many of them failed, by project.

        Read from what is stored, of which only the two numbers are fetched. Hours that move are counted from the
        heads, `MAX_COUNTED_HEADS` of them in all; where there are more, the numbers are those of some minutes ago.
        """
        moving, is_erasing = self._touched(workspace), bool(self._erased.traces(workspace))
        first, behind = keys.rollup(hours[0]), keys.rollup(hours[-1] + 1)
        stored = [KeyRange(keys.rollups(workspace, one), first, behind, only=_ACTIVITY) for one in projects]
        noted = [KeyRange(keys.hours(workspace, one), first, behind, only=()) for one in projects]
        read = self._traces.query_many([*stored, *noted])
        found = Activity({}, is_exact=True)
        room = MAX_COUNTED_HEADS
        for project, items, notes in zip(projects, read[: len(projects)], read[len(projects) :], strict=True):
            known = {int(item.sk): _counts_in(item) for item in items if self._is_usable(item)}
            for hour in {int(note.sk.split("#")[0]) for note in notes}:
                if hour in known and (project, hour) not in moving and not is_erasing:
                    continue
                counts, room = self._counted_heads(workspace, project, hour, room)
                found.is_exact = found.is_exact and counts is not None
                known[hour] = counts or known.get(hour, Counts(0, 0))
            found.by_project[project] = [known.get(hour, Counts(0, 0)) for hour in hours]
        return found

    def _counted_heads(self, workspace: str, project: str, hour: int, room: int) -> tuple[Counts | None, int]:
        """The traces of an hour, counted, and the room that is left; None where there was too little of it."""
        begin_us = hour * US_PER_HOUR
        walked = self._ask.heads.walk(workspace, project, Window(begin_us, begin_us + US_PER_HOUR - 1))
        heads = list(islice(walked, room + 1)) if room else []
        if len(heads) > room or not room:
            return None, 0
        return Counts(len(heads), sum(head.root.status == "error" for head in heads)), room - len(heads)

    def counted(self, workspace: str, project: str, window: Window) -> Groups:
        """The same, from the rows of the runs themselves."""
        groups: Groups = {ROOTS: Stats(), RUNS: Stats()}
        for head in self._ask.heads.walk(workspace, project, window):
            root = head.root
            for name in (ROOTS, f"{ROOT_TYPE}:{root.run_type}", f"{ROOT_NAME}:{root.name}"):
                groups.setdefault(name, Stats()).add(root, head.totals, head.first_token_us)
        for run in self._runs(workspace, project, window):
            totals = self.own_totals(workspace, run)
            tool = (f"{TOOL}:{run.name}",) if run.run_type == TOOL else ()
            for name in (RUNS, f"{RUN_TYPE}:{run.run_type}", f"{NAME}:{run.name}", *tool):
                groups.setdefault(name, Stats()).add(run, totals)
        return _bounded(groups, _MOST_NAMES[0])

    def own_totals(self, workspace: str, run: Run) -> Totals | None:
        """What a run itself used: a parent's tokens are its children's, and counted there."""
        if run.run_type not in MODEL_RUN_TYPES or run.usage is None:
            return None
        price = self._prices.of(workspace).price_for(run.model, run.provider, run.start_us)
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
        roots = groups[ROOTS]
        frame = next(
            frame for most in _MOST_NAMES if len(frame := _frame(groups, most)) < _MAX_FRAME_BYTES or most == 0
        )
        attributes: dict[str, Value] = {_FRAME: frame, _VERSION: _CURRENT, _TRACES: roots.runs, _FAILED: roots.failed}
        expires = deletable_epoch_s(self._clock.now_us() + _KEPT_DAYS * US_PER_DAY)
        return Item(keys.rollups(workspace, project), keys.rollup(hour), attributes, expires)

    def _stored(self, workspace: str, project: str, window: Window) -> dict[int, Groups]:
        """The stored hours of the window of which nothing has expired."""
        first = max(window.start_us, self._oldest_us()) // US_PER_HOUR
        behind = min(window.end_us, self._clock.now_us() + US_PER_DAY) // US_PER_HOUR + 1
        rows = KeyRange(keys.rollups(workspace, project), keys.rollup(first), keys.rollup(behind))
        usable = (item for item in self._traces.query(rows) if self._is_usable(item))
        return {int(item.sk): _decode(decompress(bytes(item.attributes[_FRAME]))) for item in usable}  # type: ignore[arg-type]

    def _is_usable(self, item: Item) -> bool:
        """Whether a stored hour has all that is asked of it today, and nothing of it has expired."""
        return item.attributes.get(_VERSION) == _CURRENT and self._is_whole(int(item.sk))


def _holds(window: Window, hour: int) -> bool:
    return window.start_us <= hour * US_PER_HOUR and (hour + 1) * US_PER_HOUR - 1 <= window.end_us


def _part(window: Window, hour: int) -> Window:
    begin_us = hour * US_PER_HOUR
    return Window(max(window.start_us, begin_us), min(window.end_us, begin_us + US_PER_HOUR - 1))


def _bounded(groups: Groups, most: int) -> Groups:
    """The groups, with the rarest names joined into one where there are very many."""
    kept = dict(groups)
    for kind in _NAMED:
        names = sorted((key for key in groups if key.startswith(f"{kind}:")), key=lambda key: (-groups[key].runs, key))
        rest = Stats()
        for key in (*names[most:], f"{OTHER}:{kind}"):
            rest.merge(kept.pop(key, Stats()))
        if rest.runs:
            kept[f"{OTHER}:{kind}"] = rest
    return kept


def _frame(groups: Groups, most: int) -> bytes:
    return compress(_encode(_bounded(groups, most)))


def _counts_in(item: Item) -> Counts:
    return Counts(int(item.attributes[_TRACES] or 0), int(item.attributes[_FAILED] or 0))


def _watermark(workspace: str, until_us: int) -> Item:
    key: Key = keys.watermark(workspace, _JOB)
    return Item(key.pk, key.sk, {"until_us": until_us})
