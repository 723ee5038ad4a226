"""Which addresses a webhook may have: those that anybody could call, and none inside.

    checked_url      when an owner writes it: what can be told from its text
    is_callable      when it is called: each address that its name has at that moment

A text that a browser would read in two ways is refused, since two readers may then disagree on whom it names.
Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries; WHATWG URL, "ends in a number"; OWASP Server-Side
Request Forgery Prevention Cheat Sheet.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from shared.base.errors import Malformed, TooLarge

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL_BYTES = 2_048
_PORTS = {"https": 443, "http": 80}
_FIRST_FREE_PORT = 1_024
_LAST_PORT = 65_535
"""Of the well-known ports a webhook may have 443 alone: mail, shells and directories live on the others."""
_LOOPBACK_NAME = "localhost"
_INSIDE = (
    _LOOPBACK_NAME,
    "local",
    "internal",
    "intranet",
    "lan",
    "home.arpa",
    "localdomain",
    "test",
    "invalid",
    "onion",
)
"""Names that mean something inside a network, or nothing anywhere. Source: IANA, Special-Use Domain Names."""
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_MAX_HOST = 253
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PATH_SAFE = "/?:@!$&'()*+,;=-._~%[]"
_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",  # where AWS tells its instances and functions their credentials
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""All that is given to anybody; what maps or translates IPv4 (::ffff:0:0/96, 64:ff9b::/96) lies outside."""
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(one)
    for one in (
        "2001::/23",  # Teredo and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


class WebhookUrl(NamedTuple):
    """An address, taken apart. `host` is in ASCII and lower case, without brackets; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address, and in a `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.target}"


def checked_url(text: str, *, allow_loopback: bool = False) -> str:
    """The address as it will be called. `allow_loopback` is for the laptop, whose receivers are on it too.

    Raises: Malformed, TooLarge, with what is wrong and what would do.
    """
    return str(parsed_url(text, allow_loopback=allow_loopback))


def parsed_url(text: str, *, allow_loopback: bool = False) -> WebhookUrl:
    """`checked_url`, taken apart."""
    parts = _split(text)
    host = _host(parts)
    is_loopback = allow_loopback and _is_loopback_host(host)
    if parts.scheme != "https" and not is_loopback:
        raise Malformed(f"webhook url: {parts.scheme}:// would send traces in the clear; use https://")
    if not is_loopback:
        _check_host(host)
    return WebhookUrl(parts.scheme, host, _port(parts), _target(parts))


def is_callable(address: str, *, allow_loopback: bool = False) -> bool:
    """Whether a webhook may be sent to this IP address: anybody's, or the laptop's own where that is allowed."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if allow_loopback and ip.is_loopback:
        return True
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _REFUSED_V4)
    return ip.scope_id is None and ip in _GLOBAL_V6 and not any(ip in network for network in _REFUSED_V6)


def _split(text: str) -> SplitResult:
    if len(text.encode(errors="replace")) > MAX_URL_BYTES:
        raise TooLarge(f"webhook url: it has over {MAX_URL_BYTES} bytes; put what is long into a header")
    if "\\" in text or any(ord(letter) <= ord(" ") or ord(letter) == 0x7F for letter in text):  # noqa: PLR2004 DEL
        raise Malformed("webhook url: it has a space, a backslash or a control character; write them as %20 and so on")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise Malformed(f"webhook url: {error}; it must be like https://example.com/hook") from None
    if parts.scheme not in _PORTS:
        raise Malformed("webhook url: it must begin with https://")
    if "@" in parts.netloc:
        raise Malformed("webhook url: it has a user or password before the host; put credentials into a header")
    return parts


def _host(parts: SplitResult) -> str:
    """The host in ASCII, as a resolver is asked for it; an IP address in its one usual form."""
    written = (parts.hostname or "").removesuffix(".")
    try:
        if parts.netloc.startswith("["):
            return str(ipaddress.IPv6Address(written))
        host = written.encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError is one
        host = ""
    if not _HOST.fullmatch(host) or len(host) > _MAX_HOST:
        raise Malformed(f"webhook url: {written[:80]!r} is no host; it must be like https://example.com/hook")
    return host


def _check_host(host: str) -> None:
    """Raises: Malformed where a host is inside, or is an address in disguise."""
    is_number = ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2])
    if is_number and not is_callable(host):
        raise Malformed(f"webhook url: {host} is no public address; use the name of a public receiver")
    if not is_number and ("." not in host or host.endswith(tuple(f".{name}" for name in _INSIDE))):
        raise Malformed(f"webhook url: {host} is a name of an inner network; use the name of a public receiver")


def _is_loopback_host(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _LOOPBACK_NAME


def _port(parts: SplitResult) -> int:
    usual = _PORTS[parts.scheme]
    try:
        port = usual if parts.port is None else parts.port
    except ValueError:
        port = 0
    if port != usual and not _FIRST_FREE_PORT <= port <= _LAST_PORT:
        raise Malformed(f"webhook url: its port must be {usual}, or one from {_FIRST_FREE_PORT} to {_LAST_PORT}")
    return port


def _target(parts: SplitResult) -> str:
    """Path and query in ASCII. A fragment is for browsers, and sent to nobody."""
    query = f"?{parts.query}" if parts.query else ""
    return quote(f"{parts.path or '/'}{query}", safe=_PATH_SAFE)
