"""What a bulk export wrote, so that a reader can prove that nothing is missing or altered."""

from __future__ import annotations

import msgspec

SCHEMA_VERSION = 1
"""To be raised when a column is renamed, retyped or taken away; new columns alone do not raise it."""


class PartFile(msgspec.Struct, frozen=True):
    """One file: its path below the manifest's folder, its rows, and what its bytes must hash to."""

    path: str
    runs: int
    bytes: int
    sha256: str
    min_start_time: str
    max_start_time: str


class Query(msgspec.Struct, frozen=True):
    """Which runs were asked for: those that started in [start_time, end_time) and match."""

    start_time: str
    end_time: str
    filter: str | None = None


class Column(msgspec.Struct, frozen=True):
    """One column of the files."""

    name: str
    type: str


class Manifest(msgspec.Struct, frozen=True):
    """All files of one window of an export; it is written when they all are."""

    schema_version: int
    export_id: str
    workspace_id: str
    project_id: str
    project_name: str
    query: Query
    compression: str
    created_at: str
    runs: int
    bytes: int
    min_start_time: str | None
    max_start_time: str | None
    columns: list[Column]
    files: list[PartFile]


def written(manifest: Manifest) -> bytes:
    """The manifest as JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def read(text: bytes) -> Manifest:
    """The manifest that was written. Raises: msgspec.DecodeError."""
    return msgspec.json.decode(text, type=Manifest)
