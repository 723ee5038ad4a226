"""The doors of a store that the topology grants a room: what IAM would deny does not work on the laptop either."""

from __future__ import annotations

from typing import Any, cast

from infra.topology import DEAD_LETTERS, Access, Resource, Room
from shared.store.ports import Objects, Queue, Store, Table

VERBS: dict[str, Access] = {
    "get": "read",
    "query": "read",
    "list": "read",
    "signed": "read",
    "put": "write",
    "update": "write",
    "delete": "write",
    "copy": "write",
}
"""Which access a method needs, by the first word of its name."""
_BASE = "base/"


class NotGranted(Exception):
    """A room used a door in a way that its grants do not name; the message says which to add."""


class BaseTier:
    """Objects whose `put` reaches the base tier alone: for those who may only add."""

    def __init__(self, objects: Objects, who: str) -> None:
        self._objects = objects
        self._who = who

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 a method of any kind
        """Every other method, as it is."""
        return getattr(self._objects, name)

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        """Store a blob. Raises: NotGranted in another tier."""
        if not key.startswith(_BASE):
            raise NotGranted(f"{self._who}.put of {key}, but infra/topology.py lets it add to {_BASE} alone")
        self._objects.put(key, body, content_type)


class GuardedDoor:
    """A door with only these methods."""

    def __init__(self, door: object, allowed: frozenset[str], who: str) -> None:
        self.__dict__.update({name: getattr(door, name) for name in allowed})
        self._who = who

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 never returns
        """Raises: NotGranted, for each method that is not allowed."""
        raise NotGranted(f"{self._who}.{name}, which infra/topology.py does not grant it: AWS would deny it")


def doors_of(room: Room, store: Store) -> Store:
    """The store as this room may use it."""
    return Store(
        traces=cast("Table", _guarded(room, "traces", store.traces, Table)),
        control=cast("Table", _guarded(room, "control", store.control, Table)),
        objects=cast("Objects", _guarded_objects(room, store.objects)),
        exports=cast("Objects", _guarded(room, "exports", store.exports, Objects)),
        snapshots=cast("Objects", _guarded_snapshots(room, store.snapshots)),
        operations=cast("Queue", _guarded_queue(room, "operations", store.operations)),
        erasures=cast("Queue", _guarded_queue(room, "erasures", store.erasures)),
        shares=cast("Queue", _guarded_queue(room, "shares", store.shares)),
        edge=store.edge,
    )


def methods_of(port: type) -> list[str]:
    """The names of a port's methods."""
    return [name for name in vars(port) if not name.startswith("_")]


def _guarded(room: Room, resource: Resource, door: object, port: type) -> GuardedDoor:
    return GuardedDoor(door, _allowed(room, resource, port), f"{room.name} uses {resource}")


def _allowed(room: Room, resource: Resource, port: type) -> frozenset[str]:
    granted = {access for name, access in room.grants if name == resource}
    return frozenset(name for name in methods_of(port) if VERBS[name.partition("_")[0]] in granted)


def _guarded_objects(room: Room, objects: Objects) -> GuardedDoor:
    """As any door; a room that may add has its `put` besides."""
    if ("objects", "add") not in room.grants:
        return _guarded(room, "objects", objects, Objects)
    who = f"{room.name} uses objects"
    return GuardedDoor(BaseTier(objects, who), _allowed(room, "objects", Objects) | {"put"}, who)


def _guarded_snapshots(room: Room, snapshots: Objects) -> GuardedDoor:
    """As any door; who may add may put, and delete nothing."""
    adds = {"put"} if ("snapshots", "add") in room.grants else set()
    return GuardedDoor(snapshots, _allowed(room, "snapshots", Objects) | adds, f"{room.name} uses snapshots")


def _guarded_queue(room: Room, queue: Resource, door: object) -> GuardedDoor:
    """Workers receive through their trigger, so a room at most sends, buries and counts."""
    granted = set(room.grants)
    sends = {"send"} if (queue, "send") in granted else set()
    buries = {"bury"} if (DEAD_LETTERS[queue], "send") in granted else set()
    counts = {"depth"} if {(queue, "depth"), (DEAD_LETTERS[queue], "depth")} <= granted else set()
    return GuardedDoor(door, frozenset(sends | buries | counts), f"{room.name} uses {queue}")
