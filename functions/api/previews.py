"""The preview of a share that a process made last.

Whoever looks opens one run after the other, and each is in a file of its own part: without this, each would be a
whole snapshot's work.
"""

from __future__ import annotations

from typing import NamedTuple

from shared.base.units import MIB
from shared.sharing.snapshot import File
from shared.store.snapshots import Made

MOST_KEPT_BYTES = 96 * MIB


class Previewed(NamedTuple):
    """The files of one snapshot that was not written, by their names."""

    revision: str
    files: dict[str, File]
    made: Made


class Previews:
    """The preview that this process made last. `find` and `keep` may be called by several threads."""

    def __init__(self) -> None:
        self._last: tuple[tuple[str, str], Previewed] | None = None

    def find(self, workspace: str, revision: str) -> Previewed | None:
        """The files of this revision, if they are those that were kept."""
        last = self._last
        return last[1] if last is not None and last[0] == (workspace, revision) else None

    def keep(self, workspace: str, previewed: Previewed) -> None:
        """Keep these and no others, where they are not too many bytes."""
        size = sum(len(file.content) for file in previewed.files.values())
        self._last = ((workspace, previewed.revision), previewed) if size <= MOST_KEPT_BYTES else None
