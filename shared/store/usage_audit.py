"""Usage counted once more, out of the traces' own rows instead of the feed: what the audit compares."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shared.base.units import US_PER_DAY, US_PER_HOUR
from shared.store import keys
from shared.store.fates import UPGRADED_DAYS, month_of
from shared.store.feed import entries_of_hour
from shared.store.ports import Key, Table
from shared.store.recount import notes_of
from shared.store.traces import StoredTrace, Traces
from shared.store.usage import final_at_us, recorded_us

PAGE_TRACES = 5_000
"""Read at once: some seconds, of the 29 that a request has."""


@dataclass(frozen=True)
class Recounted:
    """Some of the traces that an hour's requests name, counted from their own rows.

    `by_project` are those that began in the hour, `gone` of them by the feed alone, since no row of them is left
    (deleted, or ended by retention). `unbilled` came when the hour was final. `missing_upgrades` are kept for long
    without the row that bills for it. `next` is where the next page begins, None behind the last.
    """

    by_project: dict[str, int]
    verified: int
    gone: int
    unbilled: int
    missing_upgrades: list[str]
    next: str | None


def recount_hour(table: Table, traces: Traces, workspace: str, hour: int, now_us: int, after: str = "") -> Recounted:
    """A page of an hour's traces, by their ids, counted anew."""
    by_feed, late = _named(table, workspace, hour)
    ids = sorted(one for one in by_feed if one > after)
    page, more = ids[:PAGE_TRACES], ids[PAGE_TRACES:]
    glimpses = traces.glimpses(workspace, page)
    sums: Counter[str] = Counter()
    found = [trace for one in page if (trace := glimpses.get(one)) is not None]
    begun = [trace for trace in found if trace.born_us // US_PER_HOUR == hour and trace.id not in late]
    sums.update(trace.chunks[0].project for trace in begun)
    gone = [one for one in page if glimpses.get(one) is None and by_feed[one] is not None and one not in late]
    sums.update(str(by_feed[one]) for one in gone)
    return Recounted(
        by_project=dict(sums),
        verified=len(begun),
        gone=len(gone),
        unbilled=sum(one in late for one in page),
        missing_upgrades=[trace.id for trace in found if not _is_billed(table, workspace, trace, now_us)],
        next=page[-1] if more else None,
    )


def _named(table: Table, workspace: str, hour: int) -> tuple[dict[str, str | None], set[str]]:
    """The traces that the hour's requests name, each with its project where it began in the hour by the feed.

    Apart, those that began in it by requests alone that were recorded when the hour was final.
    """
    named: dict[str, str | None] = {}
    late: set[str] = set()
    in_time: set[str] = set()
    for entry in sorted(entries_of_hour(table, workspace, hour), key=lambda entry: entry.receipt):
        is_late = recorded_us(entry) > final_at_us(hour)
        for one in entry.touched:
            is_born = one.born_us // US_PER_HOUR == hour
            named[one.trace_id] = named.get(one.trace_id) or (one.project if is_born else None)
            if is_born:
                (late if is_late else in_time).add(one.trace_id)
    for trace_id in notes_of(table, workspace).moved.get(hour, {}):
        if trace_id in named:
            named[trace_id] = None
    return named, late - in_time


def _is_billed(table: Table, workspace: str, trace: StoredTrace, now_us: int) -> bool:
    """Whether a trace in the extended tier has its row for the bill; others have nothing to have."""
    # An old one's row was deleted when its month had been billed.
    if trace.kept is None or trace.kept.at_us + UPGRADED_DAYS * US_PER_DAY <= now_us:
        return True
    return table.get(Key(keys.upgraded(workspace, month_of(trace.kept.at_us)), trace.id)) is not None
