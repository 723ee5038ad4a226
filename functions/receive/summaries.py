"""What lists and filters need of a payload without opening it: put into the fact beside the payload's place.

The shapes are those of `shared/runs/fact.py`. Each payload is decoded once, here, which also finds
what is not valid.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from functions.receive.json_text import decode_any
from shared.base.errors import Malformed
from shared.base.units import KIB
from shared.runs.fact import PREVIEW_CHARS, Fields
from shared.runs.preview import preview_of
from shared.runs.times import time_us
from shared.runs.usage import Usage, model_of, usage_of

MAX_ENTRY_BYTES = KIB
"""A larger metadata value stays in the payload only: rows that lists read hold the rest."""
MAX_METADATA_BYTES = 16 * KIB

_MAX_REMEMBERED_BYTES = 4 * KIB
_REMEMBERED = 256
"""Of `extra`, whose text all runs of a trace share but for what their model adds."""

_OBJECT = msgspec.json.Decoder(dict[str, Any])
_EVENTS = msgspec.json.Decoder(list[dict[str, Any]])
_TEXT = msgspec.json.Decoder(str)
_ENCODE = msgspec.msgpack.Encoder().encode
_FIRST_TOKEN = "new_token"  # noqa: S105 an event's name


def summarise(fields: Fields, texts: dict[str, bytes]) -> None:
    """Put `[summary, 0, length]` of each payload text into the fields. Raises: Refused, which names the field."""
    outputs = None
    if "outputs" in texts:
        outputs = decode_any(texts["outputs"], _OBJECT, "outputs")
        # Of a run whose type is not said here any shape counts: totals take model runs only.
        usage = usage_of(fields.get("run_type", "llm"), None, outputs)
        fields["outputs"] = [[preview_of("outputs", outputs), usage], 0, len(texts["outputs"])]
    if "extra" in texts:
        fields["extra"] = [_of_extra(texts["extra"], outputs), 0, len(texts["extra"])]
    for name, text in texts.items():
        if name in _OTHERS:
            fields[name] = [_OTHERS[name](text), 0, len(text)]


def _of_inputs(text: bytes) -> str:
    return preview_of("inputs", decode_any(text, _OBJECT, "inputs"))


class _Extra(NamedTuple):
    """What an `extra` says by itself. Runs share it: it is never changed."""

    metadata: dict[str, Any]
    left_out: int
    usage: Usage | None
    model: str | None
    provider: str | None


def _of_extra(text: bytes, outputs: object) -> dict[str, Any]:
    extra = (_read_extra if len(text) > _MAX_REMEMBERED_BYTES else _remembered_extra)(text)
    summary: dict[str, Any] = {"metadata": extra.metadata}
    if extra.left_out:
        summary["left_out"] = extra.left_out
    if extra.usage is not None:
        summary["usage"] = extra.usage
    model = extra.model or model_of(None, outputs)[0]
    if model is not None:
        summary["model"] = model
    if extra.provider is not None:
        summary["provider"] = extra.provider
    return summary


def _read_extra(text: bytes) -> _Extra:
    extra = decode_any(text, _OBJECT, "extra")
    said = extra.get("metadata")
    metadata = said if type(said) is dict else {}
    small = _small(metadata)
    return _Extra(small, len(metadata) - len(small), usage_of(None, metadata, None), *model_of(extra))


_remembered_extra = lru_cache(_REMEMBERED)(_read_extra)


def _small(metadata: dict[str, Any]) -> dict[str, Any]:
    """The entries that are small enough, in their order, as long as they fit together."""
    if _packed_bytes(metadata) <= MAX_ENTRY_BYTES:
        return metadata
    kept, room = {}, MAX_METADATA_BYTES
    for key, value in metadata.items():
        entry_bytes = _packed_bytes(value)
        cost = entry_bytes + _packed_bytes(key)
        if entry_bytes <= MAX_ENTRY_BYTES and cost <= min(room, 2 * MAX_ENTRY_BYTES):
            kept[key] = value
            room -= cost
    return kept


def _packed_bytes(value: object) -> int:
    """How many bytes it takes in a fact; more than any limit where it cannot stand in one."""
    try:
        return len(_ENCODE(value))
    except OverflowError:  # an integer beyond 64 bits
        return MAX_METADATA_BYTES + 1


def _of_events(text: bytes) -> list[Any]:
    events = decode_any(text, _EVENTS, "events")
    first_us = None
    for event in events:
        if event.get("name") == _FIRST_TOKEN and first_us is None:
            first_us = _time_us(event.get("time"))
    return [first_us, len(events)]


def _time_us(written: object) -> int | None:
    """The time of an event; one that cannot be read is none."""
    if not isinstance(written, str | int | float):
        return None
    try:
        return time_us(written)
    except Malformed:
        return None


def _of_error(text: bytes) -> str:
    return decode_any(text, _TEXT, "error")[:PREVIEW_CHARS]


def _of_serialized(text: bytes) -> None:
    decode_any(text, _OBJECT, "serialized")


_OTHERS: dict[str, Callable[[bytes], object]] = {
    "inputs": _of_inputs,
    "events": _of_events,
    "error": _of_error,
    "serialized": _of_serialized,
}
