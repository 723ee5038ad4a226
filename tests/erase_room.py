"""A record room and an erase room over one store, and a look at every byte that is left in it."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from functions.erase.app import build
from functions.erase.settings import EraseSettings
from infra.check_removal import frames_in
from shared.base.units import US_PER_S
from shared.runs.fact import Fact
from shared.store.erased import packed
from shared.store.erasure import PART_TRACES, Erasure, Erasures, Removed
from shared.store.ports import Store
from tests.operations import KEY_ID, WORKSPACE, patch, post, uuid7
from tests.record_room import RecordRoom
from tests.stores import NOON_US

ERASE_SETTINGS = EraseSettings(
    traces_table="t",
    control_table="c",
    bucket="b",
    erasures_queue_url="e",
    erasure_dead_letter_queue_url="f",
    shares_queue_url="g",
    share_dead_letter_queue_url="h",
)
_MANY_TASKS = 200
_VISIBILITY_S = ERASE_SETTINGS.lease_s + 1
"""What failed comes again later than a lease lasts, as the queue's visibility has it."""


class Killed(Exception):
    """The process ended here."""


class EraseRoom(RecordRoom):
    """The two rooms. `store` may be watched: each call of `on_call` comes before a call of a door."""

    def __init__(self, folder: Path, settings: EraseSettings = ERASE_SETTINGS) -> None:
        super().__init__(folder)
        self.folder = folder
        self.settings = settings
        self.erasures = Erasures(self.store, self.clock, settings.settle_s)
        self.erase = build(settings, self.store, self.clock)

    def ask_to_erase(self, trace_ids: Sequence[str] = (), **more: Any) -> str:  # noqa: ANN401 fields of the receipt
        """Take an erasure on, as the api room does; its id."""
        erasure_id = self.erasures.new_id()
        kind = more.pop("kind", "traces")
        parts = -(-len(trace_ids) // PART_TRACES) if kind == "traces" else None
        self.erasures.begin(
            Erasure(
                erasure_id,
                WORKSPACE,
                kind,
                self.clock.now_us(),
                KEY_ID,
                "a key",
                trace_ids=packed(trace_ids),
                parts=parts,
                **more,
            )
        )
        return erasure_id

    def work(self, attempt: int = 1) -> list[str]:
        """Do the tasks that wait now; the bodies of those that failed, which come again later."""
        failed = []
        for message in self.store.erasures.receive(10, 60):
            record = {
                "messageId": message.id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": str(attempt)},
            }
            self.store.erasures.delete([message.handle])
            if self.erase({"Records": [record]}, None)["batchItemFailures"]:
                self.store.erasures.send(message.body, group="again", delay_s=_VISIBILITY_S)
                failed.append(message.body)
        return failed

    def finish(self) -> None:
        """Do all tasks until none is left, letting time pass where they wait."""
        queue: Any = self.store.erasures
        for _ in range(_MANY_TASKS):
            self.work()
            counts = queue.depth()
            if not counts.waiting:
                if not counts.delayed:
                    return
                self.clock.advance(self.settings.settle_s)
        raise AssertionError(f"the erasure does not end: {queue.depth()}, {queue.list_dead()}")

    def removed(self, erasure_id: str) -> Removed:
        """What a receipt says was removed."""
        return sum((part.removed for part in self.erasures.parts(WORKSPACE, erasure_id)), Removed())

    def left(self, marker: str) -> list[str]:
        """Where these characters are still found, in any row or object, behind any compression."""
        wanted = marker.encode()
        rows = [(f"{pk} {sk}", raw) for name in ("traces", "control") for pk, sk, raw in _rows(self.folder, name)]
        files = [(str(path), path.read_bytes()) for path in (self.folder / "objects").rglob("*") if path.is_file()]
        return [
            place for place, raw in [*rows, *files] if wanted in raw or any(wanted in one for one in frames_in(raw))
        ]


def marked_trace(marker: str, start_us: int = NOON_US, bulk: int = 0) -> list[Fact]:
    """A trace of three runs, one of which failed, that says the marker wherever a trace can say something."""
    noise = [uuid.uuid4().hex for _ in range(bulk)]
    root = post(uuid7(start_us), start_us, name=f"agent {marker}", inputs={"question": marker, "noise": noise})
    tool = post(
        str(uuid.uuid4()),
        start_us + 2000,
        root,
        name=f"search {marker}",
        extra={"metadata": {"customer": marker}},
        tags=[marker],
    )
    return [
        root,
        tool,
        patch(tool, start_us + 950_000, error=f"ValueError: {marker}"),
        patch(root, start_us + US_PER_S, outputs={"answer": marker}),
    ]


def _rows(folder: Path, table: str) -> Iterator[tuple[str, str, bytes]]:
    with sqlite3.connect(folder / f"{table}.db") as connection:
        for pk, sk, raw in connection.execute("SELECT pk, sk, attributes FROM items"):
            yield pk, sk, raw if isinstance(raw, bytes) else str(raw).encode()


class Watched:
    """A door that tells before each call, so that a test can do something there, or end the process."""

    def __init__(self, door: object, on_call: Callable[[], None]) -> None:
        self._door = door
        self._on_call = on_call

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 a method of any kind
        """The door's method, behind the telling."""
        method = getattr(self._door, name)

        def told(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 as the method
            self._on_call()
            return method(*arguments, **named)

        return told


def watched(store: Store, on_call: Callable[[], None]) -> Store:
    """The same store, telling before each call of any of its doors."""
    doors: dict[str, Any] = {
        name: Watched(getattr(store, name), on_call)
        for name in ("traces", "control", "objects", "operations", "erasures", "upgrades")
    }
    return Store(**doors)


def after(calls: int, act: Callable[[], None]) -> Callable[[], None]:
    """Do something once, before the call of this number."""
    counted = [0]

    def tell() -> None:
        counted[0] += 1
        if counted[0] == calls + 1:
            act()

    return tell
