"""`./tracekeep export`: the runs of a query as NDJSON, whatever interrupts it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from infra.cli.attachments import AttachmentFolder
from infra.cli.failures import CommandFailed
from infra.cli.journal import Journal
from infra.cli.lines import STANDARD, FileSink, Sink, StandardSink
from infra.cli.progress import Progress
from infra.cli.server import Server
from infra.cli.sources import Source, Wanted, source_of
from shared.base.errors import Malformed
from shared.runs.times import time_us


class ExportState(msgspec.Struct):
    """What an export has made durable: `size_bytes` of its file hold `runs`, and `cursor` goes on behind them."""

    endpoint: str
    wanted: Wanted
    cursor: str | None
    size_bytes: int
    runs: int


@dataclass(frozen=True)
class Target:
    """Where an export goes: a file name or `-`, and a folder for attachments."""

    name: str
    attachments: Path | None = None
    resume: bool = False


def export(server: Server, wanted: Wanted, target: Target, progress: Progress | None = None) -> int:
    """Write all runs; how many. Raises: CommandFailed."""
    progress = progress or Progress("exporting")
    if target.name == STANDARD:
        if target.resume:
            raise CommandFailed("--resume needs a file: what went to standard output cannot be looked at again")
        return _Export(server, wanted, StandardSink(), None, target.attachments).run(progress)
    path = Path(target.name)
    journal = Journal(path.with_name(path.name + ".journal"), ExportState)
    state = _state_to_resume(journal, path, server, wanted) if target.resume else None
    if path.exists() and state is None:
        raise CommandFailed(f"{path} is there already; {_advice(journal)}")
    sink = FileSink(path, 0 if state is None else state.size_bytes)
    try:
        return _Export(server, wanted, sink, journal, target.attachments).run(progress, state)
    finally:
        sink.close()


class _Export:
    def __init__(
        self, server: Server, wanted: Wanted, sink: Sink, journal: Journal[ExportState] | None, folder: Path | None
    ) -> None:
        self._server = server
        self._wanted = wanted
        self._sink = sink
        self._journal = journal
        self._attachments = AttachmentFolder(server, folder)

    def run(self, progress: Progress, state: ExportState | None = None) -> int:
        """All pages from where `state` ends."""
        source: Source = source_of(self._server, self._wanted)
        self._keep(state or ExportState(self._server.endpoint, self._wanted, None, 0, 0))
        progress.begin_at(0 if state is None else state.runs)
        for page in source.pages(None if state is None else state.cursor):
            lines = self._attachments.settle(page.lines)
            size_bytes = self._sink.add(b"".join(line + b"\n" for line in lines))
            progress.add(len(lines), _share(self._wanted, lines))
            if page.next is not None:
                self._keep(ExportState(self._server.endpoint, self._wanted, page.next, size_bytes, progress.runs))
        if self._journal is not None:
            self._journal.remove()
        progress.end("exported")
        if self._attachments.left_out:
            sys.stderr.write(
                f"{self._attachments.left_out} attachments are not in it; --attachments DIR fetches them\n"
            )
        return progress.runs

    def _keep(self, state: ExportState) -> None:
        if self._journal is not None:
            self._journal.write(state)


def _state_to_resume(journal: Journal[ExportState], path: Path, server: Server, wanted: Wanted) -> ExportState | None:
    """Where to go on; None where nothing was begun. Raises: CommandFailed."""
    state = journal.read()
    if state is None:
        if path.exists():
            raise CommandFailed(f"{path} has no journal beside it: it is complete, or was not made by an export")
        return None
    if (state.endpoint, state.wanted) != (server.endpoint, wanted):
        raise CommandFailed(f"{journal.path} belongs to another query: {state.wanted} of {state.endpoint}")
    if not path.exists() or path.stat().st_size < state.size_bytes:
        raise CommandFailed(f"{path} is shorter than its journal says: delete {journal.path} and begin anew")
    return state


def _advice(journal: Journal[ExportState]) -> str:
    return "--resume goes on with it" if journal.path.exists() else "choose another --out, or delete it"


def _share(wanted: Wanted, lines: list[bytes]) -> float | None:
    """How much of the time between --start and --end has been walked, newest first; None without both."""
    if wanted.start is None or wanted.end is None or not lines:
        return None
    try:
        start_us, end_us = time_us(wanted.start), time_us(wanted.end)
        last_us = time_us(msgspec.json.decode(lines[-1])["start_time"])
    except Malformed:
        return None
    return (end_us - last_us) / max(1, end_us - start_us)
