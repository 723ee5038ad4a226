"""Saved views of a project, in the control table: one row each."""

from __future__ import annotations

from shared.base.clock import Clock
from shared.base.errors import Conflict, NotFound
from shared.projects.view import MAX_VIEWS, SavedView
from shared.store import keys
from shared.store.ports import Equals, Key, KeyRange, Table, Value
from shared.store.rows import item_of, record_of


class Views:
    """Questions and commands about the views of projects."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock

    def all(self, workspace: str, project: str) -> list[SavedView]:
        """The views of a project, in order of their names."""
        items = self._control.query(KeyRange(keys.views(workspace, project), consistent=True))
        return sorted((record_of(item, SavedView) for item in items), key=lambda one: (one.name.casefold(), one.id))

    def get(self, workspace: str, project: str, view_id: str) -> SavedView:
        """One view. Raises: NotFound."""
        item = self._control.get(Key(keys.views(workspace, project), view_id), consistent=True)
        if item is None:
            raise _missing(view_id, project)
        return record_of(item, SavedView)

    def create(self, workspace: str, view: SavedView) -> SavedView:
        """Keep a new view. Raises: Conflict where its name is taken or there are too many."""
        others = self.all(workspace, view.project)
        if len(others) >= MAX_VIEWS:
            raise Conflict(f"Project {view.project} has {len(others)} views, the most it may have: delete one first")
        _check_name(view.name, others)
        self._control.put([item_of(Key(keys.views(workspace, view.project), view.id), view)])
        return view

    def change(self, workspace: str, project: str, view_id: str, changes: dict[str, Value]) -> SavedView:
        """The view with these fields changed; its others stay as they are. Raises: NotFound, Conflict."""
        if "name" in changes:
            others = [one for one in self.all(workspace, project) if one.id != view_id]
            _check_name(str(changes["name"]), others)
        said = {**changes, "updated_us": self._clock.now_us()}
        if not self._control.update(Key(keys.views(workspace, project), view_id), said, Equals("id", view_id)):
            raise _missing(view_id, project)
        return self.get(workspace, project, view_id)

    def delete(self, workspace: str, project: str, view_id: str) -> None:
        """Forget a view. Raises: NotFound."""
        self.get(workspace, project, view_id)
        self._control.delete([Key(keys.views(workspace, project), view_id)])


def remove_views(control: Table, workspace: str, project: str) -> None:
    """Forget all views of a project; that there are none is no error."""
    rows = control.query(KeyRange(keys.views(workspace, project), consistent=True))
    control.delete([Key(row.pk, row.sk) for row in rows])


def _check_name(name: str, others: list[SavedView]) -> None:
    taken = next((one for one in others if one.name == name), None)
    if taken is not None:
        raise Conflict(f"View {taken.id} of this project is called {name!r} already; choose another name, or change it")


def _missing(view_id: str, project: str) -> NotFound:
    return NotFound(f"View {view_id} does not exist in project {project}")
