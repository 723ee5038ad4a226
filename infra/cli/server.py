"""A server that speaks LangSmith's API, by HTTP alone: the commands need no more than what `make run` installs."""

from __future__ import annotations

import gzip
import http.client
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec
import zstandard

from infra.cli.failures import CommandFailed

_TIMEOUT_S = 60
_TRIES = 8
_LONGEST_WAIT_S = 60.0
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_ALLOWED = frozenset({401, 403})
_MAX_SHOWN = 300
_API = ("/api/v1", "/api")


@dataclass(frozen=True)
class Answer:
    """What a server answered; header names are lower case, the body is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 any JSON
        """The body, decoded. Raises: CommandFailed."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise CommandFailed(f"the server's answer is no JSON ({error}): {self.shown()}") from None

    def shown(self) -> str:
        """The beginning of the body, for a message."""
        return self.body[:_MAX_SHOWN].decode(errors="replace")


@dataclass
class Server:
    """One server and a key for it. `endpoint` is what LANGSMITH_ENDPOINT is set to. Any thread may use it."""

    endpoint: str
    key: str
    wait: Callable[[float], object] = time.sleep
    _connections: threading.local = field(default_factory=threading.local)

    def __post_init__(self) -> None:
        """Refuse what is no address. Raises: CommandFailed."""
        self.endpoint = self.endpoint.rstrip("/")
        if urlsplit(self.endpoint).scheme not in {"http", "https"} or not urlsplit(self.endpoint).hostname:
            raise CommandFailed(f"{self.endpoint!r} is no address: LANGSMITH_ENDPOINT looks like https://host/api/v1")

    @property
    def root(self) -> str:
        """The address without the prefix of the first API."""
        for prefix in _API:
            if self.endpoint.endswith(prefix):
                return self.endpoint.removesuffix(prefix)
        return self.endpoint

    def v1(self, method: str, path: str, content: object = None, **query: Any) -> Answer:  # noqa: ANN401 any text
        """Ask the first API."""
        return self.send(method, f"{self.endpoint}{path}{_written(query)}", *_json(content))

    def v2(self, method: str, path: str, content: object = None) -> Answer:
        """Ask the second API."""
        return self.send(method, f"{self.root}/api/v2{path}", *_json(content))

    def fetch(self, url: str) -> Answer:
        """What is behind a signed link, which needs no key, and may be relative to the server."""
        return self.send("GET", urljoin(f"{self.root}/", url), with_key=False)

    def send(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        with_key: bool = True,
    ) -> Answer:
        """The answer, asked for again while the server says later. Raises: CommandFailed."""
        sent = {"accept-encoding": "zstd, gzip", **(headers or {}), **({"x-api-key": self.key} if with_key else {})}
        for attempt in range(_TRIES):
            try:
                answer = self._once(method, url, body, sent)
            except (OSError, http.client.HTTPException) as error:
                self._forget()
                if attempt + 1 == _TRIES:
                    raise CommandFailed(f"{url} cannot be reached: {error!r}") from None
                self.wait(_pause_s(attempt, None))
                continue
            if answer.status in _NOT_ALLOWED and with_key:
                raise CommandFailed(f"{url} refused the key ({answer.status}): {answer.shown()}")
            if answer.status not in _LATER or attempt + 1 == _TRIES:
                return answer
            self.wait(_pause_s(attempt, answer.headers.get("retry-after")))
        raise AssertionError  # the loop always returns or raises

    def _once(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        connection = self._connection(parts.scheme, parts.netloc)
        path = parts.path or "/"
        connection.request(method, f"{path}?{parts.query}" if parts.query else path, body or None, dict(headers))
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, _unpacked(response.read(), named.get("content-encoding", "")))

    def _connection(self, scheme: str, place: str) -> http.client.HTTPConnection:
        """This thread's connection to a place, kept open."""
        kept: dict[tuple[str, str], http.client.HTTPConnection] = self._connections.__dict__.setdefault("kept", {})
        if (scheme, place) not in kept:
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            kept[scheme, place] = kind(place, timeout=_TIMEOUT_S)
        return kept[scheme, place]

    def _forget(self) -> None:
        for connection in self._connections.__dict__.pop("kept", {}).values():
            connection.close()


def _written(query: Mapping[str, Any]) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return "?" + urlencode(given, doseq=True) if given else ""


def _json(content: object) -> tuple[bytes, dict[str, str]]:
    if content is None:
        return b"", {}
    return msgspec.json.encode(content), {"content-type": "application/json"}


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj(read_across_frames=True).decompress(body)
    return gzip.decompress(body) if encoding == "gzip" else body


def _pause_s(attempt: int, retry_after: str | None) -> float:
    """As long as the server says, else twice as long each time."""
    if retry_after is not None and retry_after.isdigit():
        return min(float(retry_after), _LONGEST_WAIT_S)
    return min(0.5 * 2.0**attempt, _LONGEST_WAIT_S)
