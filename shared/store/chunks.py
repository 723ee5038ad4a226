"""Chunks: the rows that say what one request said about one trace, each alone or put by in an archive."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.ids import receipt_us
from shared.runs.codec import unpack_facts
from shared.runs.fact import Fact
from shared.runs.merge import Told
from shared.store import keys
from shared.store.archives import archive_of, is_archive, segment_of
from shared.store.ports import Item, ObjectRange, Value

AtHand = dict[bytes, list[Fact]]
"""Facts by the frame that holds them: what need not be opened once more."""

NO_ROOT, SOME_ROOT, ROOT_END = range(3)
"""What a chunk tells of the root run."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one request said about one trace in one project: immutable.

    The payload is inline (`payload`), or `length` bytes from `offset` of the object `segment`, or
    there is none (`raw_length` 0). `root` says what its facts tell of the root run: 0 nothing, 1 something, 2 its end.
    `born_us` is set where the trace was first received more than the grace before this chunk.
    `archive` is where its facts lie, if it was put by; they are empty until somebody asks for them.
    """

    receipt: str
    part: int
    project: str
    facts: bytes
    posts: int
    root: int
    payload: bytes = b""
    segment: str | None = None
    offset: int = 0
    length: int = 0
    raw_length: int = 0
    born_us: int | None = None
    archive: ObjectRange | None = None

    @property
    def order(self) -> str:
        """When it was said, as text that sorts."""
        return f"{self.receipt}#{self.part:04d}"

    @property
    def begins_us(self) -> int:
        """When the life of its row begins: with itself, or with its trace where that is much older."""
        return self.born_us or receipt_us(self.receipt)

    def told(self, at_hand: AtHand | None = None) -> Told:
        """Its facts, ready to be merged; payload fields will point back here."""
        if not self.facts:
            return Told(self.order, self.project, [], self)
        facts = at_hand.pop(self.facts, None) if at_hand else None
        return Told(self.order, self.project, unpack_facts(self.facts) if facts is None else facts, self)


# Attribute names are billed with every row: one letter each, spelled out only here.
LETTERS = {
    "project": "j",
    "facts": "f",
    "posts": "n",
    "root": "e",
    "payload": "p",
    "segment": "s",
    "offset": "o",
    "length": "l",
    "raw_length": "r",
    "born_us": "b",
}
_EMPTY: tuple[Value, ...] = (None, b"", 0, False)


def chunk_item(workspace: str, trace_id: str, chunk: Chunk, expires_epoch_s: int) -> Item:
    """The row of a chunk; attributes that say nothing are left out."""
    values = {letter: getattr(chunk, name) for name, letter in LETTERS.items()}
    said = {letter: value for letter, value in values.items() if value not in _EMPTY}
    sk = keys.chunk(chunk.receipt, chunk.part)
    return Item(keys.trace(workspace, trace_id), sk, said, expires_epoch_s)


def chunk_of(item: Item) -> Chunk:
    """The chunk that a row stores."""
    receipt, part = item.sk.removeprefix(keys.CHUNK).split("#")
    said = {name: item.attributes[letter] for name, letter in LETTERS.items() if letter in item.attributes}
    return Chunk(**{"facts": b"", "posts": 0, "root": NO_ROOT, "receipt": receipt, "part": int(part), **said})  # type: ignore[arg-type]


def filed_chunks(workspace: str, row: Item) -> list[Chunk]:
    """The chunks of an archive's row, without their facts."""
    archive = archive_of(row)
    segment = segment_of(workspace, row)
    area = ObjectRange(segment, archive.offset, archive.length)
    return [
        Chunk(
            receipt=one.receipt,
            part=one.part,
            project=archive.projects[one.project],
            facts=b"",
            posts=one.posts,
            root=one.root,
            segment=segment if one.length else None,
            offset=one.offset,
            length=one.length,
            raw_length=one.raw_length,
            born_us=one.born_us,
            archive=area,
        )
        for one in archive.chunks
    ]


def project_of(row: Item) -> str:
    """The project of a trace, by the first of its chunks' rows."""
    return archive_of(row).projects[0] if is_archive(row) else chunk_of(row).project
