"""What became of a trace: in which tier it is, why, and what is billed for that.

fate       under the trace, written once by condition: whoever comes first is the cause
why        under the trace: each later cause, for people
upgraded   one a trace, by the month in which it came into the extended tier: overwritten, never incremented
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from shared.base.units import US_PER_DAY, US_PER_S
from shared.retention.kept import CauseKind, Kept
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import Item, Key, KeyRange, Table, Value

KEPT = "kept"
UPGRADED_DAYS = 100
"""How long the row stays that an upgrade is billed by: its month is final after 4 days of the next, and what was
counted stays; the rest is for audits of the last three months."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Kept).decode


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One trace that came into the extended tier: once, in the month of `at_us`, for `cause`.

    `is_born` where it was there from its first receipt. Units: `at_us` is microseconds since 1970 UTC.
    """

    trace_id: str
    project: str
    cause: CauseKind
    cause_id: str
    at_us: int

    @property
    def is_born(self) -> bool:
        """Whether it was in the extended tier from its first receipt."""
        return self.cause == "project"


def fate_key(workspace: str, trace_id: str) -> Key:
    """Where a trace's fate stands."""
    return Key(keys.trace(workspace, trace_id), keys.FATE)


def fate_item(workspace: str, trace_id: str, kept: Kept, ends_us: int) -> Item:
    """The row that puts a trace into the extended tier, for this cause."""
    at = fate_key(workspace, trace_id)
    return Item(at.pk, at.sk, {KEPT: _encode(kept)}, deletable_epoch_s(ends_us))


def kept_in(item: Item) -> Kept | None:
    """Why a trace is in the extended tier, by its fate or by a later cause."""
    said = item.attributes.get(KEPT)
    return _decode(said) if isinstance(said, bytes) else None


def why_item(workspace: str, trace_id: str, kept: Kept, ends_us: int) -> Item:
    """The row of one later cause."""
    sk = keys.why(kept.kind, kept.id)
    return Item(keys.trace(workspace, trace_id), sk, {KEPT: _encode(kept)}, deletable_epoch_s(ends_us))


def noted_causes(table: Table, workspace: str, trace_id: str, limit: int) -> list[Kept]:
    """The later causes of a trace that have a row, in order of time, at most so many."""
    rows = KeyRange(keys.trace(workspace, trace_id), keys.WHY, keys.WHY + keys.LAST, limit=limit)
    found = (kept_in(item) for item in table.query(rows))
    return sorted((kept for kept in found if kept is not None), key=lambda kept: kept.at_us)


def upgrade_item(workspace: str, project: str, trace_id: str, kept: Kept) -> Item:
    """The row that is billed for, of one trace: the same however often and by whomever it is written."""
    said: dict[str, Value] = {"j": project, "k": kept.kind, "i": kept.id, "u": kept.at_us}
    ends = deletable_epoch_s(kept.at_us + UPGRADED_DAYS * US_PER_DAY)
    return Item(keys.upgraded(workspace, month_of(kept.at_us)), trace_id, said, ends)


def upgrades_in(table: Table, workspace: str, month: str) -> list[Upgrade]:
    """The traces of a workspace that came into the extended tier in a month, such as `2026-11`."""
    rows = table.query(KeyRange(keys.upgraded(workspace, month), consistent=True))
    return [_upgrade(row) for row in rows]


def month_of(time_us: int) -> str:
    """The calendar month of a moment, in UTC, as text that sorts."""
    return f"{datetime.fromtimestamp(time_us // US_PER_S, UTC):%Y-%m}"


def _upgrade(row: Item) -> Upgrade:
    said = {"project": row.attributes["j"], "cause": row.attributes["k"], "cause_id": row.attributes["i"]}
    return msgspec.convert({"trace_id": row.sk, **said, "at_us": row.attributes["u"]}, Upgrade)
