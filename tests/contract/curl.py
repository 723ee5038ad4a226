"""Requests as curl would send them: plain HTTP, with nobody's client in between."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx

BOUNDARY = "contract-boundary"
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def whole_run(run_id: str | None = None, **fields: object) -> dict[str, Any]:
    """A root run that has ended, as `/runs/batch` and a part of a multipart body take it."""
    chosen, now = run_id or str(uuid.uuid4()), datetime.now(UTC)
    placed = {"id": chosen, "trace_id": chosen, "dotted_order": f"{now:%Y%m%dT%H%M%S%f}Z{chosen}"}
    times = {"start_time": now.isoformat(), "end_time": now.isoformat()}
    return {"name": "plain", "run_type": "chain", "inputs": {"a": 1}, "outputs": {"b": 2}, **placed, **times, **fields}


def part(name: str, body: bytes, content_type: str = "application/json", length: int | None = None) -> bytes:
    """One part of a multipart body, with its length as the Python client gives it."""
    said = len(body) if length is None else length
    head = f'Content-Disposition: form-data; name="{name}"\r\nContent-Type: {content_type}\r\nContent-Length: {said}'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + body + b"\r\n"


def run_part(run: dict[str, Any]) -> bytes:
    """The part that creates this run."""
    return part(f"post.{run['id']}", json.dumps(run).encode())


def multipart(*parts: bytes) -> bytes:
    """A whole body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def read_status(url: str, key: str, run_id: str) -> int:
    """The status of reading a run."""
    return httpx.get(f"{url}/runs/{run_id}", headers={"x-api-key": key}).status_code
