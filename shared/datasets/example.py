"""An example of a dataset: inputs and the outputs that would have been right, copied from a run or written by hand."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from shared.base.errors import Malformed, TooLarge
from shared.base.units import KIB
from shared.runs.codec import compress, decompress

MAX_CONTENT_BYTES = 4_000_000
"""Of one example's inputs and outputs as JSON: what fits into one answer of Lambda, which has 6 MB at most."""
MAX_METADATA_BYTES = 50 * KIB
"""Of one example's metadata as JSON: it lies in its row."""
SPLIT = "dataset_split"
"""The metadata that names the parts of a dataset that an example is in, where the clients look for them."""
DEFAULT_SPLIT = "base"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[bytes | None, bytes | None]).decode


class Content(NamedTuple):
    """What an example holds: the JSON texts of its inputs and outputs, as they were sent."""

    inputs: bytes | None = None
    outputs: bytes | None = None

    @property
    def size_bytes(self) -> int:
        """Of both texts."""
        return len(self.inputs or b"") + len(self.outputs or b"")

    @property
    def digest(self) -> str:
        """Names the content: another one has another digest."""
        return hashlib.sha256(_encode(tuple(self))).hexdigest()[:32]

    def packed(self) -> bytes:
        """The content as one frame."""
        return compress(_encode(tuple(self)))


class Draft(NamedTuple):
    """An example that is to be added. `metadata` is what its reader gets, the splits within."""

    id: str
    content: Content
    metadata: Mapping[str, Any]
    created_us: int
    source_run: str | None = None
    source_trace: str | None = None
    added_by: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One example. Its content is the frame in its row, or the object `content_key`; times are microseconds."""

    id: str
    dataset: str
    created_us: int
    modified_us: int
    digest: str
    content_bytes: int
    metadata: bytes
    frame: bytes = b""
    content_key: str | None = None
    source_run: str | None = None
    source_trace: str | None = None
    added_by: str = ""

    @property
    def metadata_object(self) -> dict[str, Any]:
        """The metadata as an object."""
        found: dict[str, Any] = msgspec.json.decode(self.metadata)
        return found

    def is_in(self, splits: Sequence[str], pairs: Mapping[str, Any]) -> bool:
        """Whether it is in one of the splits, where any are named, and has all of the metadata."""
        if not splits and not pairs:
            return True
        metadata = self.metadata_object
        own = metadata.get(SPLIT) or [DEFAULT_SPLIT]
        in_split = not splits or any(one in own for one in splits)
        return in_split and all(name in metadata and metadata[name] == value for name, value in pairs.items())


def unpacked(frame: bytes) -> Content:
    """The content of a frame. Raises: ValueError when it is none."""
    return Content(*_decode(decompress(frame)))


def example_id(dataset_id: str, run_id: str) -> str:
    """The id of the example that a rule makes of a run: the same however often it does."""
    return str(uuid.uuid5(uuid.UUID(dataset_id), run_id))


def with_splits(metadata: Mapping[str, Any] | None, splits: str | list[str] | None) -> dict[str, Any]:
    """The metadata of an example that is in these splits; of one that says none, in the default one.

    Raises: Malformed where the metadata names splits that are no texts.
    """
    said = dict(metadata or {})
    named = splits or said.get(SPLIT) or DEFAULT_SPLIT
    said[SPLIT] = [named] if isinstance(named, str) else named
    if not isinstance(said[SPLIT], list) or not all(isinstance(one, str) for one in said[SPLIT]):
        raise Malformed(f"metadata.{SPLIT}: it must be a list of texts, the splits that the example is in")
    return said


def check(draft: Draft) -> Draft:
    """The draft, if it may be kept. Raises: TooLarge."""
    if draft.content.size_bytes > MAX_CONTENT_BYTES:
        raise TooLarge(
            f"Example {draft.id} has {draft.content.size_bytes} bytes of inputs and outputs as JSON; "
            f"one may have {MAX_CONTENT_BYTES}: leave out what it does not need"
        )
    metadata_bytes = len(msgspec.json.encode(draft.metadata))
    if metadata_bytes > MAX_METADATA_BYTES:
        raise TooLarge(
            f"Example {draft.id} has {metadata_bytes} bytes of metadata as JSON; one may have {MAX_METADATA_BYTES}"
        )
    return draft
