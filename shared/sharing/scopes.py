"""Whose a share is, for those alone who know whose it may be.

Where sharing is switched off for a workspace or an organization (a *scope*), the edge must refuse all its shares at
once, thousands of them, whatever was signed. It knows of a share only the id in the address. So the id carries, behind
a receipt, what the scope and that receipt hash to: whoever has the list of scopes that are off can tell, and nobody
else, not even that two links come from one workspace.

    <receipt>-<of the workspace><of the organization>
"""

from __future__ import annotations

import hashlib

_TAG_CHARS = 12
"""48 bits: of a million shares one in some hundred million times is taken for another scope's."""


def share_id_of(receipt: str, workspace: str, organization: str) -> str:
    """The id of a share; ids sort as their receipts do."""
    return f"{receipt}-{_tag(receipt, workspace)}{_tag(receipt, organization)}"


def is_of(share_id: str, scope: str) -> bool:
    """Whether a share is a workspace's, or an organization's; never for an id that carries nothing."""
    receipt, _, tags = share_id.partition("-")
    tag = _tag(receipt, scope)
    return len(tags) == 2 * _TAG_CHARS and tag in (tags[:_TAG_CHARS], tags[_TAG_CHARS:])


def _tag(receipt: str, scope: str) -> str:
    return hashlib.sha256(f"{receipt} {scope}".encode()).hexdigest()[:_TAG_CHARS]
