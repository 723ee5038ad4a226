"""The first workspace and the API key of a laptop, made when it starts for the first time."""

from __future__ import annotations

import os
from pathlib import Path

from shared.access.workspace import Workspace
from shared.store.access import Access

_WORKSPACE_NAME = "Default"


def first_key(access: Access, folder: Path, given: str | None) -> str:
    """The text of a key that works: the one given, else the one kept in `folder`, else a new one, kept there."""
    workspace = _first_workspace(access)
    if given:
        _ensure(access, workspace, given, "API_KEY of the local server")
        return given
    return _kept_key(access, workspace, folder / "api-key")


def _first_workspace(access: Access) -> Workspace:
    known = access.workspaces()
    return min(known, key=lambda one: one.created_us) if known else access.create_workspace(_WORKSPACE_NAME)


def _kept_key(access: Access, workspace: Workspace, path: Path) -> str:
    """The key in the file, unless it was revoked since; then a new one takes its place."""
    text = path.read_text().strip() if path.exists() else ""
    known = access.key_with_text(text) if text else None
    if known is None or known.revoked_us is not None:
        text, _ = access.create_key(workspace.id, "printed when the local server starts", is_organization_wide=True)
        _write_private(path, text)
    return text


def _ensure(access: Access, workspace: Workspace, text: str, description: str) -> None:
    """Make the key where there is none with this text."""
    if access.key_with_text(text) is None:
        access.create_key(workspace.id, description, text=text, is_organization_wide=True)


def _write_private(path: Path, text: str) -> None:
    """Nobody but the owner may read it, from the moment it is there."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{text}\n")
