"""What is shown no more: revoked, denied, deleted, invalidated, swept; each may be done again, or be cut off anywhere.

revoke  ─► no public answer          deny       ─► no signature works, also none that was given before
delete  ─► no file                   invalidate ─► no copy at the edge
sweep   ─► once more, when whoever was still writing has ended, and the list of what is denied may forget it
"""

from __future__ import annotations

import dataclasses

from functions.share.settings import ShareSettings
from shared.base.clock import Clock
from shared.sharing.share import Share, SharedTrace
from shared.sharing.signing import ROOT
from shared.store.ports import Store
from shared.store.share_views import ShareViews
from shared.store.shares import Shares, ShareTask

_DELETED_AT_ONCE = 1_000
ENDED = "ended"


class Taker:
    """Carries out what ends shares, and writes it into their receipts."""

    def __init__(self, settings: ShareSettings, store: Store, shares: Shares, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._shares = shares
        self._clock = clock
        self._views = ShareViews(store.control)

    def end(self, task: ShareTask) -> None:
        """Take back a share whose end has come; one that was given a later end is left for that."""
        share = self._share(task)
        if share is not None and not share.is_revoked and self._clock.now_us() < share.ends_us:
            if share.ends_us == task.at_us:
                return
            self._shares.note_end(share)
        elif share is not None:
            self._shares.note_reason(task.workspace, share.id, ENDED)
            self.take_back(task)
        self._shares.forget_end(task.at_us, task.share_id)

    def trace_is_gone(self, task: ShareTask, told: SharedTrace, reason: str) -> None:
        """Take back a share whose trace cannot be read any more."""
        self._shares.note_reason(task.workspace, told.id, reason)
        self.take_back(task)

    def take_back(self, task: ShareTask) -> None:
        """The four steps in their order; the receipt says when each was done first."""
        self._shares.revoke(task.workspace, task.share_id, task.token_hash, task.trace_id)
        self._store.edge.deny(task.share_id)
        self._note(task, "denied_us")
        objects = self.delete_files(task.share_id)
        self._note(task, "deleted_us", objects=objects)
        self._store.edge.invalidate(task.share_id)
        self._note(task, "invalidated_us", views=self._views.of(task.share_id).count)
        share = self._share(task)
        if share is not None:
            self._shares.forget_end(share.ends_us, share.id)
        self._shares.send(sweep_of(task), self._settings.sweep_after_s)

    def sweep(self, task: ShareTask) -> None:
        """Delete what no link leads to: all of a share that was taken back, else all but its newest snapshot."""
        share = self._share(task)
        if share is not None and not share.is_revoked:
            self.delete_files(share.id, but=share.folder)
            return
        late = self.delete_files(task.share_id)
        self._store.edge.forget(task.share_id)
        receipt = self._shares.receipt(task.workspace, task.share_id)
        if receipt is not None and receipt.swept_us is None:
            said = {"swept_us": self._clock.now_us(), "late_objects": late}
            self._shares.note(task.workspace, task.share_id, said)

    def switch(self, _: ShareTask) -> None:
        """Have the edge refuse what belongs to whoever has sharing switched off now: whatever was signed before."""
        self._store.edge.deny_scopes(self._shares.switched_off)

    def delete_files(self, share_id: str, but: str | None = None) -> int:
        """Delete the files of a share, those in one folder excepted; says how many."""
        found = self._store.snapshots.list(f"{ROOT}/{share_id}/")
        keys = [key for key in found if but is None or not key.startswith(but)]
        for begin in range(0, len(keys), _DELETED_AT_ONCE):
            self._store.snapshots.delete(keys[begin : begin + _DELETED_AT_ONCE])
        return len(keys)

    def _share(self, task: ShareTask) -> Share | None:
        share = self._shares.by_token_hash(task.token_hash)
        return share if share is not None and share.id == task.share_id else None

    def _note(self, task: ShareTask, time: str, **counts: int) -> None:
        """Write down when a step was done, where that is not known yet."""
        receipt = self._shares.receipt(task.workspace, task.share_id)
        if receipt is not None and dataclasses.asdict(receipt)[time] is None:
            self._shares.note(task.workspace, task.share_id, {time: self._clock.now_us(), **counts})


def sweep_of(task: ShareTask) -> ShareTask:
    """The task that looks through the files of the same share once more."""
    return ShareTask("sweep", task.share_id, task.token_hash, task.workspace, task.trace_id)
