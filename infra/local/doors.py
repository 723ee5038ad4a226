"""The doors of a store that the topology grants a room: what IAM would deny does not work on the laptop either."""

from __future__ import annotations

from typing import Any, cast

from infra.topology import DEAD_LETTERS, Access, Resource, Room
from shared.store.keys import DATASETS, SHARE_ROWS
from shared.store.ports import Edge, Item, Key, KeyRange, Objects, Queue, Secret, Store, Table, Topic

VERBS: dict[str, Access] = {
    "get": "read",
    "query": "read",
    "list": "read",
    "signed": "read",
    "read": "read",
    "put": "write",
    "deny": "write",
    "invalidate": "write",
    "forget": "write",
    "update": "write",
    "delete": "write",
    "copy": "write",
    "publish": "send",
}
"""Which access a method needs, by the first word of its name."""
_PREFIXES: dict[Access, str] = {"add": "base/", "keep": "extended/"}
"""The tier that each of these lets a room write."""


class NotGranted(Exception):
    """A room used a door in a way that its grants do not name; the message says which to add."""


class SomeTiers:
    """Objects whose `put` and `copy` reach these tiers alone: for those who may only add, or keep."""

    def __init__(self, objects: Objects, prefixes: tuple[str, ...], who: str) -> None:
        self._objects = objects
        self._prefixes = prefixes
        self._who = who

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 a method of any kind
        """Every other method, as it is."""
        return getattr(self._objects, name)

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        """Store a blob. Raises: NotGranted in another tier."""
        self._check("put", key)
        self._objects.put(key, body, content_type)

    def copy(self, source: str, target: str) -> None:
        """Copy a blob. Raises: NotGranted into another tier."""
        self._check("copy", target)
        self._objects.copy(source, target)

    def _check(self, verb: str, key: str) -> None:
        if not key.startswith(self._prefixes):
            granted = " and ".join(self._prefixes)
            raise NotGranted(f"{self._who}.{verb} of {key}, but infra/topology.py lets it write {granted} alone")


class ShareRows:
    """The rows that a link leads to, by the beginning of their partition."""

    def __init__(self, control: Table, who: str) -> None:
        self._control = control
        self._who = who

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """The item under this key. Raises: NotGranted of another's."""
        self._check(key.pk)
        return self._control.get(key, consistent=consistent)

    def query(self, key_range: KeyRange) -> list[Item]:
        """The items of the range. Raises: NotGranted of another's."""
        self._check(key_range.pk)
        return self._control.query(key_range)

    def _check(self, pk: str) -> None:
        if not pk.startswith(SHARE_ROWS):
            raise NotGranted(f"{self._who}, but reads {pk}: infra/topology.py lets it read {SHARE_ROWS} alone")


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
        control=cast("Table", _guarded_control(room, store.control)),
        objects=cast("Objects", _guarded_objects(room, store.objects)),
        exports=cast("Objects", _guarded(room, "exports", store.exports, Objects)),
        examples=cast("Objects", _guarded_examples(room, store.examples)),
        snapshots=cast("Objects", _guarded_snapshots(room, store.snapshots)),
        edge=cast("Edge", _guarded(room, "edge", store.edge, Edge)),
        signing=cast("Secret", _guarded(room, "signing", store.signing, Secret)),
        operations=cast("Queue", _guarded_queue(room, "operations", store.operations)),
        erasures=cast("Queue", _guarded_queue(room, "erasures", store.erasures)),
        upgrades=cast("Queue", _guarded_queue(room, "upgrades", store.upgrades)),
        shares=cast("Queue", _guarded_queue(room, "shares", store.shares)),
        deliveries=cast("Queue", _guarded_queue(room, "deliveries", store.deliveries)),
        hooks=cast("Secret", _guarded(room, "hooks", store.hooks, Secret)),
        alerts=cast("Topic", _guarded(room, "alerts", store.alerts, Topic)),
    )


def methods_of(port: type) -> list[str]:
    """The names of a port's methods."""
    return [name for name in vars(port) if not name.startswith("_")]


def _guarded(room: Room, resource: Resource, door: object, port: type) -> GuardedDoor:
    return GuardedDoor(door, _allowed(room, resource, port), f"{room.name} uses {resource}")


def _allowed(room: Room, resource: Resource, port: type) -> frozenset[str]:
    granted = {access for name, access in room.grants if name == resource}
    return frozenset(name for name in methods_of(port) if VERBS[name.partition("_")[0]] in granted)


def _guarded_control(room: Room, control: Table) -> GuardedDoor:
    """As any door; who may read the rows of shares alone reads no other."""
    if ("share_rows", "read") not in room.grants:
        return _guarded(room, "control", control, Table)
    who = f"{room.name} uses share_rows"
    return GuardedDoor(ShareRows(control, who), frozenset({"get", "query"}), who)


def _guarded_objects(room: Room, objects: Objects) -> GuardedDoor:
    """As any door; a room that may add or keep has `put` besides, and `copy` where it may also read."""
    prefixes = tuple(prefix for access, prefix in _PREFIXES.items() if ("objects", access) in room.grants)
    if not prefixes:
        return _guarded(room, "objects", objects, Objects)
    who = f"{room.name} uses objects"
    copies = {"copy"} if ("objects", "read") in room.grants else set()
    allowed = _allowed(room, "objects", Objects) | {"put"} | copies
    return GuardedDoor(SomeTiers(objects, prefixes, who), allowed, who)


def _guarded_examples(room: Room, examples: Objects) -> GuardedDoor:
    """As any door; what is put lies below the prefix of datasets, and copied is nothing."""
    who = f"{room.name} uses examples"
    allowed = _allowed(room, "examples", Objects) - {"copy"}
    return GuardedDoor(SomeTiers(examples, (DATASETS,), who), allowed, who)


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
