"""Files of NDJSON, one run a line: plain, gzip or zstd by the ending of their name.

Each page is written as a frame of its own, so that a file which was cut behind any page is whole again.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

import zstandard

from infra.cli.failures import CommandFailed
from shared.base.units import MIB

STANDARD = "-"
"""The name of standard output or input."""
MAX_LINE_BYTES = 256 * MIB
_ZSTD_LEVEL = 3

_PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda page: gzip.compress(page, 6, mtime=0),
    ".zst": lambda page: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(page),
}


class Line(NamedTuple):
    """One line of a file, and its number from 1."""

    number: int
    text: bytes


class Sink(Protocol):
    """Where pages of lines go."""

    def add(self, page: bytes) -> int:
        """Make a page durable; how many bytes there are by now."""
        ...


class FileSink:
    """A file that grows page by page; what is behind `keep_bytes` of it is cut off first."""

    def __init__(self, path: Path, keep_bytes: int = 0) -> None:
        self._pack = _PACK.get(path.suffix, bytes)
        self._file = path.open("r+b" if keep_bytes else "wb")
        self._file.truncate(keep_bytes)
        self._file.seek(keep_bytes)

    def add(self, page: bytes) -> int:
        """Make a page durable; how many bytes there are by now."""
        self._file.write(self._pack(page))
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Release the file."""
        self._file.close()


class StandardSink:
    """Standard output: what was written cannot be taken back, so it cannot be gone on with."""

    def __init__(self) -> None:
        self._bytes = 0

    def add(self, page: bytes) -> int:
        """Write a page through."""
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
        self._bytes += len(page)
        return self._bytes


class LineFile:
    """The lines of a file or of standard input, and how far it has been read.

    Raises: CommandFailed where it cannot be opened, or is cut or damaged: then with the line behind which it is.
    """

    def __init__(self, name: str) -> None:
        self.name = "standard input" if name == STANDARD else name
        self._path = None if name == STANDARD else Path(name)
        self._raw: BinaryIO | None = None
        with self._failing():
            self.size_bytes = None if self._path is None else self._path.stat().st_size

    @property
    def read_bytes(self) -> int:
        """How much of the file has been read, as it lies there."""
        return 0 if self._raw is None or self._path is None else self._raw.tell()

    def __iter__(self) -> Iterator[Line]:
        """The lines that hold anything, in order."""
        if self._path is None:
            yield from self._lines(sys.stdin.buffer)
            return
        with self._failing(), self._path.open("rb") as raw:
            self._raw = raw
            yield from self._lines(_unpacked(raw, self._path.suffix))
            self._raw = None

    def _lines(self, opened: BinaryIO) -> Iterator[Line]:
        number = 0
        try:
            while text := opened.readline(MAX_LINE_BYTES):
                number += 1
                if len(text) == MAX_LINE_BYTES:
                    raise CommandFailed(f"{self.name}: line {number} is over {MAX_LINE_BYTES} bytes: it is no run")
                if bare := text.strip():
                    yield Line(number, bare)
        except (EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
            raise CommandFailed(f"{self.name} is cut or damaged behind line {number}: {error}") from None

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CommandFailed(f"{self.name} cannot be read: {error.strerror}") from None


class _ZstdFrames(io.RawIOBase):
    """The content of a file of zstd frames. Unlike zstandard's own reader, it does not take a cut frame for the end."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._is_inside = False
        self._ready = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 any writable buffer
        """Fill the buffer from what is unpacked; 0 at the end of the file. Raises: EOFError inside a frame."""
        while not self._ready:
            packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._is_inside = zstandard.ZstdDecompressor().decompressobj(), False
            packed = packed or self._raw.read(MIB)
            if not packed:
                if self._is_inside:
                    raise EOFError("it ends inside a zstd frame")
                return 0
            self._is_inside = True
            self._ready = self._frame.decompress(packed)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


def _unpacked(raw: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    if suffix == ".zst":
        return cast("BinaryIO", io.BufferedReader(_ZstdFrames(raw), MIB))
    return raw
