"""Links of all workspaces as the page's list shows them, and as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from functions.api.schemas.moments import utc
from functions.api.schemas.share import entity_of, receipt_object
from functions.api.shared_urls import Listed
from shared.access.workspace import Workspace
from shared.sharing.share import ShareReceipt

_COLUMNS = (
    *("workspace_name", "run_name", "session_name", "url", "created_by", "created_at", "expires_at", "ends_at"),
    *("views", "last_viewed_at", "is_ready", "redaction", "run_id", "share_id"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate. Source: OWASP, "CSV Injection"."""


def listed_object(link: Listed, origin: str) -> dict[str, Any]:
    """A link in the list of all workspaces: LangSmith's fields, and what else there is to know; times are UTC."""
    return {
        **entity_of(link.told, link.views, origin),
        "tenant_id": link.workspace.id,
        "workspace_name": link.workspace.name,
        "created_at": utc(link.told.created_us),
        "expires_at": utc(link.told.expires_us),
        "ends_at": utc(link.ends_us),
        "last_viewed_at": utc(link.views.last_us),
        "is_ready": link.share is not None and bool(link.share.revision),
    }


def listed_receipt(workspace: Workspace, receipt: ShareReceipt) -> dict[str, Any]:
    """A receipt among those of other workspaces."""
    return {**receipt_object(receipt), "tenant_id": workspace.id, "workspace_name": workspace.name}


def shared_csv(links: Sequence[Listed], origin: str) -> str:
    """The same list as RFC 4180 text; what a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    for link in links:
        said = listed_object(link, origin)
        rows.writerow([_cell(said[name]) for name in _COLUMNS])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        hiding = {name: rule for name, rule in value.items() if rule}
        return json.dumps(hiding, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
