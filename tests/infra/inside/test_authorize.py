"""A private deployment's API lets in who is inside, and what its own edge hands on."""

from __future__ import annotations

from typing import Any

import pytest

from infra.inside.authorize import handler


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two networks, and the secret of the edge."""
    monkeypatch.setenv("NETWORKS", "192.0.2.0/24,2001:db8::/32")
    monkeypatch.setenv("EDGE_SECRET", "secret")


def _may(address: str, **headers: str) -> bool:
    event: dict[str, Any] = {"headers": headers, "requestContext": {"http": {"sourceIp": address}}}
    return handler(event, None)["isAuthorized"]


def test_an_address_inside_may_come_in() -> None:
    """Of either protocol."""
    assert _may("192.0.2.255")
    assert _may("2001:db8:ffff::1")
    assert not _may("192.0.3.0")
    assert not _may("2001:db9::1")


def test_what_the_edge_hands_on_was_looked_at() -> None:
    """By its secret, whole; an address that is merely said is nobody's."""
    assert _may("203.0.113.1", **{"x-tracekeep-edge": "secret"})
    for said in ("", "secre", "secrets", "sécret"):
        assert not _may("203.0.113.1", **{"x-tracekeep-edge": said})
    assert not _may("203.0.113.1", **{"x-forwarded-for": "192.0.2.1"})
