"""The export room: bulk exports that are due become Parquet files with a manifest.

app.py        what is due, as long as there is time; what fails comes again, what keeps failing says why
exporter.py   one window, part by part
reading.py    its runs, whole
columns.py    runs as typed columns
parts.py      columns as a Parquet file
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from functions.export.settings import ExportSettings
from shared.base.clock import Clock
from shared.base.log import logger
from shared.exports.bulk_export import ExportWindow
from shared.retention.periods import Periods
from shared.store.exports import Exports
from shared.store.ports import Store
from shared.store.questions import open_questions

if TYPE_CHECKING:
    from functions.export.exporter import Exporter

MAX_ATTEMPTS = 5
_MARGIN_MS = 60_000
"""The last part is begun with so much time left: a part takes seconds."""

Handler = Callable[[dict[str, Any], "Context | None"], dict[str, Any]]


class Context(Protocol):
    """What Lambda tells of the invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """How long until the room's time is over."""
        ...


def build(settings: ExportSettings, store: Store, clock: Clock) -> Handler:
    """The handler of a schedule's events; it answers with how many windows it worked on."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    exports = Exports(store.control, clock)

    def exporter() -> Exporter:
        # pyarrow takes 100 ms and 60 MB, which a look that finds nothing to do can spare.
        from functions.export.exporter import Exporter  # noqa: PLC0415

        return Exporter(settings, ask, exports, store.exports, clock)

    room = _Room(exporter, exports)

    def handle(_event: dict[str, Any], context: Context | None) -> dict[str, Any]:
        """Without a context, as on the laptop, there is all the time."""
        return {"windows": room.work(lambda: context is None or context.get_remaining_time_in_millis() > _MARGIN_MS)}

    return handle


class _Room:
    def __init__(self, make: Callable[[], Exporter], exports: Exports) -> None:
        self._make = make
        self._exports = exports

    @cached_property
    def _exporter(self) -> Exporter:
        return self._make()

    def work(self, has_time: Callable[[], bool]) -> int:
        """Work on all that is due; how many windows there were."""
        done = 0
        for window in self._exports.due():
            if not has_time():
                break
            if self._exports.claim(window):
                done += 1
                self._one(window, has_time)
        return done

    def _one(self, window: ExportWindow, has_time: Callable[[], bool]) -> None:
        """A window that fails is taken up again when its lease is over."""
        try:
            self._exporter.work(window, has_time)
        except Exception as error:  # noqa: BLE001 the outermost loop: one export must not hold up the others
            logger.exception("export failed", extra={"export": window.export, "workspace": window.workspace})
            if window.attempts + 1 >= MAX_ATTEMPTS:
                self._exporter.give_up(window, f"It failed {MAX_ATTEMPTS} times on end, last with {error!r}"[:1_000])
