"""Saved views as the wire shows them, and the bodies that make and change them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from functions.api.schemas.asked import Asked
from functions.api.schemas.moments import utc
from shared.base.errors import Malformed
from shared.base.ids import new_uuid
from shared.projects.view import SavedView
from shared.store.filters import Filters
from shared.store.ports import Value

MAX_NAME_CHARS = 200
MAX_QUERY_CHARS = 4_000
MAX_FILTER_CHARS = 10_000

Query = Annotated[str, Field(max_length=MAX_QUERY_CHARS)]
Filter = Annotated[str, Field(max_length=MAX_FILTER_CHARS)]
_NAMES = {
    "display_name": "name",
    "description": "description",
    "query": "query",
    "filter_string": "filter",
    "trace_filter_string": "trace_filter",
    "tree_filter_string": "tree_filter",
    "type": "kind",
}
"""The wire's name of each field that can be said, and ours."""
_NEVER_NULL = frozenset({"name", "query", "kind"})


class ViewChange(Asked):
    """What to change of a view. A null takes a description or filter away, and leaves a name, query or type."""

    display_name: str | None = None
    description: Annotated[str, Field(max_length=MAX_QUERY_CHARS)] | None = None
    query: Query | None = None
    filter_string: Filter | None = None
    trace_filter_string: Filter | None = None
    tree_filter_string: Filter | None = None
    type: Literal["runs", "traces", "threads"] | None = None

    def changes(self) -> dict[str, Value]:
        """The fields that were said, by our names. Raises: Malformed, FilterError."""
        Filters.parsed(self.filter_string, self.trace_filter_string, self.tree_filter_string)
        said = {_NAMES[name]: getattr(self, name) for name in _NAMES if name in self.model_fields_set}
        changes = {name: value for name, value in said.items() if value is not None or name not in _NEVER_NULL}
        return {**changes, **({"name": _name_of(str(changes["name"]))} if "name" in changes else {})}


class ViewCreate(ViewChange):
    """A new view."""

    display_name: str

    def created(self, project: str, now_us: int) -> SavedView:
        """The view that this asks for. Raises: Malformed, FilterError."""
        fields: dict[str, Any] = self.changes()
        return SavedView(new_uuid(), project, created_us=now_us, updated_us=now_us, **fields)


def view_object(view: SavedView) -> dict[str, Any]:
    """A saved view."""
    return {
        "id": view.id,
        "session_id": view.project,
        "display_name": view.name,
        "description": view.description,
        "query": view.query,
        "filter_string": view.filter,
        "trace_filter_string": view.trace_filter,
        "tree_filter_string": view.tree_filter,
        "type": view.kind,
        "created_at": utc(view.created_us),
        "updated_at": utc(view.updated_us),
    }


def _name_of(text: str) -> str:
    """The name without spaces around it. Raises: Malformed."""
    name = text.strip()
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise Malformed(f"display_name: has {len(name)} characters; it must have 1 to {MAX_NAME_CHARS}")
    return name
