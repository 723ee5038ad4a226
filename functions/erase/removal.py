"""Some traces of one workspace, removed: what lies elsewhere first, the trace's own rows last.

Every step goes by the chunks and does nothing where it was done before, so a removal that died begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from functions.erase.cutting import Cutter
from functions.erase.logrows import facts_in, names, rewrite
from functions.erase.settings import EraseSettings
from shared.base.clock import Clock
from shared.base.ids import new_receipt, receipt_us
from shared.store import keys
from shared.store.annotation_queues import remove_marked
from shared.store.copied import CopiedExamples
from shared.store.erased import tombstone_key
from shared.store.erasure import Removed, Task, counted, marked
from shared.store.exported import ExportedFiles
from shared.store.feed import FeedEntry, feed_item
from shared.store.feedback import by_id, rows_of
from shared.store.parallel import side_by_side
from shared.store.ports import AtMost, Item, Key, KeyRange, Store
from shared.store.questions import Questions
from shared.store.refused_upgrades import listed_keys
from shared.store.remains import Remains, Surveyor, at, log_ranges
from shared.store.segments import buckets, may_hold, name_of

T = TypeVar("T")

_TIERS = ("base", "extended")
_BUCKETS_OF_A_DELIVERY = 2
"""A message comes at most 8 times, 3 minutes apart (`infra/topology.py`): within two buckets of 17.5 minutes."""


@dataclass(frozen=True)
class Outcome:
    """What became of one trace: what was removed of it, by which erasure, and whether it was here at all."""

    by: str
    removed: Removed

    @property
    def was_here(self) -> bool:
        """Whether any row of it was found."""
        return self.removed != Removed()


@dataclass
class Times:
    """When each step of a removal was last done."""

    payloads_us: int = 0
    lists_us: int = 0
    log_us: int = 0
    trace_us: int = 0


@dataclass
class _Found:
    """A trace's remains, with the rows elsewhere that are really its own."""

    remains: Remains
    lists: dict[str, list[Key]]
    log: list[Item]
    waiting: list[Item]
    attachments: list[str]

    @property
    def counts(self) -> Removed:
        return Removed(
            chunks=len(self.remains.orders),
            heads=len(self.lists["heads"]),
            log_facts=facts_in(self.log, self.remains.trace_id),
            failures=len(self.lists["failures"]),
            pointers=len(self.lists["pointers"]),
            feedback=len(by_id([*self.remains.feedback, *self.waiting])),
            payload_bytes=self.remains.payload_bytes,
            attachments=len(self.attachments),
        )


