"""Makes snapshots: a trace, read part by part, without what its share hides (ADR 15).

Of a trace its facts and its skeleton are in memory as a whole, its payloads some runs at a time.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.base.garbage import collection_paused
from shared.base.ids import receipt_us
from shared.base.units import MIB, US_PER_MS
from shared.runs.run import Run
from shared.runs.skeleton import Skeleton, skeleton_of
from shared.runs.tree import tree_of
from shared.sharing.pack import Pack
from shared.sharing.redact import Redactor
from shared.sharing.redaction import Redaction
from shared.sharing.share import STILL_ARRIVING_US, Share
from shared.sharing.signing import folder_of
from shared.sharing.snapshot import (
    PAYLOADS,
    SHAPE,
    File,
    ShownAttachment,
    json_file,
    learn,
    shown_detail,
    shown_file,
    shown_run,
)
from shared.store import keys
from shared.store.ports import KeyRange, Store
from shared.store.questions import Questions
from shared.store.traces import StoredTrace
from shared.store.whole import ReadRun, WholeTrace, WholeTraces, place_of

_RUNS_AT_ONCE = 200
_BYTES_AT_ONCE = 16 * MIB
_REVISION_CHARS = 20


@dataclass
class Made:
    """What a snapshot came to: how many places each rule hid, and of how many runs it is.

    `not_looked_for` of the values that keys and paths hid were too many to be looked for in all of the trace.
    """

    hidden: dict[str, int] = field(default_factory=dict)
    runs: int = 0
    files: int = 0
    not_looked_for: int = 0
    attachments_left_out: int = 0


class Size(NamedTuple):
    """How many runs a trace has, and how many bytes of payloads, uncompressed."""

    runs: int
    payload_bytes: int

    def is_within(self, most: Size) -> bool:
        """Whether neither is more."""
        return self.runs <= most.runs and self.payload_bytes <= most.payload_bytes


class Snapshots:
    """Makes the snapshots of one deployment's shares."""

    def __init__(self, ask: Questions, store: Store, clock: Clock) -> None:
        self._ask = ask
        self._store = store
        self._clock = clock
        self._whole = WholeTraces(ask, ask.prices)

    def looked_at(self, share: Share, redaction: Redaction) -> Share:
        """The share as `make` would give it now, by the keys of the trace's rows alone. Raises: NotFound."""
        now_us = self._clock.now_us()
        stored = self._ask.traces.outline(share.workspace, share.trace_id)
        if stored is None:
            raise _missing(share.trace_id)
        last_us = max(receipt_us(chunk.receipt) for chunk in stored.chunks)
        return dataclasses.replace(
            share,
            revision=self._revision(stored, share, redaction),
            made_us=now_us,
            is_growing=now_us - last_us < STILL_ARRIVING_US,
            trace_ends_us=stored.ends_us,
        )

    def make(self, share: Share, redaction: Redaction) -> tuple[Share, Made]:
        """Write a snapshot of the trace as it is now; gives the share that leads to it. Raises: NotFound.

        A revision always has the same files, so whoever died at it, or makes it twice, does no harm.
        """
        made = self.looked_at(share, redaction)
        drawing = self.drawn(made, redaction)
        for file in drawing.files():
            drawing.made.files += 1
            self._store.snapshots.put(folder_of(made.id, made.revision) + file.name, file.content, file.content_type)
        return made, drawing.made

    def drawn(self, share: Share, redaction: Redaction) -> Drawing:
        """A snapshot that is not written: what it would show."""
        return Drawing(self._ask, self._store, share, Redactor(redaction))

    def _revision(self, stored: StoredTrace, share: Share, redaction: Redaction) -> str:
        """Of everything that a snapshot is made of: the trace's chunks and feedback, its projects, what is hidden."""
        pk = keys.trace(share.workspace, share.trace_id)
        feedback = self._store.traces.query(KeyRange(pk, keys.FEEDBACK, keys.FEEDBACK + keys.LAST, only=("r",)))
        projects = sorted({chunk.project for chunk in stored.chunks})
        alive = [project for project in projects if self._whole.is_alive(share.workspace, project)]
        chunks = [chunk.order for chunk in stored.chunks]
        rows = [row.sk for row in feedback]
        made_of = repr((SHAPE, share.id, chunks, rows, alive, stored.ends_us, share.expires_us, redaction.text()))
        return hashlib.sha256(made_of.encode()).hexdigest()[:_REVISION_CHARS]


