"""A trace that is being moved, and those of its chunks that end with the base tier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from shared.retention.periods import deletable_epoch_s
from shared.runs.codec import unpack_facts
from shared.runs.fact import Fact
from shared.store import keys
from shared.store.archives import TIER, is_archive
from shared.store.attachments import attachments_of
from shared.store.chunks import Chunk, chunk_of, filed_chunks
from shared.store.ports import Item
from shared.store.traces import StoredTrace
from shared.store.upgrades import Task


class Place(NamedTuple):
    """A chunk of a trace, with its row and its facts."""

    moving: Moving
    chunk: Chunk
    row: Item
    facts: list[Fact]

    @property
    def is_long(self) -> bool:
        """Whether the row itself lives as long as the extended tier says: `record` knew of it when it wrote the row."""
        ends_us = self.moving.stored.periods.ends_us(self.chunk.begins_us, TIER)
        return (self.row.expires_epoch_s or 0) >= deletable_epoch_s(ends_us)

    @property
    def ends_with_base(self) -> bool:
        """Whether the row, or anything that it points to, ends with the base tier."""
        pointed = {self.chunk.segment, *attachments_of(self.facts)} - {None}
        return not self.is_long or any(keys.tier_of(str(key)) != TIER for key in pointed)


@dataclass(frozen=True)
class Moving:
    """A trace of the extended tier, as strongly read, with the rows of its chunks and archives by their sort keys."""

    task: Task
    stored: StoredTrace
    chunk_rows: dict[str, Item]

    @cached_property
    def archives(self) -> list[Item]:
        """The rows of its archives."""
        return [row for row in self.chunk_rows.values() if is_archive(row)]

    @cached_property
    def places(self) -> list[Place]:
        """Its chunks that have rows of their own, oldest first."""
        found = ((chunk_of(row), row) for row in self.chunk_rows.values() if not is_archive(row))
        return [Place(self, chunk, row, unpack_facts(chunk.facts)) for chunk, row in found]

    def in_base(self) -> Iterator[Place]:
        """The chunks that are to be put by, and were not yet."""
        filed = {chunk.order for row in self.archives for chunk in filed_chunks(self.stored.workspace, row)}
        return (place for place in self.places if place.chunk.order not in filed and place.ends_with_base)

    @property
    def long_receipts(self) -> set[str]:
        """The requests of which `record` wrote the rows for good."""
        return {place.chunk.receipt for place in self.places if place.is_long}
