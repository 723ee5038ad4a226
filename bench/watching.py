"""Looking at a running server from outside: its processor time, and its folder through the product's own reader."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from bench.capture import Sent
from bench.reference import PROJECT, RUNS
from functions.api.reader import Reader
from infra.local.server import RunningServer
from infra.local.store import LocalStore, open_local_store
from shared.base.clock import SystemClock
from shared.pricing.prices import PriceTable
from shared.retention.periods import Periods
from shared.store.heads import Head
from shared.store.questions import Questions, open_questions
from shared.store.walk import Window

_FOREVER_US = 4 * 10**15
_LOOK_EVERY_S = 0.02
_WITHIN_S = 120.0


class NeverReadable(Exception):
    """What was accepted did not become readable in time."""


class Watched:
    """The folder of a running server, read by this process: SQLite lets both work on it at once."""

    def __init__(self, store: LocalStore) -> None:
        clock = SystemClock()
        self.store = store
        self.ask: Questions = open_questions(store, clock, Periods())
        self.reader = Reader(self.ask, PriceTable.load())
        self.workspace = self.ask.access.workspaces()[0].id

    def project(self, name: str = PROJECT) -> str:
        """The id of a project that traces were sent to."""
        found = self.ask.projects.named(self.workspace, name)
        if found is None:
            raise NeverReadable(f"no trace has reached project {name}")
        return found.id

    def heads(self, name: str = PROJECT) -> Iterator[Head]:
        """The heads of a project's traces, newest first."""
        return self.ask.heads.walk(self.workspace, self.project(name), Window(0, _FOREVER_US))

    def wait_until(self, is_so: Callable[[], bool]) -> float:
        """Look until it is so; the moment it was, by `time.perf_counter`. Raises: NeverReadable."""
        deadline_s = time.perf_counter() + _WITHIN_S
        while not is_so():
            if time.perf_counter() > deadline_s:
                raise NeverReadable(f"not readable within {_WITHIN_S:.0f} s of being accepted")
            time.sleep(_LOOK_EVERY_S)
        return time.perf_counter()

    def is_at_rest(self) -> bool:
        """Whether nothing waits in the queue or is being recorded."""
        counts = self.store.operations.depth()
        return not (counts.waiting or counts.in_flight)

    def whole_traces(self) -> int:
        """How many traces of the project have all their runs and their end."""
        return sum(head.runs == RUNS and head.root.end_us is not None for head in self.heads())

    def whole_traces_at_rest(self) -> int:
        """The same, once all that was sent before is recorded."""
        self.wait_until(self.is_at_rest)
        return self.whole_traces()


def cpu_s_of(process_id: int) -> float:
    """The processor time that a process has used, all its threads together. Source: proc(5), /proc/pid/stat."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


@contextmanager
def watching(folder: Path) -> Iterator[Watched]:
    """The folder of a running server."""
    store = open_local_store(folder, "http://localhost", SystemClock(), {})
    try:
        yield Watched(store)
    finally:
        store.close()


class Poster:
    """Posts captured requests again, on one connection that is kept open."""

    def __init__(self, server: RunningServer) -> None:
        address = urlsplit(server.url)
        self._connection = HTTPConnection("127.0.0.1", address.port or 0, timeout=30)
        self._api_key = server.api_key

    def post(self, sent: Sent) -> None:
        """Post one request. Raises: NeverReadable when it is not accepted."""
        headers = {name: value for name, value in sent.headers if name not in {"host", "content-length", "connection"}}
        self._connection.request(sent.method, sent.path, sent.body, headers | {"x-api-key": self._api_key})
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 202:  # noqa: PLR2004 accepted
            raise NeverReadable(f"the server answered {answer.status}: {said[:300]!r}")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
