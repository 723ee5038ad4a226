"""The runs of a snapshot, packed into files as they come: some in each, and all of them once more to be downloaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.runs.tree import NO_PARENT, Tree
from shared.sharing.download import Download, line_of, section_of
from shared.sharing.embedded import encoded
from shared.sharing.snapshot import PART_BYTES, PART_RUNS, File


class Pack:
    """Takes the runs of a tree in its order; what is full is given out. `part_of` says which file has each run."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._texts: list[bytes] = []
        self._part = 0
        self._depths: list[int] = []
        self._lines = Download("trace", "ndjson", "application/x-ndjson")
        self._sections = Download("trace", "md", "text/markdown; charset=utf-8")
        self.part_of: list[int] = []

    @property
    def downloads(self) -> dict[str, list[str]]:
        """The names of the files to be downloaded, by their kind."""
        return {"ndjson": self._lines.names, "md": self._sections.names}

    def add(self, detail: Mapping[str, Any]) -> Iterator[File]:
        """Take the next run; gives the files that are full by it."""
        parent = self._tree.parents[len(self.part_of)]
        self._depths.append(0 if parent == NO_PARENT else self._depths[parent] + 1)
        text = encoded(detail)
        size_bytes = sum(map(len, self._texts)) + len(text)
        if self._texts and (len(self._texts) >= PART_RUNS or size_bytes > PART_BYTES):
            yield self._full()
        self._texts.append(text)
        self.part_of.append(self._part)
        yield from self._lines.add(line_of(detail, None if parent == NO_PARENT else self._tree.runs[parent].id))
        yield from self._sections.add(section_of(detail, self._depths[-1]))

    def rest(self) -> Iterator[File]:
        """What is in no file yet."""
        if self._texts:
            yield self._full()
        yield from self._lines.rest()
        yield from self._sections.rest()

    def _full(self) -> File:
        content = b"[" + b",".join(self._texts) + b"]"
        file = File(f"runs/{self._part}.json", content)
        self._texts, self._part = [], self._part + 1
        return file
