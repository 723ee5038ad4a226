"""What a project has beside its traces: feedback about it as a whole, the list of its feedback, its statistics."""

from __future__ import annotations

from collections.abc import Iterator

from shared.store import keys
from shared.store.feedback import Addressed, Owner, by_id, place_item
from shared.store.ports import Item, Key, KeyRange, Table

_PAGE_ITEMS = 500


def remove_project_rows(table: Table, workspace: str, project: str) -> None:
    """Delete them, a page at a time; what is gone already is no error."""
    owner = Owner("project", project)
    for page in _pages(table, keys.project_feedback(workspace, project)):
        places = [place_item(Addressed(workspace, owner, feedback_id), 0) for feedback_id in by_id(page)]
        _delete(table, places)
        _delete(table, page)
    for partition in (keys.feedback_list(workspace, project), keys.rollups(workspace, project)):
        for page in _pages(table, partition):
            _delete(table, page)


def _pages(table: Table, partition: str) -> Iterator[list[Item]]:
    """The rows of a partition, which are deleted between one page and the next."""
    while page := table.query(KeyRange(partition, limit=_PAGE_ITEMS, consistent=True)):
        yield page


def _delete(table: Table, rows: list[Item]) -> None:
    table.delete([Key(row.pk, row.sk) for row in rows])
