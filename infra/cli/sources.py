"""Where runs come from, a page of lines at a time: Tracekeep's own export, or any server's run query.

A line is JSON, with the names of LangSmith's first API and what was never said left out; beside them
`session_name`, `feedback` (as it was sent) and `attachments` (mime type and link by name).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

import msgspec

from infra.cli.failures import CommandFailed
from infra.cli.server import Answer, Server
from shared.base.ids import canonical_uuid

CURSOR_HEADER = "tracekeep-next-cursor"
_PAGE_RUNS = 100
_FEEDBACK_PAGE = 100
_SELECT = (
    *("id", "name", "run_type", "start_time", "end_time", "status", "error", "inputs", "outputs", "extra", "events"),
    *("serialized", "tags", "trace_id", "dotted_order", "parent_run_id", "session_id", "reference_example_id"),
    *("s3_urls", "feedback_stats", "total_tokens", "prompt_tokens", "completion_tokens", "total_cost"),
)
_PLACEHOLDERS: dict[str, object] = {"inputs": {}, "events": [], "extra": {}}
"""What a server answers for fields that a run never had."""
_ATTACHMENT = "attachment."


class Page(NamedTuple):
    """Some lines without their ends, and the place behind them; None where there is no more."""

    lines: list[bytes]
    next: str | None


class Source(Protocol):
    """Something that has pages of lines."""

    def pages(self, after: str | None) -> Iterator[Page]:
        """The pages from behind a place."""
        ...


@dataclass(frozen=True)
class Wanted:
    """Which runs. `project` is a name or an id; times are texts as the API takes them."""

    project: str
    start: str | None = None
    end: str | None = None
    filter: str | None = None
    root_only: bool = False


class TracekeepSource:
    """Runs by `/api/v2/runs/export`: whole pages, feedback and all, by one request each."""

    def __init__(self, server: Server, project_id: str, wanted: Wanted) -> None:
        self._server = server
        self._question = _given(
            project_ids=[project_id],
            min_start_time=wanted.start,
            max_start_time=wanted.end,
            filter=wanted.filter,
            is_root=wanted.root_only or None,
        )

    def is_there(self) -> bool:
        """Whether this server has that route. Raises: CommandFailed when it refuses the question."""
        answer = self._server.v2("POST", "/runs/export", {**self._question, "page_size": 1})
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}:
            return False
        _checked(answer)
        return True

    def pages(self, after: str | None) -> Iterator[Page]:
        """The pages from behind a place, newest runs first."""
        cursor = after
        while True:
            answer = _checked(self._server.v2("POST", "/runs/export", self._question | _given(cursor=cursor)))
            cursor = answer.headers.get(CURSOR_HEADER)
            yield Page(answer.body.splitlines(), cursor)
            if cursor is None:
                return


class LangSmithSource:
    """Runs by the first API's `/runs/query`, with their feedback by `/feedback`: what every server has."""

    def __init__(self, server: Server, project_id: str, project_name: str, wanted: Wanted) -> None:
        self._server = server
        self._project_name = project_name
        self._question = _given(
            session=[project_id],
            start_time=wanted.start,
            end_time=wanted.end,
            filter=wanted.filter,
            is_root=wanted.root_only or None,
            select=list(_SELECT),
        )

    def pages(self, after: str | None) -> Iterator[Page]:
        """The pages from behind a place, newest runs first. A page too large for the server is asked for in halves."""
        cursor, limit = after, _PAGE_RUNS
        while True:
            answer = self._server.v1("POST", "/runs/query", self._question | _given(cursor=cursor, limit=limit))
            if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and limit > 1:
                limit //= 2
                continue
            found = _checked(answer).json()
            runs = found.get("runs") or []
            following = (found.get("cursors") or {}).get("next")
            cursor = following if runs else None
            feedback = self._feedback_of([run["id"] for run in runs if run.get("feedback_stats")])
            yield Page([self._line(run, feedback.get(run["id"], [])) for run in runs], cursor)
            if cursor is None:
                return

    def _feedback_of(self, run_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
        by_run: dict[str, list[dict[str, Any]]] = {}
        offset = 0
        while run_ids:
            asked = self._server.v1("GET", "/feedback", run=run_ids, limit=_FEEDBACK_PAGE, offset=offset)
            found = _checked(asked).json()
            for feedback in found:
                by_run.setdefault(feedback["run_id"], []).append(feedback)
            offset += len(found)
            if len(found) < _FEEDBACK_PAGE:
                break
        return by_run

    def _line(self, run: dict[str, Any], feedback: list[dict[str, Any]]) -> bytes:
        said = {
            name: run[name]
            for name in _SELECT
            if run.get(name) is not None
            and name not in {"s3_urls", "feedback_stats"}
            and (name not in _PLACEHOLDERS or run[name] != _PLACEHOLDERS[name])
        }
        said["session_name"] = self._project_name
        if feedback:
            said["feedback"] = feedback
        if attachments := _attachments(run.get("s3_urls")):
            said["attachments"] = attachments
        return msgspec.json.encode(said)


def source_of(server: Server, wanted: Wanted) -> Source:
    """The best way that this server has. Raises: CommandFailed."""
    project_id, name = project_of(server, wanted.project)
    own = TracekeepSource(server, project_id, wanted)
    return own if own.is_there() else LangSmithSource(server, project_id, name, wanted)


def project_of(server: Server, text: str) -> tuple[str, str]:
    """(id, name) of the project that is called so, or has this id. Raises: CommandFailed."""
    project_id = canonical_uuid(text)
    if project_id is not None:
        answer = server.v1("GET", f"/sessions/{project_id}")
        if answer.status == HTTPStatus.OK:
            found = answer.json()
            return found["id"], found["name"]
    named = _checked(server.v1("GET", "/sessions", name=text, limit=1)).json()
    if not named:
        raise CommandFailed(f"there is no project {text!r} on {server.endpoint}")
    return named[0]["id"], named[0]["name"]


def _attachments(s3_urls: Any) -> dict[str, Any]:  # noqa: ANN401 a server's JSON
    return {
        name.removeprefix(_ATTACHMENT): {"mime_type": at.get("mime_type"), "url": at.get("presigned_url")}
        for name, at in (s3_urls or {}).items()
        if name.startswith(_ATTACHMENT) and isinstance(at, dict)
    }


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _checked(answer: Answer) -> Answer:
    """The answer, if it is one. Raises: CommandFailed, with what the server said."""
    if answer.status != HTTPStatus.OK:
        raise CommandFailed(f"the server answered {answer.status}: {answer.shown()}")
    return answer
