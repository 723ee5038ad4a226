"""Cursors: opaque texts that continue a query behind a position, and only that query."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

import msgspec

from functions.api.errors import BadRequest
from shared.store.walk import Position

_FINGERPRINT_BYTES = 8


class Place(NamedTuple):
    """Where a query goes on: behind a position, in the window of time that its first page was answered for."""

    after: Position
    start_us: int | None
    end_us: int | None


class _Written(msgspec.Struct, array_like=True):
    fingerprint: bytes
    order_us: int
    run_id: str
    start_us: int | None
    end_us: int | None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Written).decode


def fingerprint(*question: object) -> bytes:
    """What the question is, in a few bytes: the workspace and all that narrows or orders the answer."""
    return hashlib.sha256(repr(question).encode()).digest()[:_FINGERPRINT_BYTES]


def write_cursor(asked: bytes, place: Place | None) -> str | None:
    """The cursor for a place; None where there is nothing more."""
    if place is None:
        return None
    (order_us, run_id), start_us, end_us = place
    written = _Written(asked, order_us, run_id, start_us, end_us)
    return base64.urlsafe_b64encode(_encode(written)).decode("ascii").rstrip("=")


def read_cursor(asked: bytes, cursor: str | None) -> Place | None:
    """The place that a cursor names. Raises: BadRequest when it is none, or another query's."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        written = _decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise BadRequest("cursor: this is not a cursor that was given here; begin again without one") from None
    if written.fingerprint != asked:
        raise BadRequest("cursor: it belongs to another query; repeat the query that gave it, or begin without one")
    return Place(Position(written.order_us, written.run_id), written.start_us, written.end_us)
