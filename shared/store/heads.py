"""Heads: one row a trace, with its root as merged and the totals of its tree. What lists of traces read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from shared.base.clock import Clock
from shared.base.units import US_PER_DAY
from shared.retention.periods import Tier, deletable_epoch_s
from shared.runs.codec import compress, decompress
from shared.runs.fact import Fields
from shared.runs.run import Run
from shared.runs.totals import Totals
from shared.store import keys
from shared.store.erased import Erased
from shared.store.hours import Hours
from shared.store.ports import AtMost, Item, Key, Table, Value
from shared.store.walk import Window, starts, stream


class SaidOfRun(msgspec.Struct, array_like=True):
    """One feedback as a head keeps it; `run_id` is None where it is about the root."""

    run_id: str | None
    key: str
    score: float | bool | None = None
    value: Any = None
    comment: str | None = None
    source: str | None = None
    is_error: bool = False

    def spoken(self) -> dict[str, Any]:
        """The same by its names on the wire."""
        return {
            "key": self.key,
            "score": self.score,
            "value": self.value,
            "comment": self.comment,
            "error": self.is_error,
            "feedback_source": {"type": self.source},
        }


class Head(msgspec.Struct, array_like=True):
    """A trace as lists show it, made from its first `chunks` chunks and `feedback_facts` facts of feedback.

    `fields` are the root's, payload fields with their summaries only; `totals` are those of the tree.
    `feedback` is that of all its runs; None where it is not known from here, since it is too much for a head.
    """

    trace_id: str
    project: str
    fields: Fields
    totals: Totals | None
    first_token_us: int | None
    runs: int
    failed_runs: int
    chunks: int
    born_us: int
    ends_us: int
    tier: Tier
    kept_because: str | None = None
    feedback: list[SaidOfRun] | None = None
    feedback_facts: int = 0

    @property
    def root(self) -> Run:
        """The root run, without payloads."""
        return Run(self.trace_id, self.trace_id, self.fields)

    @property
    def feedback_on_root(self) -> list[dict[str, Any]] | None:
        """The feedback about the root by its names on the wire; None where it is not known from here."""
        return None if self.feedback is None else [one.spoken() for one in self.feedback if one.run_id is None]


class HeadPlace(NamedTuple):
    """Where a head stands: under its project, at the start of its root."""

    project: str
    root_start_us: int
    shards: int


class NewHead(NamedTuple):
    """A head to be stored, and where."""

    workspace: str
    head: Head
    place: HeadPlace


_ROWS = "n"
_UPGRADED = 1 << 40
_FRAME = "h"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Head).decode


class Heads:
    """Questions and commands about a project's traces."""

    def __init__(self, table: Table, hours: Hours, clock: Clock) -> None:
        self._table = table
        self._erased = Erased(table)
        self._hours = hours
        self._clock = clock

    def write(self, heads: Sequence[NewHead]) -> None:
        """Store heads, but for those of which one made from more rows is there already."""
        # Chunks and facts are only ever added, and both writers read all there were: more is a later truth.
        self._table.put_if_many([(_item(new), AtMost(_ROWS, _rows(new.head))) for new in heads])

    def note_provisional(self, heads: Sequence[NewHead]) -> None:
        """Say where these heads stand, each of a trace without a root, so that they can be taken back."""
        self._table.put([_note(new) for new in heads])

    def withdraw(self, workspace: str, trace_id: str, place: HeadPlace) -> None:
        """Take back a provisional head, and the note of where it stood."""
        note = Key(keys.trace(workspace, trace_id), keys.PROVISIONAL_HEAD)
        self._table.delete([_key(workspace, trace_id, place), note])

    def walk(self, workspace: str, project: str, window: Window) -> Iterator[Head]:
        """The heads of the roots that started in the window; not of what has ended by retention or is being erased."""
        now_us, erased = self._clock.now_us(), self._erased.traces(workspace)
        days = self._hours.days(workspace, project, window.start_us, window.end_us)
        for day in reversed(days) if window.newest_first else days:
            partitions = [keys.heads(workspace, project, day.number * US_PER_DAY, n) for n in range(day.shards)]
            for item in stream(self._table, starts(partitions, window)):
                head = _decode(decompress(bytes(item.attributes[_FRAME])))  # type: ignore[arg-type]
                if head.ends_us > now_us and head.trace_id not in erased:
                    yield head


def _item(new: NewHead) -> Item:
    workspace, head, place = new
    key = _key(workspace, head.trace_id, place)
    attributes: dict[str, Value] = {_FRAME: compress(_encode(head)), _ROWS: _rows(head)}
    return Item(key.pk, key.sk, attributes, deletable_epoch_s(head.ends_us))


def _rows(head: Head) -> int:
    """Of two heads of a trace, the one with the larger number stands.

    A trace never leaves the extended tier, so a head that knows of it is the later truth, whatever else it knows: who
    read the trace in the base tier and also saw a row that the other did not, cannot have read after the other.
    """
    upgraded = _UPGRADED if head.tier == "extended" else 0
    return head.chunks + head.feedback_facts + upgraded


def _key(workspace: str, trace_id: str, place: HeadPlace) -> Key:
    project, root_start_us, shards = place
    pk = keys.heads(workspace, project, root_start_us, keys.shard_of(trace_id, shards))
    return Key(pk, keys.head(root_start_us, trace_id))


def _note(new: NewHead) -> Item:
    key = Key(keys.trace(new.workspace, new.head.trace_id), keys.PROVISIONAL_HEAD)
    return Item(key.pk, key.sk, new.place._asdict(), deletable_epoch_s(new.head.ends_us))


def place_noted(item: Item) -> HeadPlace:
    """What a note says."""
    said = item.attributes
    return HeadPlace(str(said["project"]), int(said["root_start_us"] or 0), int(said["shards"] or 1))
