"""The edge on the laptop: files of shares, for whoever has CloudFront's signature for them and nobody else.

    signature ─► a path as snapshots have them ─► not taken back ─► the file

As in AWS: `infra/stacks/viewer_request/share.js` refuses what was taken back, and the bucket says of what it has not
that it is forbidden. All refusals are alike; what was wrong is in the log.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from infra.local.answer import Answer, plain
from infra.local.http_event import Request
from infra.local.signatures import KeyGroup, Refused, Viewed, check_signature
from infra.page.shares import FILE_HEADERS, PREFIX
from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.base.units import US_PER_S
from shared.sharing.scopes import is_of

_READING = frozenset({"GET", "HEAD"})
_PATH = re.compile(r"/s/(?P<share>[A-Za-z0-9-]+)/[A-Za-z0-9-]+/[A-Za-z0-9-]+(?:[./][A-Za-z0-9-]+)*")
"""As share.js has it: no dots in a row, nothing that would mean something else after decoding."""
_THREADS = 4
_COMPRESSED_BYTES = range(1_000, 10_000_001)
"""Source: Amazon CloudFront, "Serve compressed files": files of such a size, and of such types among others."""
_COMPRESSED_TYPES = ("application/json", "text/")
_SCOPES = "scopes"
"""The file among those of shares that names who has sharing switched off; no share is called so."""

_log = logging.getLogger(__name__)


class Typed(Protocol):
    """Where the files lie, and what they are."""

    def get(self, key: str) -> bytes:
        """The whole file. Raises: NotFound."""
        ...

    def content_type(self, key: str) -> str:
        """The type that it was stored with. Raises: NotFound."""
        ...


class Denied:
    """The shares that the edge refuses whatever was signed: CloudFront's KeyValueStore, as a folder of empty files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = threading.Lock()

    def deny(self, share_id: str) -> None:
        """Refuse all files of a share from now on."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / share_id).touch()

    def deny_scopes(self, find: Callable[[], Sequence[str]]) -> None:
        """Refuse the shares of these workspaces and organizations, and no others' for such a reason."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._writing:
            fresh = self._folder / f".{_SCOPES}"
            fresh.write_text("\n".join(find()), encoding="ascii")
            fresh.replace(self._folder / _SCOPES)

    def forget(self, share_id: str) -> None:
        """Take a share from the list: its files are gone, and no signature for them is left."""
        (self._folder / share_id).unlink(missing_ok=True)

    def invalidate(self, share_id: str) -> None:
        """Nothing: this edge keeps no copies, so each answer is as new as the file."""

    def has(self, share_id: str) -> bool:
        """Whether it is refused: taken back, or switched off with all of its workspace or organization."""
        return (self._folder / share_id).exists() or any(is_of(share_id, scope) for scope in self._scopes())

    def _scopes(self) -> list[str]:
        try:
            return (self._folder / _SCOPES).read_text(encoding="ascii").split()
        except FileNotFoundError:
            return []


class LocalEdge:
    """Answers for `/s/`, on threads of its own."""

    def __init__(self, files: Typed, keys: Callable[[], KeyGroup], denied: Denied, clock: Clock) -> None:
        self._files = files
        self._keys = keys
        self._denied = denied
        self._clock = clock
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="edge")

    async def __call__(self, request: Request) -> Answer | None:
        """The answer, or None for a request that is not for a share's file."""
        if not request.path.startswith(PREFIX):
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.answer, request)

    def answer(self, request: Request) -> Answer:
        """The file, or that it is forbidden."""
        try:
            return self._file(request)
        except (Refused, NotFound) as error:
            _log.info("edge: %s refused: %s", request.path[:200], error)
            return plain(403, "text/plain; charset=utf-8", b"Access denied\n", dict(FILE_HEADERS))

    def close(self) -> None:
        """Take no more requests."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _file(self, request: Request) -> Answer:
        if request.method not in _READING:
            raise Refused(f"{request.method}: files of shares are only read")
        if "%" in request.written_path:
            raise Refused("an escape in the path: CloudFront compares addresses as they are written")
        address = f"http://{request.header('host')}{request.path}"
        now_epoch_s = self._clock.now_us() / US_PER_S
        check_signature(Viewed(address, request.query, request.source_ip), self._keys(), now_epoch_s)
        path = _PATH.fullmatch(request.path)
        if path is None or self._denied.has(path["share"]):
            raise Refused("the path is none of a snapshot, or its share was taken back")
        key = request.path.removeprefix("/")
        found = _answer(request, self._files.content_type(key), self._files.get(key))
        return found._replace(body=b"") if request.method == "HEAD" else found


def _answer(request: Request, content_type: str, content: bytes) -> Answer:
    """A file, compressed as CloudFront does it."""
    headers = dict(FILE_HEADERS)
    if content_type.startswith(_COMPRESSED_TYPES) and len(content) in _COMPRESSED_BYTES:
        headers["vary"] = "Accept-Encoding"
        if "gzip" in request.header("accept-encoding"):
            headers["content-encoding"] = "gzip"
            content = _compressed(content)
    return plain(200, content_type, content, headers)


@lru_cache(maxsize=32)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)
