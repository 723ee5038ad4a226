"""A snapshot, read: what a share shows is in these files, and nowhere else is looked.

    trace.json     the skeleton        runs/<k>.json   details of some runs
    index.json     which part has which run, and where attachments lie
    head.json      the counts of what was hidden

A revision never changes, so what was read of one is kept for a while.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from functions.public.tree import Place, Tree
from shared.base.units import MIB
from shared.sharing.share import Share
from shared.store.ports import Objects

_MOST_BYTES = 48 * MIB
_decode = msgspec.json.decode


class Snapshot:
    """One revision of one share."""

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self.folder = folder
        self.tree: Tree = files.tree(f"{folder}trace.json")
        self._index: dict[str, Any] = files.json(f"{folder}index.json")

    @property
    def hidden(self) -> dict[str, int]:
        """How often each rule hid something."""
        hidden: dict[str, int] = self._files.json(f"{self.folder}head.json").get("hidden") or {}
        return hidden

    @property
    def downloads(self) -> list[str]:
        """The files that hold all of it, for whoever takes it along."""
        return [name for names in self._index["downloads"].values() for name in names]

    def has_file(self, path: str) -> bool:
        """Whether there is such a file for whoever looks: a download, or an attachment of a run."""
        attached = self._index.get("attachments", {}).values()
        return path in self.downloads or any(path in paths.values() for paths in attached)

    def detail(self, place: Place) -> dict[str, Any]:
        """All that is shown of one run."""
        return next(one for one in self.details_in(self.part_of(place)) if one["id"] == place.id)

    def details(self, places: Iterable[Place]) -> Iterator[tuple[Place, dict[str, Any]]]:
        """All that is shown of some runs, in their order; each part is read once in a row."""
        part, known = -1, dict[str, dict[str, Any]]()
        for place in places:
            if self.part_of(place) != part:
                part = self.part_of(place)
                known = {one["id"]: one for one in self.details_in(part)}
            yield place, known[place.id]

    def details_in(self, part: int) -> list[dict[str, Any]]:
        """The details in one part."""
        found: list[dict[str, Any]] = _decode(self._files.text(f"{self.folder}runs/{part}.json"))
        return found

    def part_of(self, place: Place) -> int:
        """Which part has a run."""
        return int(self._index["part_of"][place.at])

    def attachments(self, place: Place) -> dict[str, str]:
        """Where a run's attachments lie, by name; paths below the folder."""
        found: dict[str, str] = self._index.get("attachments", {}).get(str(place.at), {})
        return found


class Files:
    """The files of snapshots, those that were read last at hand. Threads may share it."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._trees: OrderedDict[str, Tree] = OrderedDict()

    def open(self, share: Share) -> Snapshot:
        """The newest snapshot of a share. Raises: NotFound where it was deleted in this very moment."""
        return Snapshot(self, share.folder)

    def json(self, key: str) -> dict[str, Any]:
        """A file that is one JSON object."""
        found: dict[str, Any] = _decode(self.text(key))
        return found

    def tree(self, key: str) -> Tree:
        """The tree of a snapshot, opened once."""
        with self._lock:
            found = self._trees.get(key)
        if found is not None:
            return found
        tree = Tree(self.json(key))
        with self._lock:
            self._trees[key] = tree
            while len(self._trees) > 8:  # noqa: PLR2004 of 25,000 runs each has some megabytes
                self._trees.popitem(last=False)
        return tree

    def text(self, key: str) -> bytes:
        """A file as it is. Raises: NotFound."""
        with self._lock:
            found = self._texts.get(key)
        if found is not None:
            return found
        text = self._objects.get(key)
        with self._lock:
            self._texts[key] = text
            while len(self._texts) > 1 and sum(map(len, self._texts.values())) > _MOST_BYTES:
                self._texts.popitem(last=False)
        return text
