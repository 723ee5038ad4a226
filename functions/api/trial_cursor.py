"""Where a dry run goes on, and all that it has found: a cursor that carries its answer, for that one question."""

from __future__ import annotations

import base64
import binascii
import zlib

import msgspec

from functions.api.cursors import fingerprint
from functions.api.errors import BadRequest
from functions.api.rule_trial import Found
from functions.api.schemas.rule import RuleTrialAsked
from shared.store.walk import Position

_MAX_BYTES = 1024 * 1024
"""Of a cursor, unpacked: 400 days and 20 traces are some 20 KB."""
_encode = msgspec.msgpack.Encoder().encode


class Standing(msgspec.Struct, array_like=True):
    """A dry run between two parts: the time that its window ends at, the id that it draws by, and what it found."""

    asked: bytes
    rule_id: str
    until_us: int
    looked_at: int
    found: Found
    order_us: int
    trace_id: str

    @property
    def reached(self) -> Position | None:
        """The trace that was looked at last; None before the first."""
        return Position(self.order_us, self.trace_id) if self.trace_id else None


_decode = msgspec.msgpack.Decoder(Standing).decode


def question_of(workspace: str, asked: RuleTrialAsked) -> bytes:
    """What is asked, in a few bytes: another rule, or other days, is another question."""
    return fingerprint(workspace, asked.model_dump(exclude={"cursor", "id"}))


def write_standing(standing: Standing) -> str:
    """The cursor."""
    return base64.urlsafe_b64encode(zlib.compress(_encode(standing))).decode("ascii").rstrip("=")


def read_standing(asked: bytes, cursor: str) -> Standing:
    """What a cursor says. Raises: BadRequest when it is none, or another question's."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        standing = _decode(unpacking.decompress(packed, _MAX_BYTES))
    except (ValueError, binascii.Error, zlib.error, msgspec.DecodeError):
        raise BadRequest("cursor: this is not a cursor that was given here; begin again without one") from None
    if standing.asked != asked:
        raise BadRequest("cursor: it belongs to another dry run; repeat the rule that gave it, or begin without one")
    return standing
