"""A Queue in one SQLite file, with its dead letters beside it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

import msgspec

from infra.local.sqlite_file import SqliteFile
from shared.base.clock import Clock, SystemClock
from shared.base.units import US_PER_S
from shared.store.ports import Depth, Message
from shared.store.sizes import check_delay, check_message, reason_that_fits

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_name TEXT NOT NULL,
    visible_us INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    attributes BLOB NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_waiting ON messages (group_name, visible_us, id);
CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    buried_us INTEGER NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL
);
"""
_SEND = "INSERT INTO messages (group_name, visible_us, attributes, body) VALUES (?, ?, ?, ?)"
# Steps from group to group through the index: as many steps as groups, however many messages wait.
_GROUPS = """
WITH RECURSIVE step(name) AS (
    SELECT min(group_name) FROM messages
    UNION ALL
    SELECT (SELECT min(group_name) FROM messages WHERE group_name > step.name) FROM step WHERE step.name IS NOT NULL
)
SELECT name FROM step WHERE name IS NOT NULL
"""
_WAITING = """
SELECT id FROM messages WHERE group_name = ? AND visible_us <= ? ORDER BY visible_us, id LIMIT ?
"""
_NEXT_OF_GROUP = "SELECT min(visible_us) FROM messages WHERE group_name = ?"
_TAKE = """
UPDATE messages SET attempts = attempts + 1, visible_us = ? WHERE id = ? RETURNING id, attempts, attributes, body
"""
_DONE = "DELETE FROM messages WHERE id = ? AND attempts = ?"
_RELEASE = "UPDATE messages SET visible_us = ? WHERE id = ? AND attempts = ?"
_RELEASE_ALL = "UPDATE messages SET visible_us = ? WHERE attempts > 0 AND visible_us > ?"
_COUNTS = """
SELECT
    count(*) FILTER (WHERE visible_us <= :now),
    count(*) FILTER (WHERE visible_us > :now AND attempts = 0),
    count(*) FILTER (WHERE visible_us > :now AND attempts > 0),
    (SELECT count(*) FROM dead_letters)
FROM messages
"""
_LOOK_AGAIN_S = 0.5
"""How often a waiting receiver looks for what another process may have sent."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, str]).decode


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up, and why."""

    id: int
    body: str
    reason: str
    buried_us: int


