"""Requests for tests: as API Gateway passes them on, and what the receive room makes of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.receive.app import Handler, build
from functions.receive.settings import ReceiveSettings
from shared.base.clock import SteppingClock
from shared.runs.codec import decompress, unpack_envelope, unpack_facts
from shared.runs.fact import PAYLOAD_FIELDS, Envelope, Fact
from shared.store.access import Access
from shared.store.ports import Store
from tests.stores import NOON_US, local_store

KEY = "lsv2_pt_for_tests"
READ_ONLY_KEY = "lsv2_pt_read_only"
RUN = "019aa0b0-0000-7000-8000-000000000001"
OTHER = "019aa0b0-0000-7000-8000-000000000002"
ORDER = f"20261120T120000000000Z{RUN}"
CHILD_ORDER = f"{ORDER}.20261120T120001000000Z{OTHER}"
BOUNDARY = "a-boundary"
RECORDED = Path(__file__).parents[2] / "wire" / "recorded"


def event(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, key: str | None = KEY
) -> dict[str, Any]:
    """The event of an HTTP API for this request; bodies come in base64, as binary ones do."""
    sent = {"x-api-key": key} if key else {}
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {**sent, **{name.lower(): value for name, value in (headers or {}).items()}},
        "requestContext": {"http": {"method": method, "path": path}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def part(name: str, body: bytes | object, *lines: str, stated: bool = True, mime: str = "application/json") -> bytes:
    """One part as the Python client writes it, without its boundary; what is not bytes is written as JSON."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    length = [f"Content-Length: {len(text)}"] if stated else []
    head = [f'Content-Disposition: form-data; name="{name}"', f"Content-Type: {mime}", *length, *lines]
    return "\r\n".join([*head, "", ""]).encode() + text


def joined(parts: Iterable[bytes], boundary: str = BOUNDARY) -> bytes:
    """A multipart body of these parts."""
    return b"".join(f"--{boundary}\r\n".encode() + one + b"\r\n" for one in parts) + f"--{boundary}--\r\n".encode()


def multipart_event(body: bytes, boundary: str = BOUNDARY, **headers: str) -> dict[str, Any]:
    """A request with this multipart body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return event(
        "POST", "/runs/multipart", body, {"content-type": f"multipart/form-data; boundary={boundary}", **named}
    )


def recorded(name: str) -> list[dict[str, Any]]:
    """The events of a recorded scenario."""
    requests = json.loads((RECORDED / f"{name}.json").read_text())
    return [event(one["method"], one["path"], base64.b64decode(one["body"]), one["headers"]) for one in requests]


@dataclass
class Room:
    """A receive room over the laptop's own store, and what came out of it."""

    handler: Handler
    store: Store
    clock: SteppingClock
    settings: ReceiveSettings
    workspace: str

    def send(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the body of the answer."""
        answer = self.handler(request, None)
        return answer["statusCode"], json.loads(answer["body"])

    def envelopes(self) -> list[Envelope]:
        """What waits in the queue, taken out."""
        found: list[Envelope] = []
        while messages := self.store.operations.receive(10, 60):
            found.extend(unpack_envelope(message.body) for message in messages)
            self.store.operations.delete([message.handle for message in messages])
        return sorted(found, key=lambda one: (one.receipt, one.first_part))


def open_room(folder: Path, **changes: int) -> Room:
    """A room with a key that may write and one that may not."""
    clock = SteppingClock(NOON_US)
    store = local_store(folder, clock)
    access = Access(store.control, clock)
    workspace = access.create_workspace("tests").id
    access.create_key(workspace, "writes", text=KEY)
    access.create_key(workspace, "reads", text=READ_ONLY_KEY, is_read_only=True)
    settings = ReceiveSettings("control", "bucket", "queue", "dead", **changes)
    return Room(build(settings, store, clock), store, clock, settings, workspace)


def facts_of(room: Room, envelopes: Iterable[Envelope]) -> list[Fact]:
    """All facts, each payload field replaced by its summary and its JSON text."""
    facts: list[Fact] = []
    for envelope in envelopes:
        segment = room.store.objects.get(envelope.segment) if envelope.segment else b""
        for group in envelope.groups:
            frame = group.payload or segment[group.offset : group.offset + group.length]
            payload = decompress(frame) if frame else b""
            facts.extend(_readable(fact, payload) for fact in unpack_facts(group.facts))
    return facts


def _readable(fact: Fact, payload: bytes) -> Fact:
    fields = dict(fact.fields)
    for name in fields.keys() & set(PAYLOAD_FIELDS):
        summary, offset, length = fields[name]
        fields[name] = [summary, payload[offset : offset + length]]
    return Fact(fact.run_id, fact.is_patch, fields)