class Drawing:
    """One trace on its way into a snapshot. `made` is whole when its last file was given."""

    def __init__(self, ask: Questions, store: Store, share: Share, by: Redactor) -> None:
        self._ask = ask
        self._objects = store.objects
        self._traces = WholeTraces(ask, ask.prices)
        self._share = share
        self._by = by
        self._files = 0
        self._paths: dict[str, dict[str, str]] = {}
        self.made = Made()

    def files(self) -> Iterator[File]:
        """All files of the snapshot, payloads being in memory some runs at a time. Raises: NotFound."""
        whole = self._whole()
        with collection_paused(when=len(whole.runs) > _RUNS_AT_ONCE):
            tree = tree_of([read.run for read in whole.runs.values()])
        runs = [whole.runs[run.id] for run in tree.runs]
        self._learn(runs)
        pack = Pack(tree)
        shown: list[Run] = []
        for at, read in enumerate(self._filled(runs)):
            attached = yield from self._attached(at, read)
            detail = shown_detail(read.run, read.payloads, read.feedback, attached, self._by)
            shown.append(shown_run(read.run, detail))
            yield from pack.add(detail)
        yield from pack.rest()
        yield from self._frame(pack, self._skeleton(shown, whole))

    def size(self) -> Size:
        """How much there is to be read, about: counted by what was sent. Raises: NotFound."""
        stored = self._ask.traces.load(self._share.workspace, self._share.trace_id)
        if stored is None:
            raise _missing(self._share.trace_id)
        return Size(sum(chunk.posts for chunk in stored.chunks), sum(chunk.raw_length for chunk in stored.chunks))

    def _whole(self) -> WholeTrace:
        whole = self._traces.one(self._share.workspace, self._share.trace_id)
        if whole is None or not whole.runs:
            raise _missing(self._share.trace_id)
        return whole

    def _learn(self, runs: Sequence[ReadRun]) -> None:
        """The first pass."""
        if self._by.must_learn:
            for read in self._filled(runs):
                learn(read.run, read.payloads, read.feedback, self._by)

    def _filled(self, runs: Sequence[ReadRun]) -> Iterator[ReadRun]:
        """Each run with its payloads, which it has for as long as it is looked at."""
        for some in _batches(runs):
            self._traces.fill_payloads(some, PAYLOADS)
            for read in some:
                yield read
                read.payloads.clear()

    def _attached(self, at: int, read: ReadRun) -> Generator[File, None, list[ShownAttachment]]:
        """The files of a run that may be shown; gives what is said of all of them."""
        shown: dict[str, ShownAttachment] = {}
        for name, (mime_type, size_bytes, key) in read.run.attachments.items():
            called = self._by.text("attachments", name)
            while called in shown:
                called += " +"
            content = self._content(key)
            path = None
            if content is None:
                self.made.attachments_left_out += 1
            else:
                file = shown_file(self._files, mime_type, content)
                path, self._files = file.name, self._files + 1
                self._paths.setdefault(str(at), {})[called] = path
                yield file
            shown[called] = ShownAttachment(called, mime_type, size_bytes if content is None else len(content), path)
        return list(shown.values())

    def _content(self, key: str) -> bytes | None:
        """A file without what is hidden; None where it stays away, or is gone."""
        if self._by.hides_attachments:
            return None
        try:
            content = self._objects.get(key)
        except NotFound:
            return None
        return self._by.bytes(content)

    def _skeleton(self, shown: Sequence[Run], whole: WholeTrace) -> Skeleton:
        totals = {read.run.id: read.totals for read in whole.runs.values() if read.totals is not None}
        by_id = {run.id: run for run in shown}
        return skeleton_of(whole.id, [by_id[run_id] for run_id in whole.runs], totals)

    def _frame(self, pack: Pack, skeleton: Skeleton) -> Iterator[File]:
        """What is known when all runs are packed."""
        self.made.hidden, self.made.runs = dict(sorted(self._by.counts.items())), skeleton.runs
        self.made.not_looked_for = self._by.not_looked_for
        share = self._share
        trace = {"trace_id": share.trace_id, "revision": share.revision, "is_shared": True, "skeleton": skeleton}
        yield json_file("trace.json", trace)
        yield json_file(
            "index.json", {"part_of": pack.part_of, "attachments": self._paths, "downloads": pack.downloads}
        )
        yield json_file("head.json", head_of(share, skeleton, self.made))


def _batches(runs: Sequence[ReadRun]) -> Iterator[list[ReadRun]]:
    """The runs in their order, so many together that their payloads can be in memory."""
    batch: list[ReadRun] = []
    left = _BYTES_AT_ONCE
    for read in runs:
        left -= sum(at.length for name in PAYLOADS if (at := place_of(read.run, name)) is not None)
        if batch and (left < 0 or len(batch) >= _RUNS_AT_ONCE):
            yield batch
            batch, left = [], _BYTES_AT_ONCE
        batch.append(read)
    if batch:
        yield batch


def head_of(share: Share, skeleton: Skeleton, made: Made) -> dict[str, Any]:
    """What stands above a shared trace, and in the card of its link."""
    at = max(skeleton.root, 0)
    columns, tables = skeleton.columns, skeleton.tables
    duration_us = columns.duration_us[at]
    cost = skeleton.totals.cost_nano_usd
    return {
        "title": tables.names[columns.name[at]],
        "status": tables.statuses[columns.status[at]],
        "latency_ms": None if duration_us is None else duration_us // US_PER_MS,
        "cost_nano_usd": cost,
        "tokens": skeleton.totals.total_tokens,
        "runs": skeleton.runs,
        "failed_runs": skeleton.failed_runs,
        "started_us": skeleton.start_us,
        "shared_us": share.created_us,
        "expires_us": share.ends_us,
        "hidden": made.hidden,
        "attachments_left_out": made.attachments_left_out,
    }


def _missing(trace_id: str) -> NotFound:
    return NotFound(f"Trace {trace_id} does not exist, has expired, or has not been recorded yet")
