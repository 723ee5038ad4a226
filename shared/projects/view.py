"""A saved view: a way to look at a project that somebody wants to come back to."""

from __future__ import annotations

from dataclasses import dataclass

MAX_VIEWS = 100
"""Of one project: they stand in a menu."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view of a project.

    `query` is the query string of the page's address, and all that the page needs. The filters, in the filter
    language, are for clients that know no page. `kind` is which list they are of.
    """

    id: str
    project: str
    name: str
    created_us: int
    updated_us: int
    description: str | None = None
    query: str = ""
    filter: str | None = None
    trace_filter: str | None = None
    tree_filter: str | None = None
    kind: str = "runs"
