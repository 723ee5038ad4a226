"""`./tracekeep verify MANIFEST`: whether a bulk export is whole and as it was written. Needs no server."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import ClientError
from botocore.session import Session

from infra.cli.failures import CommandFailed
from shared.base.errors import NotFound
from shared.exports.manifest import SCHEMA_VERSION, Manifest, PartFile, read
from shared.store.s3 import S3Objects

_S3 = "s3://"
_SHOWN = 20


class Folder(Protocol):
    """Where a manifest and its files are."""

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises: FileNotFoundError."""
        ...

    def files(self) -> Iterator[str]:
        """All Parquet files below it."""
        ...


class DiskFolder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises: FileNotFoundError."""
        return (self._root / path).read_bytes()

    def files(self) -> Iterator[str]:
        """All Parquet files below it."""
        return (path.relative_to(self._root).as_posix() for path in self._root.rglob("*.parquet"))


class S3Folder:
    """A prefix of a bucket, read with the credentials of the environment."""

    def __init__(self, bucket: str, prefix: str) -> None:
        client = Session().create_client("s3")
        self._objects = S3Objects(lambda: client, bucket)
        self._prefix = prefix

    def read(self, path: str) -> bytes:
        """The bytes of an object. Raises: FileNotFoundError."""
        try:
            return self._objects.get(self._prefix + path)
        except NotFound:
            raise FileNotFoundError(path) from None
        except ClientError as error:
            raise CommandFailed(f"{_S3}…/{self._prefix}{path} cannot be read: {error}") from None

    def files(self) -> Iterator[str]:
        """All Parquet files below it."""
        keys = self._objects.list(f"{self._prefix}runs/")
        return (key.removeprefix(self._prefix) for key in keys if key.endswith(".parquet"))


def verify(place: str) -> int:
    """Say what is wrong, or that nothing is: 1 or 0. Raises: CommandFailed when it is no manifest."""
    folder, name = _opened(place)
    manifest = _manifest(folder, name, place)
    problems = list(problems_of(manifest, folder))
    for problem in problems[:_SHOWN]:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.stderr.write(f"{place}: {len(problems)} things are wrong with {len(manifest.files)} files\n")
        return 1
    said = f"{manifest.runs:,} runs in {len(manifest.files)} files, {manifest.bytes:,} bytes"
    sys.stdout.write(f"{place}: whole and as written: {said}\n")
    return 0


def problems_of(manifest: Manifest, folder: Folder) -> Iterator[str]:
    """Everything that is not as the manifest says."""
    for part in manifest.files:
        yield from _problems_of_part(part, folder)
    for name, told, counted in (
        ("runs", manifest.runs, sum(part.runs for part in manifest.files)),
        ("bytes", manifest.bytes, sum(part.bytes for part in manifest.files)),
    ):
        if told != counted:
            yield f"the manifest says {told} {name} in all, and its files {counted}: it was altered"
    listed = {part.path for part in manifest.files}
    windows = {_window_of(path) for path in listed}
    for path in sorted(set(folder.files()) - listed):
        if _window_of(path) in windows:
            yield f"{path} is not in the manifest: a query over the folder would count its runs as well"


def _problems_of_part(part: PartFile, folder: Folder) -> Iterator[str]:
    try:
        body = folder.read(part.path)
    except FileNotFoundError:
        yield f"{part.path} is missing"
        return
    if len(body) != part.bytes:
        yield f"{part.path} has {len(body)} bytes and not {part.bytes}: it was cut or altered"
    elif hashlib.sha256(body).hexdigest() != part.sha256:
        yield f"{part.path} was altered: its SHA-256 is not {part.sha256}"
    elif (rows := _rows_of(body)) != part.runs:
        yield f"{part.path} has {rows} rows and not {part.runs}: the manifest was altered"


def _rows_of(body: bytes) -> int | None:
    try:
        return int(pq.ParquetFile(io.BytesIO(body)).metadata.num_rows)
    except pa.ArrowInvalid:
        return None


def _window_of(path: str) -> str:
    """`part-<window>-<number>.parquet`: files of other windows have manifests of their own."""
    return path.rpartition("/")[2].rpartition("-")[0]


def _opened(place: str) -> tuple[Folder, str]:
    if place.startswith(_S3):
        bucket, _, key = place.removeprefix(_S3).partition("/")
        prefix, slash, name = key.rpartition("/")
        return S3Folder(bucket, prefix + slash), name
    path = Path(place)
    return DiskFolder(path.parent), path.name


def _manifest(folder: Folder, name: str, place: str) -> Manifest:
    try:
        manifest = read(folder.read(name))
    except (OSError, msgspec.DecodeError) as error:
        raise CommandFailed(f"{place} is no manifest: {error}") from None
    if manifest.schema_version != SCHEMA_VERSION:
        raise CommandFailed(f"{place} has schema version {manifest.schema_version}; this reads {SCHEMA_VERSION}")
    return manifest
