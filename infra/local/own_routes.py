"""What only the laptop answers: its clock, its jobs, its queue, and the links to its objects.

    GET  /__local/clock                             the time, and how far it is ahead
    POST /__local/clock {"advance_seconds": n}      let time pass
    POST /__local/jobs/<name>                       run a job now
    GET  /__local/queue                             what waits, is worked on, was given up; `erasures` has its own
    POST /__local/queue/redrive {"ids": [...]}      give dead letters another chance; all of them without ids;
                                                    those of another queue with {"queue": "erasures"}
    GET  /__objects/<key>?...                       one object, for whoever has a signed link

They belong to whoever sits at the machine: a page in the browser must not reach them by giving this
machine a name of its own (DNS rebinding) or by posting a form from elsewhere.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from infra.local.answer import Answer, json_answer, message, plain
from infra.local.clock import LocalClock
from infra.local.folder_objects import SIGNED_PATH, FolderObjects
from infra.local.http_event import Request
from infra.local.jobs import Job
from infra.local.sqlite_queue import SqliteQueue
from infra.topology import Resource
from shared.base.errors import Malformed, NotAllowed, NotFound, Rejected
from shared.base.units import US_PER_S

LOCAL_PATH = "/__local/"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_THREADS = 4
_MAX_DEAD_SHOWN = 100
_MAIN: Resource = "operations"


class OwnRoutes:
    """Answers `/__local/` and `/__objects/`, on threads of its own."""

    def __init__(
        self, clock: LocalClock, queues: Mapping[Resource, SqliteQueue], objects: FolderObjects, jobs: Mapping[str, Job]
    ) -> None:
        self._clock = clock
        self._queues = queues
        self._objects = objects
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="own")
        self._routes: dict[tuple[str, str], Callable[[Request], dict[str, Any]]] = {
            ("GET", "clock"): self._time,
            ("POST", "clock"): self._advance,
            ("GET", "queue"): self._queued,
            ("POST", "queue/redrive"): self._redrive,
        } | {("POST", f"jobs/{name}"): self._run_job for name in jobs}

    async def __call__(self, request: Request) -> Answer | None:
        """The answer, or None for a request that is the rooms'."""
        if not request.path.startswith((LOCAL_PATH, SIGNED_PATH)):
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.answer, request)

    def answer(self, request: Request) -> Answer:
        """The answer to a request for a path of ours."""
        try:
            if request.path.startswith(SIGNED_PATH):
                return self._object(request)
            check_local(request)
            return json_answer(200, self._route(request)(request))
        except Rejected as error:
            return message(error.status, error.message)

    def close(self) -> None:
        """Take no more requests."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _route(self, request: Request) -> Callable[[Request], dict[str, Any]]:
        path = request.path.removeprefix(LOCAL_PATH)
        route = self._routes.get((request.method, path))
        if route is None:
            known = ", ".join(f"{method} {LOCAL_PATH}{name}" for method, name in self._routes)
            raise NotFound(f"{request.method} {request.path} does not exist here; there are {known}")
        return route

    def _time(self, _request: Request) -> dict[str, Any]:
        now_us = self._clock.now_us()
        return {"now": _text_of(now_us), "now_us": now_us, "offset_seconds": self._clock.offset_s}

    def _advance(self, request: Request) -> dict[str, Any]:
        seconds = _json(request).get("advance_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise Malformed(f'advance_seconds must be a number, as in {{"advance_seconds": 86400}}, not {seconds!r}')
        self._clock.advance(seconds)
        return self._time(request)

    def _run_job(self, request: Request) -> dict[str, Any]:
        name = request.path.removeprefix(f"{LOCAL_PATH}jobs/")
        return {"job": name, "did": self._jobs[name]()}

    def _queued(self, _request: Request) -> dict[str, Any]:
        others: dict[str, Any] = {name: _shown(queue) for name, queue in self._queues.items() if name != _MAIN}
        return {**_shown(self._queues[_MAIN]), **others}

    def _redrive(self, request: Request) -> dict[str, Any]:
        asked = _json(request) if request.body else {}
        name, ids = asked.get("queue", _MAIN), asked.get("ids")
        if name not in self._queues:
            raise Malformed(f"queue must be one of {', '.join(self._queues)}, not {name!r}")
        queue = self._queues[name]
        if ids is None:
            ids = [one.id for one in queue.list_dead(queue.depth().dead)]
        if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
            raise Malformed(f'ids must be a list of dead letters\' numbers, as in {{"ids": [1, 2]}}, not {ids!r}')
        return {"redriven": queue.redrive(ids)}

    def _object(self, request: Request) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            raise NotFound(f"{request.method} {request.path}: objects can only be read")
        key = request.path.removeprefix(SIGNED_PATH)
        read = self._objects.verify(key, dict(parse_qsl(request.query, keep_blank_values=True)))
        # It is somebody's upload on the page's own origin: it may be looked at, never run.
        guards = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
        disposition = {"content-disposition": f"attachment; filename*=UTF-8''{quote(read.filename, safe='')}"}
        # The page may have been opened by this machine's other name; the signature is all the permission there is.
        readable = {"access-control-allow-origin": "*"}
        return plain(200, _header_text(read.content_type), self._objects.get(key), guards | disposition | readable)


def _shown(queue: SqliteQueue) -> dict[str, Any]:
    """What one queue holds."""
    dead = queue.list_dead(_MAX_DEAD_SHOWN)
    return {
        **queue.depth()._asdict(),
        "dead_letters": [
            {"id": one.id, "reason": one.reason, "buried_at": _text_of(one.buried_us), "bytes": len(one.body)}
            for one in dead
        ],
    }


def check_local(request: Request) -> None:
    """Raises: NotAllowed when the request was not addressed to this machine, or a foreign page sent it."""
    host = request.header("host")
    if _name(f"//{host}") not in _LOOPBACK:
        raise NotAllowed(f"{LOCAL_PATH} answers only on localhost, 127.0.0.1 and [::1], not to host {host[:200]!r}")
    origin = request.header("origin")
    if origin and _name(origin) not in _LOOPBACK:
        raise NotAllowed(f"{LOCAL_PATH} takes no requests from the page {origin[:200]!r}")


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _json(request: Request) -> dict[str, Any]:
    try:
        content = json.loads(request.body)
    except ValueError as error:
        raise Malformed(f"The body of {request.method} {request.path} is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise Malformed(f"The body of {request.method} {request.path} must be a JSON object")
    return content


def _header_text(text: str) -> str:
    """Text that cannot end its header."""
    return "".join(char for char in text if char.isprintable() and char.isascii()) or "application/octet-stream"


def _text_of(time_us: int) -> str:
    return datetime.fromtimestamp(time_us / US_PER_S, UTC).isoformat()
