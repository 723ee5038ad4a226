"""What lists and filters need of a payload without opening it: put into the fact beside the payload's place.

The shapes are those of `shared/runs/fact.py`. Each payload is decoded once, here, which also finds
what is not valid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from functions.receive.json_text import decode_any
from shared.base.errors import Malformed
from shared.base.units import KIB
from shared.runs.fact import PREVIEW_CHARS, Fields
from shared.runs.preview import preview_of
from shared.runs.times import time_us
from shared.runs.usage import model_of, usage_of

MAX_ENTRY_BYTES = KIB
"""A larger metadata value stays in the payload only: rows that lists read hold the rest."""
MAX_METADATA_BYTES = 16 * KIB

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
        extra = decode_any(texts["extra"], _OBJECT, "extra")
        fields["extra"] = [_of_extra(extra, outputs), 0, len(texts["extra"])]
    for name, text in texts.items():
        if name in _OTHERS:
            fields[name] = [_OTHERS[name](text), 0, len(text)]


def _of_inputs(text: bytes) -> str:
    return preview_of("inputs", decode_any(text, _OBJECT, "inputs"))


def _of_extra(extra: dict[str, Any], outputs: object) -> dict[str, Any]:
    said = extra.get("metadata")
    metadata = said if type(said) is dict else {}
    small = _small(metadata)
    summary: dict[str, Any] = {"metadata": small}
    if len(small) < len(metadata):
        summary["left_out"] = len(metadata) - len(small)
    model, provider = model_of(extra, outputs)
    found = {"usage": usage_of(None, metadata, None), "model": model, "provider": provider}
    summary.update((name, value) for name, value in found.items() if value is not None)
    return summary


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
