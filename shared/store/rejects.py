"""Operations that were refused, kept for a while where the owner of the workspace can list them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from shared.base.ids import receipt_us
from shared.base.units import US_PER_DAY
from shared.retention.periods import deletable_epoch_s
from shared.runs.fact import Reject
from shared.store import keys
from shared.store.ports import Item, KeyRange, Table

KEPT_DAYS = 14
BURIED = "dead letter"
"""Where a request stands of which nothing could be recorded: it is whole, among the dead letters."""
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class RejectedOperation:
    """One refused operation: what it was, why, and when it came."""

    receipt: str
    received_us: int
    where: str
    reason: str
    run_id: str | None
    project: str | None


def reject_item(workspace: str, receipt: str, reject: Reject) -> Item:
    """The row of one refused operation."""
    received_us = receipt_us(receipt)
    attributes = {"where": reject.where, "reason": reject.reason, "run_id": reject.run_id, "project": reject.project}
    expires = deletable_epoch_s(received_us + KEPT_DAYS * US_PER_DAY)
    return Item(
        keys.rejects(workspace, received_us),
        keys.reject(receipt, f"{reject.where} {reject.run_id} {reject.reason}"),
        attributes,
        expires,
    )


def buried_item(workspace: str, receipt: str, reason: str) -> Item:
    """The row of a request that was given up. It stays when the request is sent again later and recorded."""
    row = reject_item(workspace, receipt, Reject(BURIED, reason[:_LONGEST_REASON]))
    return dataclasses.replace(row, pk=keys.buried(workspace))


def buried_requests(table: Table, workspace: str, limit: int) -> list[RejectedOperation]:
    """The requests that were given up last, newest first."""
    return list(_rejected(table.query(KeyRange(keys.buried(workspace), newest_first=True, limit=limit))))


def rejected_operations(
    table: Table, workspace: str, now_us: int, limit: int, days: int = KEPT_DAYS + 1
) -> list[RejectedOperation]:
    """The newest refused operations of so many UTC days, newest first."""
    found: list[RejectedOperation] = []
    for day in range(days):
        day_us = now_us - day * US_PER_DAY
        rows = KeyRange(keys.rejects(workspace, day_us), newest_first=True, limit=limit - len(found))
        found.extend(_rejected(table.query(rows)))
        if len(found) >= limit:
            break
    return found


def _rejected(items: list[Item]) -> Iterator[RejectedOperation]:
    for item in items:
        receipt, _ = item.sk.split("#")
        texts = {name: None if value is None else str(value) for name, value in item.attributes.items()}
        yield RejectedOperation(
            receipt,
            receipt_us(receipt),
            texts["where"] or "",
            texts["reason"] or "",
            texts.get("run_id"),
            texts.get("project"),
        )
