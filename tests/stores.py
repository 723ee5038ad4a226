"""A whole store for a test: the laptop's own implementations, in a folder that goes away."""

from __future__ import annotations

from pathlib import Path

from infra.local.alerts import LocalTopic
from infra.local.folder_objects import FolderObjects
from infra.local.hooks_key import LocalHooks
from infra.local.plain_folder import PlainFolder
from infra.local.sqlite_queue import SqliteQueue
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.store.ports import Store

NOON_US = 1_795_176_000_000_000
"""2026-11-20T12:00:00Z, when most tests begin."""


def local_store(folder: Path, clock: SteppingClock) -> Store:
    """Two tables, objects and two queues in this folder."""
    objects = FolderObjects(folder, "http://127.0.0.1:1984", clock)
    return Store(
        traces=SqliteTable(folder / "traces.db"),
        control=SqliteTable(folder / "control.db"),
        objects=objects,
        examples=objects,
        operations=SqliteQueue(folder / "queue.db"),
        exports=PlainFolder(folder),
        snapshots=PlainFolder(folder),
        erasures=SqliteQueue(folder / "erasures.db", clock),
        upgrades=SqliteQueue(folder / "upgrades.db", clock),
        shares=SqliteQueue(folder / "shares.db", clock),
        deliveries=SqliteQueue(folder / "deliveries.db", clock),
        hooks=LocalHooks(folder / "hooks-key"),
        alerts=LocalTopic(folder / "alerts.ndjson", clock),
    )
