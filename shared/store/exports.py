"""Bulk exports in the control table: what was asked, how far each window is, its parts, and what is due."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec

from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.base.units import US_PER_HOUR, US_PER_S
from shared.exports.bulk_export import BulkExport, Destination, ExportWindow, Status
from shared.exports.manifest import PartFile
from shared.store import keys
from shared.store.ports import AtMost, Item, Key, KeyRange, Table, Value
from shared.store.rows import item_of, record_of

LEASE_S = 120
"""How long nobody else takes up a window after its last sign of life: longer than one part takes."""
_ENDED: frozenset[Status] = frozenset({"Completed", "Failed", "Cancelled"})


class Exports:
    """Questions and commands about the exports of a deployment."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._held: dict[tuple[str, int], int] = {}

    def create(self, export: BulkExport) -> BulkExport:
        """Keep an export and let its first window be due."""
        status: Status = "Created" if export.interval_hours is None else "IntervalScheduled"
        export = dataclasses.replace(export, status=status)
        self._control.put([item_of(Key(keys.exports(export.workspace), export.id), export)])
        self.add_window(export, export.first_window(self._clock.now_us()))
        return export

    def get(self, workspace: str, export_id: str) -> BulkExport:
        """One export. Raises: NotFound."""
        item = self._control.get(Key(keys.exports(workspace), export_id), consistent=True)
        if item is None:
            raise NotFound(f"Bulk export {export_id} does not exist")
        return record_of(item, BulkExport)

    def all(self, workspace: str) -> list[BulkExport]:
        """The exports of a workspace, the newest first."""
        found = [record_of(item, BulkExport) for item in self._control.query(KeyRange(keys.exports(workspace)))]
        return sorted(found, key=lambda export: export.created_us, reverse=True)

    def cancel(self, workspace: str, export_id: str) -> BulkExport:
        """End an export that has not ended; parts that are written stay. Raises: NotFound."""
        export = self.get(workspace, export_id)
        return export if export.status in _ENDED else self.mark(export, "Cancelled")

    def mark(self, export: BulkExport, status: Status) -> BulkExport:
        """Say how far an export is."""
        self._control.update(Key(keys.exports(export.workspace), export.id), {"status": status})
        return dataclasses.replace(export, status=status)

    def windows(self, workspace: str, export_id: str) -> list[ExportWindow]:
        """The windows of an export, in order of time."""
        items = self._control.query(KeyRange(keys.export_windows(workspace, export_id), consistent=True))
        return [record_of(item, ExportWindow) for item in items]

    def windows_between(self, export: BulkExport, start_us: int, end_us: int) -> list[ExportWindow]:
        """The windows of an export that touch [start, end), in order of time."""
        longest_us = (export.interval_hours or 0) * US_PER_HOUR
        first = keys.moment(max(0, start_us - longest_us)) if longest_us else ""
        pk = keys.export_windows(export.workspace, export.id)
        items = self._control.query(KeyRange(pk, first, keys.moment(end_us), consistent=True))
        return [window for window in (record_of(item, ExportWindow) for item in items) if window.end_us > start_us]

    def add_window(self, export: BulkExport, window: ExportWindow) -> None:
        """Keep a window and when it is due. Twice is the same as once."""
        due_us = export.due_us(window, self._clock.now_us())
        said: dict[str, Value] = {
            "workspace": window.workspace,
            "export": window.export,
            "start_us": window.start_us,
            "due_us": due_us,
        }
        due = Item(keys.exports_due(), keys.export_due(window.export, window.start_us), said)
        self._control.put([item_of(_key(window), window), due])

    def due(self) -> list[ExportWindow]:
        """The windows whose time has come and that nobody works on."""
        now_us = self._clock.now_us()
        found: list[ExportWindow] = []
        for item in self._control.query(KeyRange(keys.exports_due(), consistent=True)):
            said = item.attributes
            if int(said["due_us"] or 0) <= now_us:
                pk = keys.export_windows(str(said["workspace"]), str(said["export"]))
                row = self._control.get(Key(pk, keys.moment(int(said["start_us"] or 0))), consistent=True)
                found += [] if row is None else [record_of(row, ExportWindow)]
        return [window for window in found if window.lease_us <= now_us]

    def claim(self, window: ExportWindow) -> bool:
        """Take a window up, so that nobody else does for `LEASE_S`; says whether it was free."""
        now_us = self._clock.now_us()
        lease_us = now_us + LEASE_S * US_PER_S
        lease: dict[str, Value] = {"lease_us": lease_us, "status": "Running", "attempts": window.attempts + 1}
        return self._control.update(_key(window), lease, AtMost("lease_us", now_us))

    def save_part(self, window: ExportWindow, part: PartFile | None) -> ExportWindow:
        """Keep a part and the place behind it, and go on holding the window.

        The part's row first: if only that is written, the same part comes again, under the same key.
        """
        if part is not None:
            pk = keys.export_parts(window.workspace, window.export, window.start_us)
            self._control.put([Item(pk, f"{window.parts:06d}", msgspec.structs.asdict(part))])
        moved = dataclasses.replace(window, lease_us=self._clock.now_us() + LEASE_S * US_PER_S, attempts=0)
        said: dict[str, Value] = {
            name: getattr(moved, name) for name in ("order_us", "run_id", "parts", "runs", "lease_us", "attempts")
        }
        self._control.update(_key(window), said)
        return moved

    def hold(self, window: ExportWindow) -> None:
        """Go on holding a window; told at every batch, it is written now and then."""
        now_us = self._clock.now_us()
        held_us = self._held.get((window.export, window.start_us), 0)
        if now_us - held_us > LEASE_S * US_PER_S // 4:
            self._held[window.export, window.start_us] = now_us
            self._control.update(_key(window), {"lease_us": now_us + LEASE_S * US_PER_S})

    def parts(self, window: ExportWindow) -> list[PartFile]:
        """The parts of a window, in order. Only those count that its state counts."""
        pk = keys.export_parts(window.workspace, window.export, window.start_us)
        items = self._control.query(KeyRange(pk, consistent=True))
        return [record_of(item, PartFile) for item in items if int(item.sk) <= window.parts]

    def release(self, window: ExportWindow) -> None:
        """Let the window be taken up again at once: its time was over, not its work."""
        self._control.update(_key(window), {"lease_us": 0})

    def finish(self, window: ExportWindow, status: Status, error: str | None = None) -> None:
        """The window is done with, well or not."""
        said: dict[str, Value] = {"status": status, "error": error, "finished_us": self._clock.now_us(), "lease_us": 0}
        self._control.update(_key(window), said)
        self._control.delete([Key(keys.exports_due(), keys.export_due(window.export, window.start_us))])

    def add_destination(self, destination: Destination) -> Destination:
        """Keep a destination."""
        key = Key(keys.export_destinations(destination.workspace), destination.id)
        self._control.put([item_of(key, destination)])
        return destination

    def destination(self, workspace: str, destination_id: str) -> Destination:
        """One destination. Raises: NotFound."""
        item = self._control.get(Key(keys.export_destinations(workspace), destination_id), consistent=True)
        if item is None:
            raise NotFound(f"Bulk export destination {destination_id} does not exist")
        return record_of(item, Destination)

    def destinations(self, workspace: str) -> Sequence[Destination]:
        """The destinations of a workspace."""
        items = self._control.query(KeyRange(keys.export_destinations(workspace)))
        return [record_of(item, Destination) for item in items]


def _key(window: ExportWindow) -> Key:
    return Key(keys.export_windows(window.workspace, window.export), keys.moment(window.start_us))
