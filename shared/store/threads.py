"""Threads: the traces of one conversation, a row each, in order of their starts."""

from __future__ import annotations

from shared.retention.periods import deletable_epoch_s
from shared.runs.fact import Fact
from shared.runs.run import thread_of
from shared.store import keys
from shared.store.ports import Item, Table
from shared.store.walk import Position, Window, starts, stream


def thread_named(fact: Fact) -> str | None:
    """The conversation that a root's metadata names."""
    extra = fact.fields.get("extra")
    return None if extra is None else thread_of(extra[0].get("metadata") or {})


def thread_item(workspace: str, project: str, thread_id: str, turn: Position, ends_us: int) -> Item:
    """The row that says that a trace is a turn of a thread."""
    sk = keys.head(turn.order_us, turn.run_id)
    return Item(keys.thread(workspace, project, thread_id), sk, {}, deletable_epoch_s(ends_us))


class Threads:
    """Questions about conversations."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def turns(self, workspace: str, project: str, thread_id: str, window: Window) -> list[Position]:
        """The traces of a thread that started in the window, in its order; some may have ended by retention."""
        partition = keys.thread(workspace, project, thread_id)
        items = stream(self._table, starts([partition], window))
        return [Position(int(moment), trace_id) for moment, trace_id in (item.sk.split("#") for item in items)]
