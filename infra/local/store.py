"""Where the laptop keeps its data: one folder, used by one server at a time.

traces.sqlite  control.sqlite  queue.sqlite  erasures.sqlite  upgrades.sqlite  shares.sqlite  deliveries.sqlite
objects/  exports/  shared/  denied/  signing.json  hooks-key  alerts.ndjson  clock  api-key  lock
"""

from __future__ import annotations

import dataclasses
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from infra.local.alerts import LocalTopic
from infra.local.edge import Denied
from infra.local.folder_objects import FolderObjects
from infra.local.hooks_key import LocalHooks
from infra.local.plain_folder import PlainFolder
from infra.local.signing_key import KEY_ID, NAME, LocalSecret
from infra.local.sqlite_queue import SqliteQueue
from infra.local.sqlite_table import SqliteTable
from infra.topology import Resource
from shared.base.clock import Clock
from shared.base.settings import Settings
from shared.store.ports import Store

S = TypeVar("S", bound=Settings)

NAMES = {
    "traces_table": "traces",
    "control_table": "control",
    "bucket": "objects",
    "snapshots_bucket": "shared",
    "signing_secret": "local:signing",
    "signing_key": NAME,
    "signing_key_id": KEY_ID,
    "denied_store_arn": "local:denied",
    "distribution_id": "local",
    "hooks_secret": "local:hooks",
    "alerts_topic_arn": "local:alerts",
    "deliveries_queue_url": "local:deliveries",
    "delivery_dead_letter_queue_url": "local:delivery-dead-letters",
    "shares_queue_url": "local:shares",
    "share_dead_letter_queue_url": "local:share-dead-letters",
    "operations_queue_url": "local:operations",
    "dead_letter_queue_url": "local:dead-letters",
    "erasures_queue_url": "local:erasures",
    "erasure_dead_letter_queue_url": "local:erasure-dead-letters",
    "upgrades_queue_url": "local:upgrades",
    "upgrade_dead_letter_queue_url": "local:upgrade-dead-letters",
    "is_local": "true",
}
"""What the rooms' settings call the laptop's resources, and that it is one."""


class FolderInUse(Exception):
    """Another server works on the folder."""


@dataclass(frozen=True, kw_only=True)
class LocalStore(Store):
    """The embedded doors, with what only they can do."""

    traces: SqliteTable
    control: SqliteTable
    objects: FolderObjects
    examples: FolderObjects
    operations: SqliteQueue
    erasures: SqliteQueue
    upgrades: SqliteQueue
    shares: SqliteQueue
    deliveries: SqliteQueue
    snapshots: FolderObjects
    signing: LocalSecret
    edge: Denied

    @property
    def queues(self) -> dict[Resource, SqliteQueue]:
        """The queues by the name that the topology gives them."""
        return {
            "operations": self.operations,
            "erasures": self.erasures,
            "shares": self.shares,
            "upgrades": self.upgrades,
            "deliveries": self.deliveries,
        }

    def close(self) -> None:
        """Release the files."""
        self.traces.close()
        self.control.close()
        for queue in self.queues.values():
            queue.close()


def open_local_store(folder: Path, base_url: str, clock: Clock, tier_days: Mapping[str, int]) -> LocalStore:
    """The store in this folder. `base_url` begins its links; `tier_days` is how long each tier's objects live."""
    objects = FolderObjects(folder, base_url, clock, {f"{tier}/": days for tier, days in tier_days.items()})
    return LocalStore(
        traces=SqliteTable(folder / "traces.sqlite"),
        control=SqliteTable(folder / "control.sqlite"),
        objects=objects,
        examples=objects,
        operations=SqliteQueue(folder / "queue.sqlite"),
        exports=PlainFolder(folder),
        # Apart from what nobody may see without a key, and with their types, which an edge must say.
        snapshots=FolderObjects(folder / "shared", base_url, clock),
        signing=LocalSecret(folder / "signing.json"),
        edge=Denied(folder / "denied"),
        erasures=SqliteQueue(folder / "erasures.sqlite"),
        upgrades=SqliteQueue(folder / "upgrades.sqlite"),
        shares=SqliteQueue(folder / "shares.sqlite"),
        deliveries=SqliteQueue(folder / "deliveries.sqlite"),
        hooks=LocalHooks(folder / "hooks-key"),
        alerts=LocalTopic(folder / "alerts.ndjson", clock),
    )


def settings_of(kind: type[S], environ: Mapping[str, str]) -> S:
    """A room's settings: the laptop's names, and what `environ` sets beyond them. Raises: SettingMissing."""
    fields = {field.name for field in dataclasses.fields(kind)}
    names = {f"TRACEKEEP_{name.upper()}": value for name, value in NAMES.items() if name in fields}
    return kind.from_environ({**environ, **names})


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold the folder; the lock ends with the process, however it ends. Raises: FolderInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise FolderInUse(f"{folder} is in use by another server (process {file.read().strip()})") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
