"""What is shared by links in all workspaces that a key sees: searched, sorted, a page at a time, or taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal, NamedTuple

from functions.api.auth import Caller
from functions.api.sharing import Sharing
from shared.access.workspace import Workspace
from shared.sharing.share import Share, SharedTrace, ShareReceipt
from shared.store.parallel import side_by_side
from shared.store.share_views import ShareViews, Views

Sort = Literal["created_at", "ends_at", "last_viewed_at", "run_name", "views", "workspace_name"]
Order = Literal["asc", "desc"]


class Listed(NamedTuple):
    """One link: the workspace that it is of, and what its owners know of it. `share` and `views` come by `filled`."""

    workspace: Workspace
    told: SharedTrace
    share: Share | None = None
    views: Views = Views()

    @property
    def ends_us(self) -> int | None:
        """When it ends: with its trace at the latest."""
        return self.told.expires_us if self.share is None else self.share.ends_us


class SharedUrls:
    """The links of some workspaces that the caller sees."""

    def __init__(self, caller: Caller, seen: Sequence[Workspace]) -> None:
        self._caller = caller
        self._seen = {one.id: one for one in seen}
        self._sharing = Sharing(caller)
        self._views = ShareViews(caller.room.store.control)

    def found(self, words: str, sort: Sort, order: Order) -> list[Listed]:
        """All links that hold every word, in this order; where two are equal the newer comes first."""
        links = [one for one in self._open() if _has(one, words, self._caller.origin)]
        if sort in _SORTED_BY_MORE:
            links = self.filled(links)
        newest_first = sorted(links, key=lambda one: (one.told.created_us, one.told.id), reverse=True)
        return sorted(newest_first, key=_SORTS[sort], reverse=order == "desc")

    def filled(self, links: Sequence[Listed]) -> list[Listed]:
        """These links with what is stored beside them: when they end, whether they are ready, how often looked at."""
        shares = side_by_side(self._sharing.shares.by_token_hash, [one.told.token_hash for one in links])
        views = self._views.of_many([one.told.id for one in links])
        return [one._replace(share=share, views=looks) for one, share, looks in zip(links, shares, views, strict=True)]

    def take_back(self, tokens: Collection[str], *, takes_all: bool) -> int:
        """Take back these, or all; says how many there were."""
        chosen = [one for one in self._open() if takes_all or one.told.token in tokens]
        for one in chosen:
            self._sharing.unshare(one.told, "unshared all" if takes_all else "unshared", one.workspace.id)
        return len(chosen)

    def receipts(self, before: str | None, limit: int) -> list[tuple[Workspace, ShareReceipt]]:
        """What became of links, open ones and others, the newest first; of those that were made before another."""
        shares = self._sharing.shares
        found = [(one, receipt) for one in self._seen.values() for receipt in shares.receipts(one.id, limit, before)]
        return sorted(found, key=lambda pair: pair[1].id, reverse=True)[:limit]

    def _open(self) -> list[Listed]:
        now_us = self._caller.now_us
        per_workspace = side_by_side(self._sharing.shares.of_workspace, list(self._seen))
        pairs = zip(self._seen.values(), per_workspace, strict=True)
        return [
            Listed(workspace, told)
            for workspace, links in pairs
            for told in links
            if told.expires_us is None or told.expires_us > now_us
        ]


def _has(link: Listed, words: str, origin: str) -> bool:
    """Whether a link holds every word, whatever its case: in its names, in who shared it, in its address or ids."""
    told = link.told
    names = (told.run_name, told.project_name, link.workspace.name, told.key_description)
    ids = (f"{origin}/public/{told.token}/r", told.trace_id, told.id)
    text = " ".join([*names, *ids]).casefold()
    return all(word in text for word in words.casefold().split())


_NEVER_US = 1 << 62
_SORTED_BY_MORE: frozenset[Sort] = frozenset({"ends_at", "last_viewed_at", "views"})
"""What is not known before every link was filled."""
_SORTS: dict[Sort, Callable[[Listed], str | int]] = {
    "created_at": lambda one: one.told.created_us,
    "ends_at": lambda one: _NEVER_US if one.ends_us is None else one.ends_us,
    "last_viewed_at": lambda one: one.views.last_us or 0,
    "run_name": lambda one: one.told.run_name.casefold(),
    "views": lambda one: one.views.count,
    "workspace_name": lambda one: one.workspace.name.casefold(),
}
