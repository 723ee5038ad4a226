"""Places in a run by their path: `inputs.messages[*].content`, `metadata.user.**`, `events[0].kwargs`.

The first part is a field of the run; `*` is any one name or index, `**` any number of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from shared.base.errors import Malformed

FIELDS = ("name", "inputs", "outputs", "error", "events", "extra", "tags", "feedback", "attachments")
_PART = re.compile(r"\[(\*|\d{1,6})\]|\.?([^.\[\]]{1,100})")
_MAX_PARTS = 32
_BELOW = "**"


class At(NamedTuple):
    """How far a path has been followed: of its parts the one to be met next."""

    path: str
    parts: tuple[str, ...]
    next: int

    @property
    def is_there(self) -> bool:
        """Whether all of it has been followed."""
        return all(part == _BELOW for part in self.parts[self.next :]) and self.next > 0

    def followed(self, name: str) -> list[At]:
        """Where one may be on it behind this name, or index."""
        if self.next == len(self.parts):
            return []
        part = self.parts[self.next]
        if part == _BELOW:
            return [self, *self._replace(next=self.next + 1).followed(name)]
        return [self._replace(next=self.next + 1)] if part in ("*", name) else []


def path_of(text: str) -> At:
    """A path at its beginning. Raises: Malformed."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or len(parts) >= _MAX_PARTS:
            raise Malformed(f"redaction.paths: {text[:100]!r} is no path; write one like inputs.messages[*].content")
        parts.append(found[1] or found[2])
        at = found.end()
    if parts[:1] == ["metadata"]:
        parts.insert(0, "extra")
    if not parts or parts[0] not in FIELDS:
        raise Malformed(f"redaction.paths: {text[:100]!r} does not begin with metadata or one of {', '.join(FIELDS)}")
    return At(text, tuple(parts), 0)


def followed(places: list[At], name: str) -> list[At]:
    """Where one may be on any of the paths behind this name, or index."""
    return [there for at in places for there in at.followed(name)]
