"""The columns of an export: one row a run, typed, with JSON where the shape is the application's own.

Column names and types are a contract with whoever queries the files: see `SCHEMA_VERSION`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

from shared.base.units import US_PER_S
from shared.exports.columns import COLUMNS
from shared.exports.manifest import Column
from shared.runs.payload import opened
from shared.runs.totals import NOTHING, Totals
from shared.store.whole import ReadRun

COST_DIGITS = 12
"""Behind the point: prices are per token, down to a few billionths of a dollar."""

_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "decimal(38,12)": pa.decimal128(38, COST_DIGITS),
    "array<string>": pa.list_(pa.string()),
    "map<string,string>": pa.map_(pa.string(), pa.string()),
}
_CENT = Decimal(1).scaleb(-COST_DIGITS)
_encode = msgspec.json.Encoder(decimal_format="number").encode
_texts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def _payload(name: str) -> Callable[[ReadRun], str | None]:
    def of(read: ReadRun) -> str | None:
        text = read.payloads.get(name)
        return None if text is None else text.decode()

    return of


def _error(read: ReadRun) -> str | None:
    text = read.payloads.get("error")
    said = None if text is None else opened(text)
    return said if said is None or isinstance(said, str) else _encode(said).decode()


def _metadata(read: ReadRun) -> bytes | None:
    """All of it, out of `extra` as sent: the summary lacks large values."""
    text = read.payloads.get("extra")
    if text is None or text[:1] != b"{":
        return None
    found = bytes(_texts(text).get("metadata", b""))
    return found if found[:1] == b"{" else None


def _metadata_map(read: ReadRun) -> list[tuple[str, str]]:
    """Texts as they are, everything else as JSON."""
    text = _metadata(read)
    pairs = {} if text is None else opened(text)
    return [(key, value if isinstance(value, str) else _encode(value).decode()) for key, value in pairs.items()]


def _decoded(text: bytes | None) -> str | None:
    return None if text is None else text.decode()


def _feedback(read: ReadRun) -> str | None:
    """What was said, as the API has it."""
    return (b"[" + b",".join(read.feedback) + b"]").decode() if read.feedback else None


def _attachments(read: ReadRun) -> str | None:
    found = {name: {"mime_type": mime, "size_bytes": size} for name, (mime, size, _) in read.run.attachments.items()}
    return _encode(found).decode() if found else None


def _totals(read: ReadRun) -> Totals:
    return read.totals or NOTHING


def _cost(dollars: Decimal | None) -> Decimal | None:
    return None if dollars is None else dollars.quantize(_CENT)


def _seconds(read: ReadRun) -> float | None:
    return None if read.run.latency_us is None else read.run.latency_us / US_PER_S


_OF: dict[str, Callable[[ReadRun], Any]] = {
    "id": lambda read: read.run.id,
    "trace_id": lambda read: read.run.trace_id,
    "parent_run_id": lambda read: read.run.parent_run_id,
    "dotted_order": lambda read: read.run.dotted_order,
    "is_root": lambda read: read.run.is_root,
    "project_id": lambda read: read.run.project,
    "name": lambda read: read.run.name,
    "run_type": lambda read: read.run.run_type,
    "status": lambda read: read.run.status,
    "start_time": lambda read: read.run.start_us,
    "end_time": lambda read: read.run.end_us,
    "first_token_time": lambda read: read.run.first_token_us,
    "latency_seconds": _seconds,
    "trace_first_received_at": lambda read: read.born_us,
    "trace_expires_at": lambda read: read.ends_us,
    "trace_tier": lambda read: read.tier,
    "thread_id": lambda read: read.run.thread_id,
    "reference_example_id": lambda read: read.run.fields.get("reference_example_id"),
    "model": lambda read: read.run.model,
    "provider": lambda read: read.run.provider,
    "total_tokens": lambda read: _totals(read).total_tokens,
    "prompt_tokens": lambda read: _totals(read).prompt_tokens,
    "completion_tokens": lambda read: _totals(read).completion_tokens,
    "total_cost": lambda read: _cost(_totals(read).total_cost),
    "prompt_cost": lambda read: _cost(_totals(read).prompt_cost),
    "completion_cost": lambda read: _cost(_totals(read).completion_cost),
    "tags": lambda read: read.run.tags,
    "metadata": lambda read: _decoded(_metadata(read)),
    "metadata_map": _metadata_map,
    "inputs": _payload("inputs"),
    "outputs": _payload("outputs"),
    "error": _error,
    "events": _payload("events"),
    "extra": _payload("extra"),
    "serialized": _payload("serialized"),
    "feedback": _feedback,
    "attachments": _attachments,
}


def schema_of(fields: str | None) -> pa.Schema:
    """The columns that were asked for, in their own order, with those that no file can do without; all by default."""
    names = COLUMNS.keys() if fields is None else {"id", "start_time", *fields.split(",")}
    return pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items() if name in names])


def described(schema: pa.Schema) -> list[Column]:
    """The columns, for the manifest."""
    return [Column(name, COLUMNS[name]) for name in schema.names]


def table_of(schema: pa.Schema, runs: Sequence[ReadRun]) -> pa.Table:
    """The rows of these runs."""
    arrays = [pa.array([_OF[field.name](read) for read in runs], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)
