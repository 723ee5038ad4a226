"""`./tracekeep import`: runs of a file, or straight from another server, sent with all that they had."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from infra.cli.attachments import fetched
from infra.cli.failures import CommandFailed
from infra.cli.journal import Journal
from infra.cli.lines import STANDARD, LineFile
from infra.cli.operations import AttachmentAt, BadLine, Part, RunLine, parts_of, run_of
from infra.cli.progress import Progress
from infra.cli.sender import Outgoing, Refusal, batches, send
from infra.cli.server import Server
from infra.cli.sources import Source
from shared.base.ids import canonical_uuid

_SENDERS = 4
_LINES_TOGETHER = 400
_SHOWN = 10


class ImportState(msgspec.Struct):
    """What an import has been told is taken: everything up to `place`."""

    endpoint: str
    source: str
    project: str | None
    place: str
    runs: int
    refused: int


class Sheet(NamedTuple):
    """Some lines with the words for where each stands, the place behind them, and the share of the work done then."""

    lines: list[tuple[str, bytes]]
    place: str | None
    share: float | None


class Sheets(Protocol):
    """Where lines come from."""

    name: str

    def after(self, place: str | None) -> Iterator[Sheet]:
        """The lines behind a place."""
        ...


class FileSheets:
    """The lines of a file; a place is a line's number."""

    def __init__(self, name: str) -> None:
        self.name = name if name == STANDARD else str(Path(name).resolve())
        self._file = LineFile(name)

    def after(self, place: str | None) -> Iterator[Sheet]:
        """The lines behind that number."""
        first, lines, number = int(place or 0), [], 0
        for number, text in self._file:
            if number > first:
                lines.append((f"line {number}", text))
            if len(lines) == _LINES_TOGETHER:
                yield Sheet(lines, str(number), self._share())
                lines = []
        yield Sheet(lines, str(number), self._share())

    def _share(self) -> float | None:
        return self._file.read_bytes / self._file.size_bytes if self._file.size_bytes else None


@dataclass
class ServerSheets:
    """The lines of another server's pages; a place is its cursor."""

    name: str
    source: Source

    def after(self, place: str | None) -> Iterator[Sheet]:
        """The pages behind that cursor."""
        for number, page in enumerate(self.source.pages(place), 1):
            lines = [(f"page {number}, run {at}", line) for at, line in enumerate(page.lines, 1)]
            yield Sheet(lines, page.next, None)


class Projects:
    """The ids of projects on the server that is written to, each made with the id it had where that is free."""

    def __init__(self, server: Server, only: str | None) -> None:
        self._server = server
        self._only = only
        self._known: dict[tuple[str | None, str | None], str] = {}

    def id_for(self, run: RunLine) -> str:
        """Where this run goes. Raises: CommandFailed."""
        wanted = (None, self._only) if self._only else (run.session_id, run.session_name)
        if wanted not in self._known:
            self._known[wanted] = self._found_or_made(*wanted)
        return self._known[wanted]

    def _found_or_made(self, project_id: str | None, name: str | None) -> str:
        name = name or (f"imported-{project_id}" if project_id else "default")
        found = self._server.v1("GET", "/sessions", name=name, limit=1)
        if found.status == HTTPStatus.OK and found.json():
            return str(found.json()[0]["id"])
        return self._made({"name": name, "id": canonical_uuid(project_id)}) or self._made({"name": name}) or ""

    def _made(self, body: dict[str, str | None]) -> str | None:
        answer = self._server.v1("POST", "/sessions", body)
        if answer.status in {HTTPStatus.OK, HTTPStatus.CREATED}:
            return str(answer.json()["id"])
        if body.get("id"):
            return None  # the id is another project's
        raise CommandFailed(f"project {body['name']!r} cannot be made: {answer.status} {answer.shown()}")


@dataclass(frozen=True)
class Settings:
    """How an import goes: one project for all, a folder of attachments, going on, and where it notes refusals."""

    project: str | None = None
    attachments: Path | None = None
    resume: bool = False
    journal: Path | None = None
    report: Path | None = None


