"""A Table in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from infra.local.sqlite_file import SqliteFile
from shared.base.errors import Malformed
from shared.store.ports import EXPIRES_AT, Absent, AtMost, Condition, Equals, Item, Key, KeyRange, Value
from shared.store.sizes import check_item, check_key, check_names

# TEXT compares with memcmp of its UTF-8 (collation BINARY), which is DynamoDB's order of strings.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    expires_epoch_s INTEGER,
    attributes BLOB NOT NULL,
    PRIMARY KEY (pk, sk)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_by_expiry ON items (expires_epoch_s) WHERE expires_epoch_s IS NOT NULL;
"""
_PUT = "INSERT OR REPLACE INTO items (pk, sk, expires_epoch_s, attributes) VALUES (?, ?, ?, ?)"
_GET = "SELECT pk, sk, expires_epoch_s, attributes FROM items WHERE pk = ? AND sk = ?"
_DELETE = "DELETE FROM items WHERE pk = ? AND sk = ?"
_EXPIRE = """
DELETE FROM items WHERE (pk, sk) IN (SELECT pk, sk FROM items WHERE expires_epoch_s <= ? LIMIT ?)
"""
_EXPIRE_BATCH = 1_000
_NO_LIMIT = -1

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode

Row = tuple[str, str, int | None, bytes]


class SqliteTable:
    """A Table that survives kill -9: a call that has returned is in the file. Every read is consistent."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA)

    def put(self, items: Sequence[Item]) -> None:
        """Write the items in one transaction. Raises: TooLarge over 400 KB, and then nothing is written."""
        rows = [_row(item) for item in items]
        if rows:
            with self._file.transaction() as connection:
                connection.executemany(_PUT, rows)

    def put_if(self, item: Item, condition: Condition) -> bool:
        """Write the item if the condition holds now; says whether it did."""
        row = _row(item)
        with self._file.transaction() as connection:
            holds = condition_holds(condition, _read(connection, Key(item.pk, item.sk)))
            if holds:
                connection.execute(_PUT, row)
        return holds

    def put_if_many(self, writes: Sequence[tuple[Item, Condition]]) -> list[bool]:
        """Each write, if its own condition holds now; says which were done."""
        return [self.put_if(item, condition) for item, condition in writes]

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:  # noqa: ARG002 - always is
        """The item under this key, or None."""
        return _read(self._file.connection(), key)

    def query(self, key_range: KeyRange) -> list[Item]:
        """The items of the range."""
        statement, arguments = _select(key_range)
        read = [_item(row) for row in self._file.connection().execute(statement, arguments)]
        return read if key_range.only is None else [_with_only(item, key_range.only) for item in read]

    def query_many(self, key_ranges: Sequence[KeyRange]) -> list[list[Item]]:
        """The items of each range."""
        return [self.query(key_range) for key_range in key_ranges]

    def update(self, key: Key, changes: Mapping[str, Value], condition: Condition | None = None) -> bool:
        """Set attributes of one item (created if absent) and leave its others; says whether the condition held."""
        check_names(changes, allowed=frozenset({EXPIRES_AT}))
        with self._file.transaction() as connection:
            before = _read(connection, key)
            holds = condition is None or condition_holds(condition, before)
            if holds:
                connection.execute(_PUT, _row(_changed(before or Item(key.pk, key.sk, {}), changes)))
        return holds

    def delete(self, keys: Sequence[Key]) -> None:
        """Remove the items in one transaction; those that are not there are no error."""
        for key in keys:
            check_key(key)
        if keys:
            with self._file.transaction() as connection:
                connection.executemany(_DELETE, [(key.pk, key.sk) for key in keys])

    def expire(self, now_epoch_s: int) -> int:
        """Physically delete all items whose expiry is not after now; says how many.

        In batches of a thousand, each its own transaction, so that writers wait milliseconds at most. At the end
        the write-ahead log is emptied: what was deleted is in no file any more.
        """
        deleted = 0
        while True:
            with self._file.transaction() as connection:
                batch = connection.execute(_EXPIRE, (now_epoch_s, _EXPIRE_BATCH)).rowcount
            deleted += batch
            if batch < _EXPIRE_BATCH:
                self._file.empty_log()
                return deleted

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def condition_holds(condition: Condition, item: Item | None) -> bool:
    """Whether DynamoDB would let a write with this condition pass, given what is there now."""
    if isinstance(condition, Absent):
        return item is None
    if isinstance(condition, AtMost):
        return item is None or _is_at_most(item, condition)
    return item is not None and _equals(item, condition)


def _is_at_most(item: Item, condition: AtMost) -> bool:
    if condition.attribute not in item.attributes:
        return True
    value = item.attributes[condition.attribute]
    return isinstance(value, int) and not isinstance(value, bool) and value <= condition.limit


def _equals(item: Item, condition: Equals) -> bool:
    """As DynamoDB compares: values of different types are never equal, so 1 is not True."""
    if condition.attribute not in item.attributes:
        return False
    value = item.attributes[condition.attribute]
    return type(value) is type(condition.value) and value == condition.value


def _changed(item: Item, changes: Mapping[str, Value]) -> Item:
    attributes = {**item.attributes, **changes}
    expires = attributes.pop(EXPIRES_AT, item.expires_epoch_s)
    if not (expires is None or isinstance(expires, int)):
        raise Malformed(f"item {item.pk}/{item.sk}: {EXPIRES_AT} must be seconds since 1970, not {expires!r}")
    return replace(item, attributes=attributes, expires_epoch_s=expires)


def _select(key_range: KeyRange) -> tuple[str, list[str | int]]:
    after_clause, order = ("AND sk < ?", "DESC") if key_range.newest_first else ("AND sk > ?", "ASC")
    arguments: list[str | int] = [key_range.pk, key_range.start, key_range.end]
    if key_range.after is None:
        after_clause = ""
    else:
        arguments.append(key_range.after)
    arguments.append(_NO_LIMIT if key_range.limit is None else max(0, key_range.limit))
    statement = (
        "SELECT pk, sk, expires_epoch_s, attributes FROM items "  # noqa: S608 - only fixed words are joined
        f"WHERE pk = ? AND sk >= ? AND sk < ? {after_clause} ORDER BY sk {order} LIMIT ?"
    )
    return statement, arguments


def _read(connection: sqlite3.Connection, key: Key) -> Item | None:
    check_key(key)
    row = connection.execute(_GET, (key.pk, key.sk)).fetchone()
    return None if row is None else _item(row)


def _row(item: Item) -> Row:
    check_item(item)
    return item.pk, item.sk, item.expires_epoch_s, _encode(item.attributes)


def _with_only(item: Item, names: Sequence[str]) -> Item:
    return replace(item, attributes={name: item.attributes[name] for name in names if name in item.attributes})


def _item(row: Row) -> Item:
    pk, sk, expires_epoch_s, attributes = row
    return Item(pk, sk, _decode(attributes), expires_epoch_s)
