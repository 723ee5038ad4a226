"""Projects in the control table: one row a project, one row a name."""

from __future__ import annotations

import dataclasses

from shared.base.clock import Clock
from shared.base.errors import Conflict, NotFound
from shared.base.ids import new_uuid
from shared.base.units import US_PER_S
from shared.projects.project import BY_ID, BY_NAME, DEFAULT_NAME, Project, check_name
from shared.store import keys
from shared.store.ports import Absent, Equals, Item, Key, KeyRange, Table
from shared.store.rows import item_of, record_of

_CACHE_S = 30


class Projects:
    """Questions and commands about the projects of a workspace."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._resolved: dict[tuple[str, str], tuple[int, Project]] = {}

    def resolve(self, workspace: str, reference: str | None) -> Project:
        """The project that an operation names, made on the way if its name is new.

        `reference` is `name:<name>`, `id:<uuid>`, or None for the default project. May be as old as `_CACHE_S`,
        or as the last `look_again`.
        Raises: NotFound when an id is not a project of this workspace.
        """
        reference = reference or BY_NAME + DEFAULT_NAME
        now_us = self._clock.now_us()
        read_us, project = self._resolved.get((workspace, reference), (0, None))
        if project is None or now_us - read_us > _CACHE_S * US_PER_S:
            project = self._found_or_made(workspace, reference)
            self._resolved[workspace, reference] = (now_us, project)
        return project

    def look_again(self) -> None:
        """Remember nothing from before: a trace must not go to a project that was deleted since."""
        self._resolved.clear()

    def get(self, workspace: str, project_id: str) -> Project:
        """One project. Raises: NotFound."""
        item = self._control.get(Key(keys.projects(workspace), project_id))
        if item is None or item.attributes.get("deleted_us") is not None:
            raise NotFound(f"Project {project_id} does not exist")
        return _project(item)

    def shards(self, workspace: str, project_id: str) -> int:
        """Over how many partitions a project's hours are spread, also of a deleted one; 1 where it is unknown."""
        item = self._control.get(Key(keys.projects(workspace), project_id))
        return 1 if item is None else _project(item).shards

    def named(self, workspace: str, name: str) -> Project | None:
        """The project with this name, or None."""
        item = self._control.get(keys.project_name(workspace, name), consistent=True)
        if item is None:
            return None
        try:
            return self.get(workspace, str(item.attributes["id"]))
        except NotFound:
            return None

    def all(self, workspace: str, *, consistent: bool = False) -> list[Project]:
        """The projects of a workspace."""
        items = self._control.query(KeyRange(keys.projects(workspace), consistent=consistent))
        return [project for project in map(_project, items) if project.deleted_us is None]

    def create(self, project: Project) -> Project:
        """A new project under its id and name. Raises: Conflict when the name is taken."""
        check_name(project.name)
        name = keys.project_name(project.workspace, project.name)
        taken = Item(name.pk, name.sk, {"id": project.id, "name": project.name})
        if not self._control.put_if(taken, Absent()):
            raise Conflict(f"A project named {project.name!r} already exists; use another name or upsert=true")
        self._control.put([_item(project)])
        return project

    def change(self, project: Project) -> Project:
        """Store a changed project. Raises: NotFound; Conflict when its new name is taken."""
        known = self.get(project.workspace, project.id)
        if known.name != project.name:
            self._rename(known, project.name)
        self._control.put([_item(project)])
        self._forget(project.workspace)
        return project

    def delete(self, workspace: str, project_id: str) -> Project:
        """Take a project out of every answer; its name is free again. Raises: NotFound."""
        project = dataclasses.replace(self.get(workspace, project_id), deleted_us=self._clock.now_us())
        self._control.put([_item(project)])
        self._free(project)
        self._forget(workspace)
        return project

    def _found_or_made(self, workspace: str, reference: str) -> Project:
        if reference.startswith(BY_ID):
            return self.get(workspace, reference.removeprefix(BY_ID))
        name = reference.removeprefix(BY_NAME)
        return self.named(workspace, name) or self._made(workspace, name)

    def _made(self, workspace: str, name: str) -> Project:
        """Two may make the same project at once: the one whose name row stands has made it.

        The row of a project whose maker died between its two writes is written by the next who asks.
        """
        now_us = self._clock.now_us()
        project = Project(new_uuid(), workspace, check_name(name), now_us, start_us=now_us)
        try:
            return self.create(project)
        except Conflict:
            item = self._control.get(keys.project_name(workspace, name), consistent=True)
            if item is None:
                return self._made(workspace, name)
            project = dataclasses.replace(project, id=str(item.attributes["id"]))
            self._control.put_if(_item(project), Absent())
            return self.get(workspace, project.id)

    def _rename(self, known: Project, name: str) -> None:
        row = keys.project_name(known.workspace, check_name(name))
        if not self._control.put_if(Item(row.pk, row.sk, {"id": known.id, "name": name}), Absent()):
            raise Conflict(f"A project named {name!r} already exists; use another name")
        self._free(known)

    def _free(self, project: Project) -> None:
        """Give the name back, if it is still this project's."""
        name = keys.project_name(project.workspace, project.name)
        if self._control.update(name, {"id": ""}, Equals("id", project.id)):
            self._control.delete([name])

    def _forget(self, workspace: str) -> None:
        for key in [key for key in self._resolved if key[0] == workspace]:
            del self._resolved[key]


def _item(project: Project) -> Item:
    return item_of(Key(keys.projects(project.workspace), project.id), project)


def _project(item: Item) -> Project:
    return record_of(item, Project)
