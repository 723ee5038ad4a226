"""The columns of an export: one row a run, typed, with JSON where the shape is the application's own.

Column names and types are a contract with whoever queries the files: see `SCHEMA_VERSION`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

from functions.export.reading import WholeRun
from shared.base.units import US_PER_S
from shared.exports.columns import COLUMNS
from shared.exports.manifest import Column

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


def _payload(name: str) -> Callable[[WholeRun], str | None]:
    def of(whole: WholeRun) -> str | None:
        text = whole.payloads.get(name)
        return None if text is None else text.decode()

    return of


def _error(whole: WholeRun) -> str | None:
    text = whole.payloads.get("error")
    said = None if text is None else msgspec.json.decode(text)
    return said if said is None or isinstance(said, str) else _encode(said).decode()


def _metadata(whole: WholeRun) -> bytes | None:
    """All of it, out of `extra` as sent: the summary lacks large values."""
    text = whole.payloads.get("extra")
    if text is None or text[:1] != b"{":
        return None
    found = bytes(_texts(text).get("metadata", b""))
    return found if found[:1] == b"{" else None


def _metadata_map(whole: WholeRun) -> list[tuple[str, str]]:
    """Texts as they are, everything else as JSON."""
    text = _metadata(whole)
    pairs = {} if text is None else msgspec.json.decode(text)
    return [(key, value if isinstance(value, str) else _encode(value).decode()) for key, value in pairs.items()]


def _decoded(text: bytes | None) -> str | None:
    return None if text is None else text.decode()


def _feedback(whole: WholeRun) -> str | None:
    """What was said, with ids and times, as the API has it."""
    said = [
        {"id": one.id, "created_at": _utc(one.created_us), "modified_at": _utc(one.modified_us), **one.fields}
        for one in whole.feedback
    ]
    return _encode(said).decode() if said else None


def _utc(time_us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)


def _attachments(whole: WholeRun) -> str | None:
    found = {name: {"mime_type": mime, "size_bytes": size} for name, (mime, size, _) in whole.run.attachments.items()}
    return _encode(found).decode() if found else None


def _cost(dollars: Decimal | None) -> Decimal | None:
    return None if dollars is None else dollars.quantize(_CENT)


def _seconds(whole: WholeRun) -> float | None:
    return None if whole.run.latency_us is None else whole.run.latency_us / US_PER_S


_OF: dict[str, Callable[[WholeRun], Any]] = {
    "id": lambda whole: whole.run.id,
    "trace_id": lambda whole: whole.run.trace_id,
    "parent_run_id": lambda whole: whole.run.parent_run_id,
    "dotted_order": lambda whole: whole.run.dotted_order,
    "is_root": lambda whole: whole.run.is_root,
    "project_id": lambda whole: whole.run.project,
    "name": lambda whole: whole.run.name,
    "run_type": lambda whole: whole.run.run_type,
    "status": lambda whole: whole.run.status,
    "start_time": lambda whole: whole.run.start_us,
    "end_time": lambda whole: whole.run.end_us,
    "first_token_time": lambda whole: whole.run.first_token_us,
    "latency_seconds": _seconds,
    "trace_first_received_at": lambda whole: whole.stored.born_us,
    "trace_expires_at": lambda whole: whole.stored.ends_us,
    "trace_tier": lambda whole: whole.stored.tier,
    "thread_id": lambda whole: whole.run.thread_id,
    "reference_example_id": lambda whole: whole.run.fields.get("reference_example_id"),
    "model": lambda whole: whole.run.model,
    "provider": lambda whole: whole.run.provider,
    "total_tokens": lambda whole: whole.totals.total_tokens,
    "prompt_tokens": lambda whole: whole.totals.prompt_tokens,
    "completion_tokens": lambda whole: whole.totals.completion_tokens,
    "total_cost": lambda whole: _cost(whole.totals.total_cost),
    "prompt_cost": lambda whole: _cost(whole.totals.prompt_cost),
    "completion_cost": lambda whole: _cost(whole.totals.completion_cost),
    "tags": lambda whole: whole.run.tags,
    "metadata": lambda whole: _decoded(_metadata(whole)),
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


def table_of(schema: pa.Schema, runs: Sequence[WholeRun]) -> pa.Table:
    """The rows of these runs."""
    arrays = [pa.array([_OF[field.name](whole) for whole in runs], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)