class SqliteQueue:
    """A Queue that survives kill -9. A message that is sent wakes receivers that wait, at once.

    The clock is the machine's unless told otherwise, and should stay so where people move the
    house's clock: a delay or a visibility is a promise about real work, and moving time to see what
    expires must not redeliver what is in somebody's hands. It is wall time, not monotonic, because
    the file outlives the process and the boot; where the machine's clock jumps back, a message waits longer.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._file = SqliteFile(path, _SCHEMA)
        self._clock = clock or SystemClock()
        self._sent = threading.Condition()
        self._sent_count = 0
        self._last_group = ""

    def send(
        self,
        body: str,
        *,
        group: str,
        delay_s: int = 0,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Put a message on the queue; durable on return. Raises: TooLarge over 1 MiB; Malformed when empty."""
        check_message(body, attributes or {})
        check_delay(delay_s)
        visible_us = self._clock.now_us() + delay_s * US_PER_S
        with self._file.transaction() as connection:
            connection.execute(_SEND, (group, visible_us, _encode(attributes or {}), body))
        self._wake()

    def receive(self, limit: int, visibility_s: int, wait_s: float = 0) -> Sequence[Message]:
        """Up to `limit` messages, hidden from others for `visibility_s`; waits up to `wait_s` for the first.

        Law: among groups that wait, each gets its turn before any gets a second.
        """
        deadline_s = time.monotonic() + wait_s
        while True:
            seen = self._sent_count
            messages = self._take(limit, visibility_s)
            left_s = deadline_s - time.monotonic()
            if messages or left_s <= 0:
                return messages
            self._wait(seen, left_s)

    def delete(self, handles: Sequence[str]) -> None:
        """Say that these received messages are done; a handle of an earlier delivery does nothing."""
        deliveries = [handle.split(".", 1) for handle in handles]
        if deliveries:
            with self._file.transaction() as connection:
                connection.executemany(_DONE, deliveries)

    def release(self, handles: Sequence[str], delay_s: float) -> None:
        """Let these received messages be received again after `delay_s`, as ChangeMessageVisibility does."""
        visible_us = self._clock.now_us() + int(delay_s * US_PER_S)
        with self._file.transaction() as connection:
            connection.executemany(_RELEASE, [(visible_us, *handle.split(".", 1)) for handle in handles])
        self._wake()

    def release_all(self) -> None:
        """Let all that was received and not deleted be received again: for when nobody can be working on it."""
        now_us = self._clock.now_us()
        with self._file.transaction() as connection:
            connection.execute(_RELEASE_ALL, (now_us, now_us))
        self._wake()

    def depth(self) -> Depth:
        """What is on the queue now, and among its dead letters: exactly."""
        row = self._file.connection().execute(_COUNTS, {"now": self._clock.now_us()}).fetchone()
        return Depth(*row)

    def bury(self, body: str, reason: str) -> None:
        """Put a message among the dead letters, with the reason, cut to what fits in a message of SQS."""
        check_message(body, {})
        row = (self._clock.now_us(), reason_that_fits(body, reason), body)
        with self._file.transaction() as connection:
            connection.execute("INSERT INTO dead_letters (buried_us, reason, body) VALUES (?, ?, ?)", row)

    def list_dead(self, limit: int = 100) -> list[DeadLetter]:
        """The oldest dead letters."""
        rows = self._file.connection().execute(
            "SELECT id, body, reason, buried_us FROM dead_letters ORDER BY id LIMIT ?", (limit,)
        )
        return [DeadLetter(*row) for row in rows]

    def redrive(self, ids: Sequence[int], *, group: str = "redriven") -> int:
        """Put these dead letters back on the queue as new messages; says how many there were."""
        with self._file.transaction() as connection:
            moved = sum(self._redrive_one(connection, dead_id, group) for dead_id in ids)
        self._wake()
        return moved

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def _redrive_one(self, connection: sqlite3.Connection, dead_id: int, group: str) -> int:
        row = connection.execute("DELETE FROM dead_letters WHERE id = ? RETURNING body", (dead_id,)).fetchone()
        if row is None:
            return 0
        connection.execute(_SEND, (group, self._clock.now_us(), _encode({}), row[0]))
        return 1

    def _take(self, limit: int, visibility_s: int) -> list[Message]:
        """What waits now. Looks before it locks, so that idle receivers do not disturb writers."""
        if not self._waiting(self._file.connection(), 1):
            return []
        hidden_until_us = self._clock.now_us() + visibility_s * US_PER_S
        with self._file.transaction() as connection:
            waiting = self._waiting(connection, limit)
            self._last_group = waiting[-1][0] if waiting else self._last_group
            return [_message(connection.execute(_TAKE, (hidden_until_us, row_id)).fetchone()) for _, row_id in waiting]

    def _waiting(self, connection: sqlite3.Connection, limit: int) -> list[tuple[str, int]]:
        """Groups and ids of waiting messages, in turns, beginning behind the group that was served last."""
        now_us = self._clock.now_us()
        queues = [
            [(group, row_id) for (row_id,) in connection.execute(_WAITING, (group, now_us, limit))]
            for group in self._groups_in_turn(connection)
        ]
        turns = chain.from_iterable(zip_longest(*queues))
        return [message for message in turns if message is not None][:limit]

    def _groups_in_turn(self, connection: sqlite3.Connection) -> list[str]:
        groups = [name for (name,) in connection.execute(_GROUPS)]
        behind = [name for name in groups if name > self._last_group]
        return behind + [name for name in groups if name <= self._last_group]

    def _wait(self, seen: int, left_s: float) -> None:
        """Until something was sent since `seen`, something becomes visible, or it is time to look again."""
        wait_s = min(left_s, _LOOK_AGAIN_S, self._next_visible_s())
        with self._sent:
            self._sent.wait_for(lambda: self._sent_count != seen, timeout=wait_s)

    def _next_visible_s(self) -> float:
        connection = self._file.connection()
        moments = [connection.execute(_NEXT_OF_GROUP, group).fetchone()[0] for group in connection.execute(_GROUPS)]
        next_us = min((moment for moment in moments if moment is not None), default=None)
        return _LOOK_AGAIN_S if next_us is None else max(0.001, (next_us - self._clock.now_us()) / US_PER_S)

    def _wake(self) -> None:
        with self._sent:
            self._sent_count += 1
            self._sent.notify_all()


def _message(row: tuple[int, int, bytes, str]) -> Message:
    row_id, attempts, attributes, body = row
    return Message(
        id=str(row_id), handle=f"{row_id}.{attempts}", body=body, attempt=attempts, attributes=_decode(attributes)
    )
