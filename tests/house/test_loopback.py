"""The guard on every test's connections."""

from __future__ import annotations

import socket

import pytest

from tests.loopback import LeftTheMachineError

ELSEWHERE = "192.0.2.1"  # Source: RFC 5737, addresses for documentation


def test_another_host_is_refused_before_anything_is_sent() -> None:
    """A connection to an address that is not this machine raises, whatever the client."""
    with socket.socket() as client, pytest.raises(LeftTheMachineError, match=ELSEWHERE):
        client.connect((ELSEWHERE, 80))


def test_a_datagram_to_another_host_is_refused() -> None:
    """UDP has no connection, and is refused all the same."""
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(LeftTheMachineError, match=ELSEWHERE):
        client.sendto(b"?", (ELSEWHERE, 53))


def test_no_name_is_looked_up() -> None:
    """Asking for a name's address is a call to another host already."""
    with pytest.raises(LeftTheMachineError, match=r"example\.com"):
        socket.getaddrinfo("example.com", 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_may_be_called(host: str) -> None:
    """A server of the test itself is reached by address and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection((host, server.getsockname()[1]), timeout=5) as client:
            client.sendall(b"hello")
        accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(5) == b"hello"
