"""Which workspaces a caller sees."""

from __future__ import annotations

from functions.api.auth import Caller
from shared.access.workspace import Workspace


def workspaces_seen(caller: Caller) -> list[Workspace]:
    """The caller's own, or, for a key of the whole organization, all of that; the oldest first."""
    access = caller.room.ask.access
    own = access.workspace(caller.workspace)
    if not caller.key.is_organization_wide:
        return [own]
    siblings = [one for one in access.workspaces() if one.organization == own.organization]
    return sorted(siblings, key=lambda one: (one.created_us, one.id))