class Remover:
    """Removes traces."""

    def __init__(self, settings: EraseSettings, store: Store, ask: Questions, clock: Clock) -> None:
        self._store = store
        self._ask = ask
        self._clock = clock
        self._cutter = Cutter(store, clock, settings.lease_s)
        self._exported = ExportedFiles(store.control, clock)
        self._copied = CopiedExamples(store.control)

    def remove(self, task: Task, trace_ids: Sequence[str], also_in: str | None, times: Times) -> list[Outcome]:
        """Remove these traces, which have their tombstones; says what became of each."""
        found = self._find(task.workspace, trace_ids, also_in)
        outcomes = [self._count(task, one) for one in found]
        self._note_exports(task, found)
        self._copied.note(task.workspace, task.erasure_id, _rows(found, "other_rows"))
        self._remove_payloads(task.workspace, found)
        times.payloads_us = self._clock.now_us()
        self._store.traces.delete([key for one in found for of_kind in one.lists.values() for key in of_kind])
        self._remove_statistics(task, {hour for one in found for hour in one.remains.hours})
        times.lists_us = self._clock.now_us()
        rewrite(self._store.traces, [row for one in found for row in one.log], set(trace_ids))
        times.log_us = self._clock.now_us()
        remove_marked(self._store, task.workspace, _rows(found, "other_rows"))
        for rows in (_rows(found, "other_rows"), _waiting(found), _rows(found, "feedback"), _rows(found, "chunks")):
            self._store.traces.delete([Key(row.pk, row.sk) for row in rows])
        times.trace_us = self._clock.now_us()
        return outcomes

    def _find(self, workspace: str, trace_ids: Sequence[str], also_in: str | None) -> list[_Found]:
        ranges = [KeyRange(keys.trace(workspace, trace_id), consistent=True) for trace_id in trace_ids]
        surveyor = Surveyor(self._ask, workspace)
        return [
            self._look_up(workspace, surveyor, surveyor.survey(trace_id, rows, also_in))
            for trace_id, rows in zip(trace_ids, self._store.traces.query_many(ranges), strict=True)
        ]

    def _look_up(self, workspace: str, surveyor: Surveyor, remains: Remains) -> _Found:
        lists = {
            "heads": self._there(remains.heads),
            "failures": self._there(remains.failures, of=remains.trace_id),
            "pointers": self._there(remains.pointers, of=remains.trace_id),
        }
        shards = {shard for place in remains.log for shard in remains.shards(surveyor.shards_of(place.project))}
        log = _flat(self._store.traces.query_many(log_ranges(workspace, remains.log, shards)))
        mine = [row for row in log if names(row, remains.trace_id)]
        waiting = self._waiting_feedback(workspace, remains)
        lists["feedback"] = self._beside_feedback(workspace, remains, waiting)
        lists["refused"] = listed_keys(workspace, remains.trace_id, remains.other_rows)
        return _Found(remains, lists, mine, waiting, self._attachments(workspace, remains))

    def _there(self, places: Iterable[Key], of: str | None = None) -> list[Key]:
        """Those of the places where there is a row, which says that it is about this trace."""
        rows = _flat(self._store.traces.query_many([at(key) for key in places]))
        return [Key(row.pk, row.sk) for row in rows if of is None or row.attributes["t"] == of]

    def _waiting_feedback(self, workspace: str, remains: Remains) -> list[Item]:
        """Feedback that came before its run lies under the run's own id, as if that were a trace's."""
        runs = sorted(remains.run_ids - {remains.trace_id})
        read = self._store.traces.query_many(
            [
                KeyRange(keys.trace(workspace, one), keys.CHUNK, keys.FEEDBACK + keys.LAST, consistent=True)
                for one in runs
            ]
        )
        # Under the id of a run that is a trace of its own lies that trace's feedback.
        return [row for rows in read if not any(row.sk.startswith(keys.CHUNK) for row in rows) for row in rows]

    def _beside_feedback(self, workspace: str, remains: Remains, waiting: Sequence[Item]) -> list[Key]:
        """Where the lists of a project show this feedback, where its id leads to it, and what says that it waits."""
        notes = [Key(keys.waiting_feedback(workspace), one) for one in sorted(remains.run_ids)] if waiting else []
        return [*rows_of(workspace, [*remains.feedback, *waiting]), *notes]

    def _attachments(self, workspace: str, remains: Remains) -> list[str]:
        """All that lies under the trace, and what its facts name: under a run that did not know its trace yet."""
        under = [keys.attachments(tier, workspace, remains.trace_id) for tier in _TIERS]
        return sorted({*remains.attachments, *self._listed(under)})

    def _listed(self, prefixes: Sequence[str]) -> list[str]:
        return _flat(side_by_side(lambda prefix: list(self._store.objects.list(prefix)), prefixes))

    def _count(self, task: Task, found: _Found) -> Outcome:
        """What was there, as written down under the tombstone before the first row went."""
        tombstone = found.remains.tombstone
        before = None if tombstone is None else counted(tombstone)
        if before is None and task.step != "late":
            key = tombstone_key(task.workspace, found.remains.trace_id)
            self._store.traces.update(key, marked(found.counts), AtMost("counted", 0))
        by = task.erasure_id if tombstone is None else str(tombstone.attributes["by"])
        return Outcome(by, before or found.counts)

    def _note_exports(self, task: Task, found: Sequence[_Found]) -> None:
        """While the chunks still tell when the runs started. What comes late was never readable: no export has it."""
        if task.step != "late":
            started = {one for each in found for one in each.remains.started}
            self._exported.note(task.workspace, task.erasure_id, started)

    def _remove_payloads(self, workspace: str, found: Sequence[_Found]) -> None:
        trace_ids = {one.remains.trace_id for one in found}
        segments: dict[str, set[tuple[int, int]]] = {key: set() for key in self._unpointed(workspace, found)}
        for one in found:
            for key, ranges in one.remains.segments.items():
                segments.setdefault(key, set()).update(ranges)
        for key, ranges in segments.items():
            self._cutter.cut(workspace, key, ranges, trace_ids)
        self._store.objects.delete([key for one in found for key in one.attachments])

    def _remove_statistics(self, task: Task, hours: set[tuple[str, int]]) -> None:
        """Have these hours counted anew: what is stored of them counts, and names, what is removed."""
        if not hours:
            return
        workspace, now_us = task.workspace, self._clock.now_us()
        # Whoever counted before may still store what it counted: the feed tells readers not to go by that.
        moved = FeedEntry(new_receipt(now_us), "", [], sorted(hours))
        self._store.traces.put([feed_item(workspace, 0, moved, self._ask.traces.periods.ends_us(now_us, "base"))])
        rows = [Key(keys.rollups(workspace, project), keys.rollup(hour)) for project, hour in hours]
        self._store.traces.delete(rows)

    def _unpointed(self, workspace: str, found: Sequence[_Found]) -> list[str]:
        """Segments of deliveries that `record` did not finish: no chunk points to them."""
        receipts = {receipt for one in found for receipt in one.remains.receipts}
        written = {name_of(key).partition("-")[0] for one in found for key in one.remains.segments}
        times = dict.fromkeys(buckets(map(receipt_us, receipts), 1, _BUCKETS_OF_A_DELIVERY))
        times |= dict.fromkeys(buckets(map(receipt_us, written), _BUCKETS_OF_A_DELIVERY, 0))
        # Copies for the extended tier were made soon after the trace came into it.
        kept_us = [one.remains.kept_us for one in found if one.remains.kept_us is not None]
        times |= dict.fromkeys(buckets(kept_us, 0, _BUCKETS_OF_A_DELIVERY))
        prefixes = [keys.segment(tier, workspace, begin) for tier in _TIERS for begin in times]
        return [key for key in self._listed(prefixes) if may_hold(name_of(key), receipts)]


def _flat(lists: Iterable[Sequence[T]]) -> list[T]:
    return [one for many in lists for one in many]


def _rows(found: Sequence[_Found], kind: str) -> list[Item]:
    return [row for one in found for row in getattr(one.remains, kind)]


def _waiting(found: Sequence[_Found]) -> list[Item]:
    return [row for one in found for row in one.waiting]
