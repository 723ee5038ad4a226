"""What the headers of one operation say, decoded: every field but the payload, which stays text."""

from __future__ import annotations

import msgspec

from functions.receive.json_text import decode
from functions.receive.operations import Operation, says_nothing
from shared.runs.fact import PAYLOAD_FIELDS

_ABSENT = msgspec.Raw(b"null")


class Header(msgspec.Struct, gc=False):
    """A run as written, with its payload fields left as texts. Fields that are not here are ignored."""

    id: str | None = None
    name: str | None = None
    run_type: str | None = None
    trace_id: str | None = None
    parent_run_id: str | None = None
    dotted_order: str | None = None
    start_time: str | int | float | None = None
    end_time: str | int | float | None = None
    session_id: str | None = None
    session_name: str | None = None
    reference_example_id: str | None = None
    tags: list[str] | None = None
    inputs: msgspec.Raw = _ABSENT
    outputs: msgspec.Raw = _ABSENT
    events: msgspec.Raw = _ABSENT
    extra: msgspec.Raw = _ABSENT
    error: msgspec.Raw = _ABSENT
    serialized: msgspec.Raw = _ABSENT


_HEADER = msgspec.json.Decoder(Header)
_ONLY_ABSENT = Header()


def header_of(operation: Operation) -> tuple[Header, dict[str, bytes]]:
    """What the headers say together, the later winning field by field, and all payload texts.

    A payload field that was sent apart beats the same one inside a header.
    """
    if not operation.headers:
        return _ONLY_ABSENT, operation.texts
    header = Header()
    texts: dict[str, bytes] = {}
    for text in operation.headers:
        said = decode(text, _HEADER)
        header = said if len(operation.headers) == 1 else _joined(header, said)
        if _holds_payload(said):
            _take_payload(said, operation, texts)
    return header, {**texts, **operation.texts} if texts else operation.texts


def _holds_payload(said: Header) -> bool:
    return not (
        said.inputs is said.outputs is said.events is _ABSENT and said.extra is said.error is said.serialized is _ABSENT
    )


def _take_payload(said: Header, operation: Operation, texts: dict[str, bytes]) -> None:
    for name in PAYLOAD_FIELDS:
        raw = bytes(getattr(said, name))
        if not says_nothing(raw, is_patch=operation.is_patch):
            texts[name] = raw


def _joined(known: Header, said: Header) -> Header:
    changes = {name: value for name in Header.__struct_fields__ if (value := getattr(said, name)) is not None}
    return msgspec.structs.replace(known, **changes)
