"""What is shown: snapshots that are made, and made anew when their trace has changed; and looks that are counted."""

from __future__ import annotations

from functions.share.settings import ShareSettings
from functions.share.taker import Taker, sweep_of
from shared.base.errors import NotFound
from shared.sharing.redaction import Redaction, redaction_in
from shared.sharing.share import Share, SharedTrace
from shared.store.ports import Store
from shared.store.share_views import ShareViews
from shared.store.shares import Shares, ShareTask
from shared.store.snapshots import Snapshots

_GONE = "trace gone"


class Sharer:
    """Carries out what concerns shares that are open. What is not open any more is left to whoever takes it back."""

    def __init__(
        self, settings: ShareSettings, store: Store, shares: Shares, snapshots: Snapshots, taker: Taker
    ) -> None:
        self._settings = settings
        self._shares = shares
        self._snapshots = snapshots
        self._taker = taker
        self._views = ShareViews(store.control)

    def make(self, task: ShareTask) -> None:
        """Make a snapshot of the trace as it is."""
        found = self._open(task)
        if found is not None:
            self._update(task, *found)

    def check(self, task: ShareTask) -> None:
        """Make one if the trace has changed since the newest."""
        found = self._open(task)
        if found is None:
            return
        share, told, redaction = found
        try:
            now = self._snapshots.looked_at(share, redaction)
        except NotFound:
            self._taker.trace_is_gone(task, told, _GONE)
            return
        if now.revision != share.revision:
            self._update(task, share, told, redaction)
        else:
            self._shares.keep_snapshot(now)

    def view(self, task: ShareTask) -> None:
        """Count looks, and see that the next one finds what is new."""
        self._views.count(task.share_id, task.view_id, task.at_us, task.looks)
        share = self._shares.by_token_hash(task.token_hash)
        if share is not None and share.may_be_outdated(task.at_us):
            self.check(task)

    def _open(self, task: ShareTask) -> tuple[Share, SharedTrace, Redaction] | None:
        found = self._shares.of_trace(task.workspace, task.trace_id)
        if found is None or found[0].id != task.share_id:
            return None
        return (*found, redaction_in(found[1].redaction))

    def _update(self, task: ShareTask, share: Share, told: SharedTrace, redaction: Redaction) -> None:
        """Lead to a new snapshot; the one before goes when nobody can be reading it any more.

        Where the share was revoked meanwhile, nothing leads to what was written, and it goes at once.
        """
        try:
            made, _ = self._snapshots.make(share, redaction)
        except NotFound:
            self._taker.trace_is_gone(task, told, _GONE)
            return
        if not self._shares.keep_snapshot(made):
            self._taker.delete_files(share.id)
        elif share.revision not in ("", made.revision):
            self._shares.send(sweep_of(task), self._settings.sweep_after_s)
