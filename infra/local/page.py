"""The page on the laptop: what CloudFront and its bucket do in AWS, from memory, made anew when `web/` changes."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from infra.local.answer import Answer, plain
from infra.local.http_event import Request
from infra.page.modules import PageBroken
from infra.page.paths import ASSETS, is_api, is_file, is_view
from infra.page.site import INDEX, WEB, Site, build_site, cache_of, headers_of, sources_of, type_of

_KEPT_SITES = 8
"""Versions that are still served: a tab that was opened before an edit goes on with its own."""
_COMPRESSED_OVER_BYTES = 1_000
"""Source: Amazon CloudFront, "Serve compressed files": it compresses what is larger."""
_READING = frozenset({"GET", "HEAD"})

_log = logging.getLogger(__name__)

Fingerprint = frozenset[tuple[str, int, int]]


class LocalPage:
    """Answers for the page's paths. What cannot be built says so to whoever opens it; the API goes on."""

    def __init__(self, web: Path = WEB) -> None:
        self._web = web
        self._sites: dict[str, Site] = {}
        self._current: Site | None = None
        self._seen: Fingerprint | None = None
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="page")

    async def __call__(self, request: Request) -> Answer | None:
        """The answer, or None for a request that is the API's."""
        if not is_wanted(request):
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.answer, request)

    def answer(self, request: Request) -> Answer:
        """The answer to a request for a path of the page."""
        try:
            return self._answer(request)
        except PageBroken as broken:
            return plain(500, "text/plain; charset=utf-8", f"The page cannot be shown: {broken}\n".encode())

    def warm(self) -> None:
        """Make the page before somebody waits for it; what is wrong with it, its first reader is told."""
        try:
            self._site()
        except PageBroken:
            return

    def close(self) -> None:
        """Take no more requests."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _answer(self, request: Request) -> Answer:
        path = request.path.removeprefix("/") if is_file(request.path) else INDEX
        content = self._content(path)
        if content is None:
            missing = f"The page has no {request.path[:200]}; reload it if it was open before it was changed\n"
            return plain(
                404, "text/plain; charset=utf-8", missing.encode(), headers_of() | {"cache-control": "no-store"}
            )
        return _file(request, path, content)

    def _content(self, path: str) -> bytes | None:
        """A file of a version that was served, or of the current one."""
        version = f"/{path}".removeprefix(ASSETS).partition("/")[0] if f"/{path}".startswith(ASSETS) else ""
        site = self._sites.get(version) or self._site()
        return site.files.get(path)

    def _site(self) -> Site:
        """The site of the sources as they are now. Raises: PageBroken."""
        with self._lock:
            seen = _fingerprint(self._web)
            if self._current is None or seen != self._seen:
                self._current = build_site(self._web)
                self._seen = seen
                for what in self._current.missing:
                    _log.warning("page: %s; the rest is served", what)
                self._sites = dict([*self._sites.items(), (self._current.version, self._current)][-_KEPT_SITES:])
            return self._current


def is_wanted(request: Request) -> bool:
    """Whether a request is the page's: for one of its files or views, or a browser's that is going somewhere."""
    if request.method not in _READING or is_api(request.path):
        return False
    goes_there = "text/html" in request.header("accept") and "__" not in request.path[:3]
    return is_file(request.path) or is_view(request.path) or goes_there


def _file(request: Request, path: str, content: bytes) -> Answer:
    """A file, or that it is still the one which the browser has."""
    tag = _tag(content)
    headers = headers_of(_objects_of(request)) | {
        "cache-control": cache_of(path),
        "etag": tag,
        "vary": "Accept-Encoding",
    }
    if tag in [one.strip().removeprefix("W/") for one in request.header("if-none-match").split(",")]:
        return Answer(304, [(name.encode(), value.encode()) for name, value in headers.items()], b"")
    if "gzip" in request.header("accept-encoding") and len(content) > _COMPRESSED_OVER_BYTES:
        content = _compressed(content)
        headers["content-encoding"] = "gzip"
    whole = plain(200, type_of(path), content, headers)
    return whole._replace(body=b"") if request.method == "HEAD" else whole


def _objects_of(request: Request) -> dict[str, str]:
    """Where links to attachments lead: to this machine by either name, whichever the page was opened by."""
    port = request.header("host").rpartition(":")[2]
    names = f"http://localhost:{port} http://127.0.0.1:{port}" if port.isdecimal() else ""
    return dict.fromkeys(("img-src", "media-src", "connect-src"), names)


@lru_cache(maxsize=1024)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


@lru_cache(maxsize=1024)
def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _fingerprint(web: Path) -> Fingerprint:
    """What changes when a file does. Raises: PageBroken."""
    try:
        stats = [(str(path), path.stat()) for path in sources_of(web)]
    except FileNotFoundError as gone:
        raise PageBroken(f"{gone.filename} is not there") from None
    return frozenset((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)
