"""Sockets on the loopback interface, and the HTTP server behind them."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Sequence

import uvicorn

from infra.local.gateway import Gateway

_ATTEMPTS = 20
_KEEP_ALIVE_S = 75
"""Longer than clients keep idle connections, so that it is never the server who closes as they send."""
GRACE_S = 1
"""How long requests that run may take to end when the server stops."""


class PortTaken(Exception):
    """Another process listens on the port."""


def listen(port: int) -> list[socket.socket]:
    """Listening sockets of one port on 127.0.0.1 and, where the machine has it, ::1; port 0 takes a free one.

    Both, because `localhost` may mean either; nothing else, because a laptop's traces are nobody else's.
    Raises: PortTaken.
    """
    for _ in range(_ATTEMPTS if port == 0 else 1):
        ipv4 = _bound(socket.AF_INET, "127.0.0.1", port)
        if ipv4 is not None:
            with contextlib.suppress(PortTaken):
                return [ipv4, *_on_ipv6(ipv4)]
    raise PortTaken(f"port {port} is taken by another process")


def port_of(sockets: Sequence[socket.socket]) -> int:
    """The port that they share."""
    port: int = sockets[0].getsockname()[1]
    return port


def web_server(gateway: Gateway) -> uvicorn.Server:
    """The server: one process, one event loop; it says nothing unless something is wrong."""
    config = uvicorn.Config(
        gateway,
        loop="asyncio",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    return uvicorn.Server(config)


def _on_ipv6(ipv4: socket.socket) -> list[socket.socket]:
    try:
        ipv6 = _bound(socket.AF_INET6, "::1", port_of([ipv4]))
    except OSError:  # the machine has no IPv6
        return []
    if ipv6 is None:
        ipv4.close()
        raise PortTaken
    return [ipv6]


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket | None:
    """A listening socket, or None where the port is taken."""
    # With its protocol named, asyncio turns Nagle's algorithm off for each connection; without, every answer waits
    # 40 ms for the client's delayed ACK between its headers and its body (measured: 23 requests a second, else 4,000).
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A port whose last server has just died is free, though its connections linger.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise
    return bound
