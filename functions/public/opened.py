"""A token, opened: the share that it leads to, and its snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from functions.public.asked import Asked
from functions.public.document import strip
from functions.public.snapshot import Files, Snapshot
from functions.public.tree import Place
from shared.base.errors import NotFound
from shared.sharing.share import Share
from shared.store.share_looks import ShareLooks
from shared.store.shares import Shares


@dataclass(frozen=True)
class Opened:
    """What one request may show."""

    token: str
    share: Share
    snapshot: Snapshot

    def chosen(self, run_id: str | None) -> Place:
        """The run that is asked for, or the root where none is, or none of this trace."""
        tree = self.snapshot.tree
        at = tree.index.get(run_id) if run_id else None
        return tree.first if at is None else tree.all[at]

    def place(self, run_id: str | None) -> Place:
        """The run with this id. Raises: NotFound."""
        at = self.snapshot.tree.index.get(run_id or "")
        if at is None:
            raise NotFound("This run is not in the shared trace")
        return self.snapshot.tree.all[at]

    def strip(self, now_us: int) -> str:
        """Since when it is shared, until when, and how much is hidden."""
        return strip(self.share, self.snapshot.hidden, now_us)


class Opener:
    """Decides what a request may see: the only place that does."""

    def __init__(self, shares: Shares, files: Files, looks: ShareLooks) -> None:
        self._shares = shares
        self._files = files
        self._looks = looks

    def open(self, asked: Asked, *, is_view: bool = False) -> Opened:
        """What the request's token leads to now. Raises: NotFound, alike whatever the reason."""
        self._looks.flush()
        if asked.token is None:
            raise nothing()
        share = self._shares.public(asked.token)
        try:
            opened = Opened(asked.token, share, self._files.open(share))
        except NotFound:  # its files were deleted between the two reads
            raise nothing() from None
        self._shares.ask_to_check(share)
        if is_view:
            self._looks.note(share, asked.request_id)
        return opened


def nothing() -> NotFound:
    """What everything that is not shown is answered with: the words of `Shares.public`."""
    return NotFound("There is nothing shared under this link: it may have ended, or been taken back")