class Importer:
    """One import. Batches are sent side by side; what counts as done is what is done without a gap."""

    def __init__(self, server: Server, sheets: Sheets, settings: Settings, origin: Server | None = None) -> None:
        self._server = server
        self._sheets = sheets
        self._settings = settings
        self._origin = origin or server
        self._projects = Projects(server, settings.project)
        self._journal = None if settings.journal is None else Journal(settings.journal, ImportState)
        self.refused: list[Refusal] = []
        self._refused_before = 0
        self.without_attachment = 0

    def run(self, progress: Progress | None = None) -> int:
        """Send everything; how many runs were taken. Raises: CommandFailed."""
        progress = progress or Progress("importing")
        state = self._state()
        progress.begin_at(0 if state is None else state.runs)
        self._refused_before = 0 if state is None else state.refused
        with ThreadPoolExecutor(_SENDERS) as threads:
            under_way: deque[tuple[Sheet, int, list[Future[list[Refusal]]]]] = deque()
            for sheet in self._sheets.after(None if state is None else state.place):
                outgoing = list(self._read(sheet))
                sent = [threads.submit(send, self._server, batch) for batch in batches(outgoing)]
                under_way.append((sheet, len(outgoing), sent))
                while len(under_way) > 1:
                    self._settle(*under_way.popleft(), progress)
            while under_way:
                self._settle(*under_way.popleft(), progress)
        if self._journal is not None:
            self._journal.remove()
        self._tell(progress)
        return progress.runs

    def _settle(self, sheet: Sheet, runs: int, sent: list[Future[list[Refusal]]], progress: Progress) -> None:
        """Wait until a sheet is taken; then it need never be sent again."""
        refusals = [refusal for future in sent for refusal in future.result()]
        self.refused += refusals
        self._note(refusals)
        progress.add(runs - len({refusal.run_id for refusal in refusals}), sheet.share)
        if self._journal is not None and sheet.place is not None:
            refused = self._refused_before + len(self.refused)
            place = (self._server.endpoint, self._sheets.name, self._settings.project, sheet.place)
            self._journal.write(ImportState(*place, progress.runs, refused))

    def _read(self, sheet: Sheet) -> Iterator[Outgoing]:
        for where, text in sheet.lines:
            try:
                run = run_of(text)
                parts = parts_of(run, self._projects.id_for(run))
                yield Outgoing(where, run.id, [*parts, *self._attachments_of(run)])
            except BadLine as error:
                refusal = Refusal(where, None, str(error))
                self.refused.append(refusal)
                self._note([refusal])

    def _attachments_of(self, run: RunLine) -> Iterator[Part]:
        for name, at in (run.attachments or {}).items():
            body = self._bytes_of(run.id, name, at)
            if body is None:
                self.without_attachment += 1
            else:
                yield Part(f"attachment.{run.id}.{name}", at.mime_type or "application/octet-stream", body)

    def _bytes_of(self, run_id: str, name: str, at: AttachmentAt) -> bytes | None:
        if at.file is not None and self._settings.attachments is not None:
            folder = self._settings.attachments.resolve()
            path = (folder / at.file).resolve()
            if not path.is_relative_to(folder):
                raise BadLine(f"attachment {name!r} names a file outside of {folder}: {at.file[:200]!r}")
            try:
                return path.read_bytes()
            except OSError as error:
                raise BadLine(f"attachment {name!r}: {path} cannot be read: {error.strerror}") from None
        return None if at.url is None else fetched(self._origin, at.url, run_id, name)

    def _state(self) -> ImportState | None:
        if self._journal is None or not self._settings.resume:
            return None
        state = self._journal.read()
        if state is None:
            return None
        asked = (self._server.endpoint, self._sheets.name, self._settings.project)
        if (state.endpoint, state.source, state.project) != asked:
            raise CommandFailed(f"{self._journal.path} belongs to an import of {state.source} into {state.endpoint}")
        return state

    def _note(self, refusals: list[Refusal]) -> None:
        if refusals and self._settings.report is not None:
            with self._settings.report.open("ab") as file:
                file.writelines(msgspec.json.encode(refusal) + b"\n" for refusal in refusals)

    def _tell(self, progress: Progress) -> None:
        progress.end("imported")
        if self.without_attachment:
            sys.stderr.write(f"{self.without_attachment} attachments were not in it and are missing now\n")
        for refusal in self.refused[:_SHOWN]:
            sys.stderr.write(f"refused: {refusal.where}: {refusal.reason}\n")
        if len(self.refused) > _SHOWN or (self.refused and self._settings.report is not None):
            sys.stderr.write(f"{len(self.refused)} were refused; all of them are in {self._settings.report}\n")
