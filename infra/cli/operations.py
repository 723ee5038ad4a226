"""A line as the parts of a multipart request that make the same run again."""

from __future__ import annotations

import hashlib
import uuid
from typing import NamedTuple

import msgspec

from shared.base.ids import canonical_uuid

_NULL = msgspec.Raw(b"null")
_PLACEHOLDERS = frozenset({b"{}", b"[]"})
_PAYLOADS = ("inputs", "outputs", "events", "extra", "error", "serialized")
_HEADER = ("id", "trace_id", "dotted_order", "parent_run_id", "name", "run_type", "start_time", "end_time")
_JSON = "application/json"
_MAX_SHOWN = 120


class AttachmentAt(msgspec.Struct):
    """Where the bytes of an attachment are: a file of the export's folder, or a link; neither where it was left out."""

    mime_type: str | None = None
    file: str | None = None
    url: str | None = None


class RunLine(msgspec.Struct):
    """What an import reads of a line; everything else is for other readers. Payloads stay texts."""

    id: str
    trace_id: str | None = None
    dotted_order: str | None = None
    parent_run_id: str | None = None
    name: str | None = None
    run_type: str | None = None
    start_time: str | int | float | None = None
    end_time: str | int | float | None = None
    tags: list[str] | None = None
    reference_example_id: str | None = None
    session_id: str | None = None
    session_name: str | None = None
    inputs: msgspec.Raw = _NULL
    outputs: msgspec.Raw = _NULL
    events: msgspec.Raw = _NULL
    extra: msgspec.Raw = _NULL
    error: msgspec.Raw = _NULL
    serialized: msgspec.Raw = _NULL
    attachments: dict[str, AttachmentAt] | None = None
    feedback: list[msgspec.Raw] | None = None


class Part(NamedTuple):
    """One part of a multipart body."""

    name: str
    content_type: str
    body: bytes


class BadLine(Exception):
    """A line that is no run; the message says what is wrong with it."""


_decode = msgspec.json.Decoder(RunLine).decode
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def run_of(text: bytes) -> RunLine:
    """The run of a line. Raises: BadLine."""
    try:
        run = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        shown = text[:_MAX_SHOWN].decode(errors="replace")
        raise BadLine(f"{error}; the line begins {shown!r}") from None
    if canonical_uuid(run.id) is None:
        raise BadLine(f"id {run.id[:_MAX_SHOWN]!r} is not a UUID")
    return run


def parts_of(run: RunLine, project: str | None) -> list[Part]:
    """The parts that make this run again, in the project that has this id."""
    header = {name: value for name in _HEADER if (value := getattr(run, name)) is not None}
    header |= {"session_id": project} if project is not None else {}
    if run.reference_example_id is not None:
        header["reference_example_id"] = run.reference_example_id
    if run.tags:
        header["tags"] = run.tags
    texts = {name: text for name in _PAYLOADS if (text := bytes(getattr(run, name)).strip()) != b"null"}
    said = {name: text for name, text in texts.items() if text not in _PLACEHOLDERS}
    empty = {name: text for name, text in texts.items() if text in _PLACEHOLDERS}
    parts = _operation("post", run, header, said)
    if empty or run.tags == []:
        # An empty object in a create is a client's placeholder; only an update can say that outputs are empty. It
        # repeats the rest, so that a server which refuses the one refuses the other.
        parts += _operation("patch", run, header | ({"tags": []} if run.tags == [] else {}), empty)
    return parts + [_feedback_part(run, text) for text in run.feedback or ()]


def _operation(kind: str, run: RunLine, header: dict[str, object], texts: dict[str, bytes]) -> list[Part]:
    main = Part(f"{kind}.{run.id}", _JSON, msgspec.json.encode(header))
    return [main, *(Part(f"{kind}.{run.id}.{name}", _JSON, text) for name, text in texts.items())]


def _feedback_part(run: RunLine, text: msgspec.Raw) -> Part:
    """The feedback with its own id, as it was, about this run of this trace.

    One that has no id gets one that follows from what it says, so that a second import doubles nothing.
    """
    try:
        said = _fields(text)
        stated = msgspec.json.decode(said.get("id", _NULL))
    except msgspec.DecodeError as error:
        raise BadLine(f"a feedback is no JSON object: {error}") from None
    digest = hashlib.sha256(run.id.encode() + bytes(text)).digest()
    feedback_id = canonical_uuid(stated) or str(uuid.UUID(bytes=digest[:16], version=8))
    about = {"id": feedback_id, "run_id": run.id} | ({"trace_id": run.trace_id} if run.trace_id else {})
    said.pop("session_id", None)  # the run's own project decides
    said |= {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in about.items()}
    return Part(f"feedback.{feedback_id}", _JSON, msgspec.json.encode(said))


def multipart(parts: list[Part], boundary: str) -> bytes:
    """The body of these parts. Source: RFC 7578."""
    pieces: list[bytes] = []
    for part in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part.name}"\r\n'
        kind = f"Content-Type: {part.content_type}\r\nContent-Length: {len(part.body)}\r\n\r\n"
        pieces += [head.encode(), kind.encode(), part.body, b"\r\n"]
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()])
