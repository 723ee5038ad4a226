"""A shared trace to be kept: as lines of JSON, and as a text to be read. Both in files of a bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.sharing.embedded import encoded
from shared.sharing.snapshot import DOWNLOAD_BYTES, File

_LONGEST_FENCE = 20
_SIDES = (("inputs", "Input"), ("outputs", "Output"), ("error", "Error"))


class Download:
    """Files `<stem>`, `<stem>` with a 2, … that are filled one after the other."""

    def __init__(self, stem: str, ending: str, content_type: str, most_bytes: int = DOWNLOAD_BYTES) -> None:
        self._stem, self._ending, self._type = stem, ending, content_type
        self._most_bytes = most_bytes
        self._parts: list[bytes] = []
        self._bytes = 0
        self.names: list[str] = []

    def add(self, text: bytes) -> Iterator[File]:
        """Add a text; gives the file that is full by it."""
        if self._bytes and self._bytes + len(text) > self._most_bytes:
            yield from self.rest()
        self._parts.append(text)
        self._bytes += len(text)

    def rest(self) -> Iterator[File]:
        """What is in no file yet."""
        if self._parts:
            number = "" if not self.names else f".{len(self.names) + 1}"
            self.names.append(f"{self._stem}{number}.{self._ending}")
            yield File(self.names[-1], b"".join(self._parts), self._type)
        self._parts, self._bytes = [], 0


def line_of(detail: Mapping[str, Any], parent_id: str | None) -> bytes:
    """A run as a line of JSON."""
    return encoded({"id": detail["id"], "parent_run_id": parent_id, **detail}) + b"\n"


def section_of(detail: Mapping[str, Any], depth: int) -> bytes:
    """A run as a section of Markdown: whatever its texts hold, they stand in blocks that they cannot end."""
    title = f"{'#' * min(2 + depth, 6)} {_one_line(detail['name'])}\n\n"
    took_us = None if detail["end_us"] is None else max(0, detail["end_us"] - detail["start_us"])
    took = "" if took_us is None else f" · {took_us / 1_000_000:.3f} s"
    model = "" if detail["model"] is None else f" · {_one_line(detail['model'])}"
    facts = f"{detail['run_type']} · {detail['status']}{took}{model}\n\n"
    blocks = [_block(name, detail[field]) for field, name in _SIDES if detail[field] not in (None, {}, "")]
    return "".join([title, facts, *blocks]).encode("utf-8", "replace")


def _block(name: str, value: Any) -> str:  # noqa: ANN401 any JSON value
    text = value if isinstance(value, str) else encoded(value).decode()
    fence = "`" * min(_LONGEST_FENCE, max(3, _longest_run(text) + 1))
    if len(fence) == _LONGEST_FENCE:
        text = text.replace("`", "'")
    return f"**{name}**\n\n{fence}\n{text}\n{fence}\n\n"


def _longest_run(text: str) -> int:
    longest = run = 0
    for one in text if "```" in text else "":
        run = run + 1 if one == "`" else 0
        longest = max(longest, run)
    return longest


def _one_line(text: str) -> str:
    bare = " ".join(text.split())[:200]
    return "".join(f"\\{one}" if one in "\\`*_{}[]<>#|!" else one for one in bare)
