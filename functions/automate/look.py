"""Traces, read whole and strongly, with what rules did there: everything that a rule goes by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.base.clock import Clock
from shared.retention.kept import Kept
from shared.store import keys
from shared.store.applications import Application, applications_in
from shared.store.erased import Erased
from shared.store.ports import KeyRange, Table
from shared.store.questions import Questions
from shared.store.traces import StoredTrace
from shared.store.whole import WholeTrace, WholeTraces


@dataclass
class Looked:
    """A trace that may be read now, and what rules did there before. `kept` is why it is in the extended tier."""

    stored: StoredTrace
    whole: WholeTrace
    applied: Sequence[Application]
    kept: Kept | None

    @property
    def id(self) -> str:
        """The trace's id."""
        return self.stored.id

    def applied_by(self, rule_id: str) -> list[Application]:
        """What one rule did there."""
        return [one for one in self.applied if one.rule == rule_id]


class Lookout:
    """Reads traces for rules."""

    def __init__(self, table: Table, ask: Questions, wholes: WholeTraces, clock: Clock) -> None:
        self._table = table
        self._ask = ask
        self._wholes = wholes
        self._clock = clock
        self._erased = Erased(table)

    def look(self, workspace: str, trace_ids: Sequence[str], is_alive: Callable[[str], bool]) -> list[Looked]:
        """Those of the traces that may be read: neither ended nor deleted. `is_alive` says which projects are there."""
        erased = self._erased.traces(workspace)
        asked = [trace_id for trace_id in trace_ids if trace_id not in erased]
        read = self._table.query_many([_rows_of(workspace, trace_id) for trace_id in asked])
        found: list[Looked] = []
        for trace_id, rows in zip(asked, read, strict=True):
            stored = self._ask.traces.of_rows(workspace, trace_id, rows)
            if stored is None or stored.erased_by is not None or stored.ends_us <= self._clock.now_us():
                continue
            whole = self._wholes.of(stored, is_alive)
            found.append(Looked(stored, whole, applications_in(trace_id, rows), stored.kept))
        return found


def _rows_of(workspace: str, trace_id: str) -> KeyRange:
    """A trace's fate, chunks and feedback, and what rules did."""
    return KeyRange(keys.trace(workspace, trace_id), keys.FATE, keys.APPLIED + keys.LAST, consistent=True)
