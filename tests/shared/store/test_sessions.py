"""Sessions: who is signed in, and for how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.access.api_key import ApiKey
from shared.access.session import SESSION_S
from shared.base.clock import SteppingClock
from shared.base.errors import Unauthenticated
from shared.base.units import US_PER_S
from shared.store.access import Access
from shared.store.ports import KeyRange, Store
from shared.store.sessions import Sessions
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store


class Door:
    """A control table with one key, and its sessions."""

    def __init__(self, folder: Path, expires_us: int | None = None) -> None:
        self.clock = SteppingClock(NOON_US)
        self.store: Store = local_store(folder, self.clock)
        self.key: ApiKey = Access(self.store.control, self.clock).create_key(WORKSPACE, "k", expires_us=expires_us)[1]
        self.sessions = Sessions(self.store.control, self.clock)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """A key that never ends."""
    return Door(tmp_path)


def test_a_session_is_found_by_its_token_until_it_ends(door: Door) -> None:
    """On the second after thirty days it opens nothing."""
    token, session = door.sessions.open(door.key)
    door.clock.advance(SESSION_S - 1)
    assert door.sessions.find(token) == session
    assert session.key_hash == door.key.hash
    door.clock.advance(1)
    with pytest.raises(Unauthenticated, match="sign in again"):
        door.sessions.find(token)


def test_a_session_ends_with_its_key(tmp_path: Path) -> None:
    """A key of an hour opens sessions of an hour."""
    door = Door(tmp_path, expires_us=NOON_US + 3600 * US_PER_S)
    _, session = door.sessions.open(door.key)
    assert session.seconds_left(NOON_US) == 3600
    assert session.seconds_left(NOON_US + 9_000 * US_PER_S) == 0


def test_what_was_ended_is_ended_for_everyone(door: Door) -> None:
    """Another process that used the session a moment ago does not take it either; ending twice is no error."""
    token, _ = door.sessions.open(door.key)
    another = Sessions(door.store.control, door.clock)
    another.find(token)
    door.sessions.end(token)
    door.sessions.end(token)
    with pytest.raises(Unauthenticated):
        another.find(token)


def test_the_token_is_kept_nowhere(door: Door) -> None:
    """The row has its hash, and goes by TTL a second after the session's end, not before."""
    token, session = door.sessions.open(door.key)
    [row] = door.store.control.query(KeyRange(f"session#{session.hash}"))
    assert token not in repr(row)
    assert row.expires_epoch_s == session.expires_us // US_PER_S + 1


def test_tokens_are_long_and_never_the_same(door: Door) -> None:
    """256 bits each, in characters that need no quoting in a cookie."""
    tokens = {door.sessions.open(door.key)[0] for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)
