"""The guard that keeps tests on this machine.

An audit hook sees each connection whichever library makes it, and before it is made; a patched
`socket.socket` would miss those that C code opens.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_HOST_IN_ARGUMENTS = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0}
_ADDRESS_IN_ARGUMENTS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_OWN_NAMES = {"", "localhost", socket.gethostname()}


class LeftTheMachineError(RuntimeError):
    """A test called another host. No OSError, so that no client takes it for a failure to retry."""


def refuse_other_hosts(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop any call to a host that is not this one. Raises: LeftTheMachineError, which names the host.

    Source: Python's audit events table.
    """
    host = _host_called(event, arguments)
    if isinstance(host, str) and not _is_this_machine(host):
        raise LeftTheMachineError(f"tests call only this machine, but {event} was to {host!r}: use a local double")


def _host_called(event: str, arguments: tuple[Any, ...]) -> object:
    """The host, where the event names one: a Unix socket's address is a path, not a pair."""
    if event in _HOST_IN_ARGUMENTS:
        host = arguments[_HOST_IN_ARGUMENTS[event]]
        return host.decode() if isinstance(host, bytes) else host
    if event in _ADDRESS_IN_ARGUMENTS:
        address = arguments[_ADDRESS_IN_ARGUMENTS[event]]
        return address[0] if isinstance(address, tuple) else None
    return None


def _is_this_machine(host: str) -> bool:
    if host in _OWN_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
