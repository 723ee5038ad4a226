"""An api room and an export room over one store, and the files that come of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from functions.export.app import build
from functions.export.settings import ExportSettings
from tests.api_room import ApiRoom

START = "2026-11-01T00:00:00Z"


class Invocation:
    """An invocation whose time is over after so many looks at the clock."""

    def __init__(self, looks: int) -> None:
        self._looks = looks

    def get_remaining_time_in_millis(self) -> int:
        """Enough, until it is not."""
        self._looks -= 1
        return 900_000 if self._looks >= 0 else 0


class ExportRoom(ApiRoom):
    """The rooms, and the folder that stands for the bucket."""

    def __init__(self, folder: Path, **settings: int) -> None:
        super().__init__(folder)
        self.folder = folder
        self._settings = ExportSettings(traces_table="t", control_table="c", bucket="b", **settings)
        self.clock.advance(3_600)  # what starts at noon is past
        self.export = build(self._settings, self.store, self.clock)

    def ask_export(self, **asked: object) -> dict[str, Any]:
        """A new export of the default project; all until now, where nothing else is said."""
        body = {"session_id": self.project(), "start_time": START, **asked}
        answer = self.post("/bulk-exports", body)
        assert answer.status == 200, answer.text
        made: dict[str, Any] = answer.json
        return made

    def wake(self, looks: int = 1_000_000) -> int:
        """One wake of the schedule; how many windows it worked on."""
        windows: int = self.export({}, Invocation(looks))["windows"]
        return windows

    def windows(self, export: dict[str, Any]) -> list[dict[str, Any]]:
        """How far an export is."""
        found: list[dict[str, Any]] = self.get(f"/bulk-exports/{export['id']}/runs").json
        return found

    def manifest_path(self, export: dict[str, Any], number: int = 0) -> Path:
        """Where the manifest of a window is."""
        return self.folder / str(self.windows(export)[number]["manifest"])

    def manifest(self, export: dict[str, Any], number: int = 0) -> dict[str, Any]:
        """The manifest of a window."""
        found: dict[str, Any] = json.loads(self.manifest_path(export, number).read_text())
        return found

    def rows(self, export: dict[str, Any], query: str = "select * from runs order by id") -> list[dict[str, Any]]:
        """What DuckDB reads from an export's files, which it calls `runs`."""
        pattern = self.folder / export["folder"] / "runs" / "*" / "*" / "*.parquet"
        with duckdb.connect() as db:
            db.execute("set timezone = 'UTC'")
            db.execute(f"create view runs as select * from read_parquet('{pattern}', hive_partitioning = true)")  # noqa: S608
            found: list[dict[str, Any]] = db.sql(query).to_arrow_table().to_pylist()
            return found


def dying(room: ExportRoom, calls: int, method: str) -> Callable[[], None]:
    """Let the store's exports door or control table end the process at a call; what undoes it."""
    door: Any = room.store.exports if method == "put" else room.store.control
    name = method.rpartition(".")[2]
    real = getattr(door, name)
    left: Iterator[int] = iter(range(calls))

    def mortal(*args: Any, **named: Any) -> Any:  # noqa: ANN401 any call
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(*args, **named)

    setattr(door, name, mortal)
    return lambda: setattr(door, name, real)
