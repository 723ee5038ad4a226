"""The feed: what was recorded in each hour of receipts. Jobs follow it, each with a watermark of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import msgspec

from shared.base.ids import first_receipt_at, receipt_us
from shared.base.units import US_PER_HOUR, US_PER_MS
from shared.retention.periods import deletable_epoch_s
from shared.runs.codec import compress, decompress
from shared.runs.fact import LeftOut
from shared.store import keys
from shared.store.ports import Item, KeyRange, Table

_SHARDS = 1


class Touched(msgspec.Struct, array_like=True):
    """A trace that a request said something about; `born_us` is its first receipt as known then.

    `is_born_extended` where it was in the extended tier from that receipt on.
    """

    trace_id: str
    project: str
    born_us: int
    is_born_extended: bool = False


class FeedEntry(msgspec.Struct, array_like=True):
    """One recorded request: the traces it touched, and the hours (as project, number since 1970) of their runs."""

    receipt: str
    key_id: str
    touched: list[Touched]
    hours: list[tuple[str, int]] = []
    lag_ms: int = 0
    """From the receipt to the writing of this row."""
    noticed: list[tuple[str, str]] = []
    """The traces, with their projects, that feedback was said of: rules look at them again, nobody is billed."""
    left_out: LeftOut = LeftOut(0, 0, 0)
    """What of the request was not taken, since a limit lets in a sample of traces alone."""

    @property
    def is_request(self) -> bool:
        """Whether it stands for a request that is counted: not where it only notices what feedback was said of."""
        return bool(self.touched) or not self.noticed


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(FeedEntry).decode


def feed_item(workspace: str, part: int, entry: FeedEntry, ends_us: int) -> Item:
    """The row of one recorded request."""
    pk = keys.feed(workspace, receipt_us(entry.receipt), keys.shard_of(entry.receipt, _SHARDS))
    return Item(pk, f"{entry.receipt}#{part:04d}", {"f": compress(_encode(entry))}, deletable_epoch_s(ends_us))


def noticed_item(workspace: str, receipt: str, noticed: Sequence[tuple[str, str]], now_us: int, ends_us: int) -> Item:
    """The row that says feedback was said of these traces, beside what else was recorded under this receipt."""
    lag_ms = max(0, now_us - receipt_us(receipt)) // US_PER_MS
    item = feed_item(workspace, 0, FeedEntry(receipt, "", [], lag_ms=lag_ms, noticed=sorted(noticed)), ends_us)
    said = "".join(trace_id for trace_id, _ in sorted(noticed))
    return replace(item, sk=f"{receipt}#n{hashlib.sha256(said.encode()).hexdigest()[:12]}")


def left_out_item(workspace: str, receipt: str, left_out: LeftOut, now_us: int, ends_us: int) -> Item:
    """The row that says what of a request was left out, beside what else was recorded under its receipt."""
    lag_ms = max(0, now_us - receipt_us(receipt)) // US_PER_MS
    item = feed_item(workspace, 0, FeedEntry(receipt, "", [], lag_ms=lag_ms, left_out=left_out), ends_us)
    return replace(item, sk=f"{receipt}#x")


def entries(table: Table, workspace: str, start_us: int, end_us: int) -> Iterator[FeedEntry]:
    """What was received in [start, end) and is recorded by now, oldest first."""
    return map(entry_of, feed_rows(table, workspace, start_us, end_us))


def entries_of_hour(table: Table, workspace: str, hour: int) -> Iterator[FeedEntry]:
    """What was received in one hour (since 1970) and is recorded by now."""
    return map(entry_of, feed_rows_of_hour(table, workspace, hour))


def feed_rows(table: Table, workspace: str, start_us: int, end_us: int) -> Iterator[Item]:
    """The rows of what was received in [start, end), oldest first."""
    for hour in range(start_us // US_PER_HOUR, end_us // US_PER_HOUR + 1):
        for shard in range(_SHARDS):
            pk = keys.feed(workspace, hour * US_PER_HOUR, shard)
            yield from table.query(KeyRange(pk, first_receipt_at(start_us), first_receipt_at(end_us)))


def feed_rows_of_hour(table: Table, workspace: str, hour: int) -> Iterator[Item]:
    """The rows of what was received in one hour."""
    shards = [KeyRange(keys.feed(workspace, hour * US_PER_HOUR, shard)) for shard in range(_SHARDS)]
    for items in table.query_many(shards):
        yield from items


def entry_of(row: Item) -> FeedEntry:
    """What a row of the feed says."""
    return _decode(decompress(bytes(row.attributes["f"])))  # type: ignore[arg-type]


def newest_entries(table: Table, workspace: str, now_us: int, limit: int) -> list[FeedEntry]:
    """What was received last of what is recorded, newest first: this hour and the one before, at most `limit`."""
    hours_us = (now_us, now_us - US_PER_HOUR)
    partitions = [keys.feed(workspace, hour_us, shard) for hour_us in hours_us for shard in range(_SHARDS)]
    found = table.query_many([KeyRange(pk, newest_first=True, limit=limit) for pk in partitions])
    rows = sorted((row for part in found for row in part), key=lambda row: row.sk, reverse=True)
    return list(islice((entry for entry in map(entry_of, rows) if entry.is_request), limit))


def touched_once(touched: Sequence[Touched]) -> list[Touched]:
    """One entry a trace and project, in the order given."""
    return list({(one.trace_id, one.project): one for one in touched}.values())
