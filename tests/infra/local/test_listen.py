"""Sockets are the loopback's, on one port, and nobody else's."""

from __future__ import annotations

import socket

import pytest

from infra.local.listen import PortTaken, listen, port_of


def _close(sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


def test_only_the_loopback_is_listened_on() -> None:
    """IPv4 and IPv6 loopback share the port; no other address is bound."""
    sockets = listen(0)
    assert {one.getsockname()[0] for one in sockets} <= {"127.0.0.1", "::1"}
    assert {one.getsockname()[1] for one in sockets} == {port_of(sockets)}
    _close(sockets)


def test_a_port_in_use_is_named() -> None:
    """A second server learns that the port is taken, and which."""
    sockets = listen(0)
    port = port_of(sockets)
    with pytest.raises(PortTaken, match=f"port {port} is taken"):
        listen(port)
    _close(sockets)
    _close(listen(port))


def test_answers_are_not_held_back() -> None:
    """The sockets name TCP, which is what makes asyncio send small packets at once."""
    sockets = listen(0)
    assert {one.proto for one in sockets} == {socket.IPPROTO_TCP}
    _close(sockets)
