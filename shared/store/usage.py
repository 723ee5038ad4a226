"""How many traces were used: counted from the feed by the hour, overwritten, never incremented.

A trace is one trace, once, in the hour of its first receipt. An hour is counted whole each time, out of the rows of
the feed, so that counting twice, overlapping, or stopping midway changes nothing (ADR 20).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from shared.base.clock import Clock
from shared.base.ids import receipt_us
from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS
from shared.runs.codec import compress, decompress
from shared.runs.fact import LeftOut
from shared.store import keys
from shared.store.fates import upgrades_in
from shared.store.feed import FeedEntry, entries_of_hour
from shared.store.ports import AtMost, Item, KeyRange, Table
from shared.store.recount import Notes, notes_of
from shared.usage.counts import FINAL_AFTER_US, Counted, HourCount, MonthUse, Upgraded
from shared.usage.month import Month

MARGIN_US = 15 * US_PER_MINUTE
"""Read again behind the watermark each time. What is later than this is noted by who records it."""
FIRST_LOOK_US = 14 * US_PER_DAY
"""How far back a workspace is read that was never counted."""
PART_GROUPS = 4_000
"""Of one row: some 200 KB where nothing can be compressed, half of what a row may hold."""
FEW_UPGRADES = 5_000
"""So many are counted at each run; more, once an hour, unless a limit is to hold: reading some 25 is a unit."""
_SHARED_CAUSES = ("project", "rule", "queue")
"""The causes that many traces have in common."""
_JOB = "usage"
Group = TypeVar("Group")
_FRAME, _PARTS, _REQUESTS, _AT = "f", "n", "r", "t"
_OUT_TRACES, _OUT_RUNS = "x", "y"
_encode = msgspec.msgpack.Encoder().encode
_groups = msgspec.msgpack.Decoder(list[Counted]).decode
_upgraded = msgspec.msgpack.Decoder(list[Upgraded]).decode


class UsageMeter:
    """Counts what was used, and keeps the counts."""

    def __init__(self, traces: Table, control: Table, clock: Clock) -> None:
        self._traces = traces
        self._control = control
        self._usage = UsageRows(control)
        self._clock = clock

    def follow(self, workspace: str, begins_us: int = 0, *, has_limit: bool = False) -> int:
        """Count every hour anew that may have changed since last time; says how many counts did change.

        Before `begins_us` there is nothing: the workspace was not there yet. `has_limit` where something limits its
        upgrades: then they are counted however many there are.
        """
        now_us = self._clock.now_us()
        since_us = max(begins_us, self._since_us(workspace, now_us))
        notes = notes_of(self._traces, workspace)
        hours = [count_hour(self._traces, workspace, hour, notes) for hour in _due(since_us, now_us, notes)]
        changed = sum(self._usage.write_hour(workspace, one, now_us) for one in hours)
        changed += sum(
            self._count_upgrades(workspace, month, now_us, has_limit=has_limit) for month in _months_due(now_us)
        )
        key = keys.watermark(workspace, _JOB)
        self._control.put([Item(key.pk, key.sk, {"until_us": now_us})])
        return changed

    def _since_us(self, workspace: str, now_us: int) -> int:
        known = self._control.get(keys.watermark(workspace, _JOB), consistent=True)
        until_us = now_us - FIRST_LOOK_US if known is None else int(known.attributes["until_us"] or 0)
        return min(until_us, now_us) - MARGIN_US

    def _count_upgrades(self, workspace: str, month: Month, now_us: int, *, has_limit: bool) -> bool:
        known, at_us = self._usage.upgrades(workspace, month)
        is_recent = now_us // US_PER_HOUR == at_us // US_PER_HOUR
        if is_recent and not has_limit and sum(one.traces for one in known) > FEW_UPGRADES:
            return False
        return self._usage.write_upgrades(workspace, month, count_upgrades(self._traces, workspace, month), now_us)


class UsageRows:
    """Questions and commands about the counts that are kept."""

    def __init__(self, control: Table) -> None:
        self._control = control

    def month(self, workspace: str, month: Month) -> MonthUse:
        """What a workspace used in a month, as last counted."""
        rows = self._control.query(KeyRange(keys.usage(workspace, month.text), consistent=True))
        by_name: dict[str, list[Item]] = defaultdict(list)
        for row in rows:
            by_name[row.sk.split("#")[0]].append(row)
        upgrades = _joined(by_name.pop(keys.UPGRADES, []), _upgraded)
        hours = (_hour_of(int(name), parts) for name, parts in by_name.items())
        return MonthUse([hour for hour in hours if hour.requests or hour.groups], upgrades)

    def hour(self, workspace: str, hour: int) -> HourCount:
        """What was counted of one hour, since 1970."""
        parts = self._parts(workspace, Month.of(hour * US_PER_HOUR), keys.usage_hour(hour))
        return _hour_of(hour, parts)

    def upgrades(self, workspace: str, month: Month) -> tuple[list[Upgraded], int]:
        """The upgrades of a month, and when they were counted."""
        parts = self._parts(workspace, month, keys.UPGRADES)
        at_us = max((int(part.attributes[_AT] or 0) for part in parts), default=0)
        return _joined(parts, _upgraded), at_us

    def write_hour(self, workspace: str, counted: HourCount, now_us: int) -> bool:
        """Let this be the count of the hour, unless it is already; says whether it was not."""
        if self.hour(workspace, counted.hour) == counted:
            return False
        month, name = Month.of(counted.hour * US_PER_HOUR), keys.usage_hour(counted.hour)
        said = {_REQUESTS: counted.requests}
        if counted.left_out_runs:
            said |= {_OUT_TRACES: counted.left_out_traces, _OUT_RUNS: counted.left_out_runs}
        self._write(workspace, month, _items_of(name, counted.groups, said, now_us))
        return True

    def write_upgrades(self, workspace: str, month: Month, counted: list[Upgraded], now_us: int) -> bool:
        """The same for the upgrades of a month. Where there are very many, it is noted when they were counted."""
        known, _ = self.upgrades(workspace, month)
        is_same = known == counted
        if not is_same or sum(one.traces for one in counted) > FEW_UPGRADES:
            self._write(workspace, month, _items_of(keys.UPGRADES, counted, {}, now_us))
        return not is_same

    def _parts(self, workspace: str, month: Month, name: str) -> list[Item]:
        pk = keys.usage(workspace, month.text)
        return self._control.query(KeyRange(pk, f"{name}#", f"{name}#{keys.LAST}", consistent=True))

    def _write(self, workspace: str, month: Month, items: Sequence[tuple[str, dict[str, bytes | int]]]) -> None:
        """The first part last: it says how many there are. A count that began later stands."""
        pk = keys.usage(workspace, month.text)
        for sk, said in reversed(items):
            self._control.put_if(Item(pk, sk, said), AtMost(_AT, int(said[_AT])))


def count_hour(table: Table, workspace: str, hour: int, notes: Notes) -> HourCount:
    """The requests of an hour, and the traces that were first received in it, by what they have in common."""
    final_us = final_at_us(hour)
    first: dict[str, tuple[str, Counted]] = {}
    requests: set[str] = set()
    left_out: list[LeftOut] = []
    for entry in entries_of_hour(table, workspace, hour):
        if recorded_us(entry) > final_us or not entry.is_request:
            continue
        requests.add(entry.receipt)
        left_out.append(entry.left_out)
        for one in entry.touched:
            known = first.get(one.trace_id)
            if one.born_us // US_PER_HOUR == hour and (known is None or entry.receipt < known[0]):
                group = Counted(one.project, entry.key_id, one.is_born_extended, 0)
                first[one.trace_id] = (entry.receipt, group)
    for trace_id, (born_hour, at_us) in notes.moved.get(hour, {}).items():
        if at_us <= final_at_us(born_hour):
            first.pop(trace_id, None)
    sums = Counter(group for _, group in first.values())
    groups = [msgspec.structs.replace(group, traces=traces) for group, traces in sums.items()]
    out = sum(one.traces for one in left_out), sum(one.runs for one in left_out)
    return HourCount(hour, len(requests), sorted(groups), *out)


def count_upgrades(table: Table, workspace: str, month: Month) -> list[Upgraded]:
    """The upgrades of a month, out of their rows: one a trace, whoever wrote it, and how often."""
    sums = Counter(
        (one.at_us // US_PER_DAY, one.project, one.cause, one.cause_id if one.cause in _SHARED_CAUSES else "")
        for one in upgrades_in(table, workspace, month.text)
    )
    return sorted(Upgraded(*group, traces) for group, traces in sums.items())


def recorded_us(entry: FeedEntry) -> int:
    """When the entry was written."""
    return receipt_us(entry.receipt) + entry.lag_ms * US_PER_MS


def final_at_us(hour: int) -> int:
    """From when on nothing changes this hour any more."""
    return (hour + 1) * US_PER_HOUR + FINAL_AFTER_US


def _due(since_us: int, now_us: int, notes: Notes) -> list[int]:
    """The hours that may have changed since then."""
    recent = range(since_us // US_PER_HOUR, now_us // US_PER_HOUR + 1)
    noted = notes.touched_since(since_us)
    return sorted({*recent, *(hour for hour, at_us in noted.items() if at_us <= final_at_us(hour))})


def _months_due(now_us: int) -> list[Month]:
    """This month, and the last one until its last hour is final."""
    now = Month.of(now_us)
    return [now] if now_us > now.start_us + FINAL_AFTER_US + US_PER_HOUR else [now.before, now]


def _items_of(
    name: str, groups: Sequence[Counted | Upgraded], said: Mapping[str, int], now_us: int
) -> list[tuple[str, dict[str, bytes | int]]]:
    """The rows, as sort key and attributes: one at least, and as many as it takes."""
    pieces = [groups[at : at + PART_GROUPS] for at in range(0, len(groups), PART_GROUPS)] or [[]]
    common: dict[str, bytes | int] = {_PARTS: len(pieces), **said, _AT: now_us}
    return [
        (keys.usage_part(name, part), {_FRAME: compress(_encode(list(piece))), **common})
        for part, piece in enumerate(pieces)
    ]


def _joined(parts: Sequence[Item], read: Callable[[bytes], list[Group]]) -> list[Group]:
    """The groups of all parts that the first one knows of."""
    return [group for part in _valid(parts) for group in read(decompress(bytes(part.attributes[_FRAME])))]  # type: ignore[arg-type]


def _valid(parts: Sequence[Item]) -> Iterator[Item]:
    count = int(parts[0].attributes[_PARTS] or 0) if parts else 0
    yield from parts[:count]


def _hour_of(hour: int, parts: Sequence[Item]) -> HourCount:
    said = parts[0].attributes if parts else {}
    requests, traces, runs = (int(said.get(name) or 0) for name in (_REQUESTS, _OUT_TRACES, _OUT_RUNS))
    return HourCount(hour, requests, _joined(parts, _groups), traces, runs)
