"""One SQLite file for many threads: each reads through a connection of its own, one writes at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BUSY_TIMEOUT_S = 30
_PRAGMAS = (
    # Rows of 0.3 to 6 KB: 8 KB pages took a tenth less time and a seventh less room than 4 or 16 KB pages.
    "PRAGMA page_size=8192",
    "PRAGMA journal_mode=WAL",
    # NORMAL does not sync each commit: what was written survives the death of the process (kill -9),
    # while a power cut may take the last commits, but never the file. Source: SQLite, "PRAGMA synchronous".
    "PRAGMA synchronous=NORMAL",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=1073741824",
    "PRAGMA journal_size_limit=67108864",
    # What was deleted is overwritten with zeros: erased must mean erased. Source: SQLite, "PRAGMA secure_delete".
    "PRAGMA secure_delete=ON",
)


class SqliteFile:
    """A database file with this schema, made where it is absent."""

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        self._writing = threading.Lock()
        self._open_connections: list[sqlite3.Connection] = []
        self.connection().executescript(schema)

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit: reads see all that was committed before."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
        connection: sqlite3.Connection = self._local.connection
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all of it or nothing. Durable once the block has ended without an exception.

        The lock keeps threads of this process from spinning on SQLite's; BEGIN IMMEDIATE keeps out others.
        """
        connection = self.connection()
        with self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def empty_log(self) -> None:
        """Write the write-ahead log back and cut it to nothing, as far as no reader is in the way.

        Until then it holds pages as they were before, with what was deleted since.
        """
        with self._writing:
            self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close every thread's connection. No thread may be using one."""
        while self._open_connections:
            self._open_connections.pop().close()
        self._local = threading.local()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # so that close() may be called by any thread
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        self._open_connections.append(connection)
        return connection
