"""One POST to an address that was checked, within a time that nothing stretches.

checked     the name is resolved once; every address that it has must be one that may be called
connected   to one of those very addresses, so that no second answer of a resolver is believed; TLS asks for the name
sent        by hand: a library would follow redirects, read answers to their end, and count its time anew at each step
answered    by a status line; what follows it is not read, but for a little, so that the receiver ends in peace

Source of the attack that this withstands: OWASP Server-Side Request Forgery Prevention Cheat Sheet, DNS rebinding.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Protocol

from shared.base.errors import Malformed
from shared.base.version import VERSION
from shared.rules.webhook_url import WebhookUrl, is_callable, parsed_url

Resolve = Callable[[str, int], Sequence[str]]
"""The IP addresses of a name, as text, the best first. Raises: OSError."""

_LOOKUPS_AT_ONCE = 16
_SENT_AT_ONCE_BYTES = 64 * 1024
_MAX_HEAD_BYTES = 64 * 1024
_LINGER_S = 0.2
_HUNG_UP = (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FIRST_FINAL = 200
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")


class NotReached(Exception):
    """Nobody took the connection, or it broke before an answer: it may go better later."""


class TooSlow(Exception):
    """The time was over: whoever has not answered by then may be at work on it, and is not asked again."""


class NotCallable(Exception):
    """Its name leads to an address that a webhook must not call, or its certificate is not its own."""


class _Time:
    """What is left of an attempt's time."""

    def __init__(self, within_s: float, now_s: Callable[[], float]) -> None:
        self._within_s = within_s
        self._now_s = now_s
        self._over_s = now_s() + within_s

    def left_s(self) -> float:
        """Seconds that are left. Raises: TooSlow."""
        left_s = self._over_s - self._now_s()
        if left_s <= 0:
            raise TooSlow(f"no answer within {self._within_s:g} s")
        return left_s


class _Read(Protocol):
    def __call__(self, size: int) -> bytes: ...


class Poster:
    """Posts to receivers. `resolve`, `tls` and `now_s` are the machine's own, but for tests."""

    def __init__(
        self,
        within_s: float,
        *,
        allow_loopback: bool,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._within_s = within_s
        self._allow_loopback = allow_loopback
        self._resolve = resolve or resolved
        self._tls = tls or ssl.create_default_context()
        self._now_s = now_s

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status that the receiver answered.

        Raises: NotReached, TooSlow, NotCallable; Malformed, TooLarge where url or headers cannot be sent.
        """
        to = parsed_url(url, allow_loopback=self._allow_loopback)
        request = _head(to, headers, len(body)) + body
        left = _Time(self._within_s, self._now_s)
        try:
            with contextlib.closing(self._connected(to, left)) as connection:
                return _answered(connection, request, left)
        except TimeoutError:
            raise TooSlow(f"no answer within {self._within_s:g} s") from None
        except ssl.SSLCertVerificationError as error:
            raise NotCallable(f"its certificate is refused: {error.verify_message}") from None
        except OSError as error:
            raise NotReached(f"the connection failed: {error.strerror or error}") from None

    def _connected(self, to: WebhookUrl, left: _Time) -> socket.socket:
        connection = self._reached(self._checked(to, left), to, left)
        try:
            connection.settimeout(left.left_s())
            is_plain = to.scheme == "http"
            return connection if is_plain else self._tls.wrap_socket(connection, server_hostname=to.host)
        except BaseException:
            connection.close()
            raise

    def _checked(self, to: WebhookUrl, left: _Time) -> Sequence[str]:
        """All addresses of its name. One that must not be called spoils the others: a name of ours has none."""
        try:
            addresses = _lookups().submit(self._resolve, to.host, to.port).result(left.left_s())
        except socket.gaierror as error:
            raise NotReached(f"the name {to.host} cannot be resolved: {error.strerror}") from None
        refused = [one for one in addresses if not is_callable(one, allow_loopback=self._allow_loopback)]
        if refused:
            raise NotCallable(f"the name {to.host} leads to {refused[0]}, which is no public address")
        return addresses

    def _reached(self, addresses: Sequence[str], to: WebhookUrl, left: _Time) -> socket.socket:
        """A connection to the first that takes it."""
        failed: OSError = ConnectionError(f"the name {to.host} has no address")
        for address in addresses:
            try:
                return socket.create_connection((address, to.port), left.left_s())
            except TimeoutError:
                raise
            except OSError as error:
                failed = error
        raise failed


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name as this machine resolves it, IPv4 first: a Lambda outside of a VPC has no other way out.

    Raises: socket.gaierror.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda one: one[0] != socket.AF_INET)
    return list(dict.fromkeys(str(one[4][0]) for one in ordered))


@cache
def _lookups() -> ThreadPoolExecutor:
    """Threads for a call that knows no timeout."""
    return ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="resolve")


def _head(to: WebhookUrl, headers: Mapping[str, str], body_bytes: int) -> bytes:
    """The request line and all headers; those of ours are never another's. Raises: Malformed."""
    ours = {
        "Host": to.authority,
        "Content-Length": str(body_bytes),
        "Connection": "close",
        "Accept": "*/*",
        "User-Agent": f"Tracekeep/{VERSION}",
    }
    taken = {name.lower() for name in ours}
    lines = [f"POST {to.target} HTTP/1.1"]
    for name, value in (*ours.items(), *((n, v) for n, v in headers.items() if n.lower() not in taken)):
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Malformed(f"header {name[:80]!r} cannot be sent: names are tokens, values one line of ASCII")
        lines.append(f"{name}: {value}")
    return "\r\n".join((*lines, "", "")).encode("ascii")


def _answered(connection: socket.socket, request: bytes, left: _Time) -> int:
    """The status of the answer; also where it came before all was sent."""
    with contextlib.suppress(*_HUNG_UP):
        _send(connection, request, left)

    def read(size: int) -> bytes:
        connection.settimeout(left.left_s())
        return connection.recv(size)

    status = _status(read)
    _linger(connection)
    return status


def _send(connection: socket.socket, request: bytes, left: _Time) -> None:
    """All of it. `sendall` would give each part that a slow receiver takes the whole time anew."""
    rest = memoryview(request)
    while rest:
        connection.settimeout(left.left_s())
        rest = rest[connection.send(rest[:_SENT_AT_ONCE_BYTES]) :]


def _status(read: _Read) -> int:
    """The first status that is final, of those that come in one head after another."""
    head = b""
    for part in _parts(read):
        head += part
        while (status := _STATUS.match(head)) is not None:
            if int(status[1]) >= _FIRST_FINAL:
                return int(status[1])
            end = _HEAD_END.search(head)
            if end is None:
                break
            head = head[end.end() :]
        if len(head) > _MAX_HEAD_BYTES or (b"\n" in head and not head.startswith(b"HTTP/1.")):
            raise NotReached("what it answered is no HTTP/1.1")
    raise NotReached("it closed the connection without an answer")


def _parts(read: _Read) -> Iterator[bytes]:
    while part := read(4_096):
        yield part


def _linger(connection: socket.socket) -> None:
    """Take a little more of the answer: who is cut off while it speaks may take its work for failed."""
    with contextlib.suppress(OSError):
        connection.settimeout(_LINGER_S)
        connection.recv(_MAX_HEAD_BYTES)
