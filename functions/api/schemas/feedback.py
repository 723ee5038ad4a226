"""What a body says of a feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.base.errors import TooLarge
from shared.base.ids import canonical_uuid, new_uuid
from shared.feedback.check import MAX_BYTES, BadFeedback

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def body_of(text: bytes) -> dict[str, Any]:
    """The object of a body. NaN and infinity are no JSON, though Python reads them. Raises: BadFeedback, TooLarge."""
    if len(text) > MAX_BYTES:
        raise TooLarge(f"The body has {len(text)} bytes; a feedback may have {MAX_BYTES}")
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFeedback("body", f"it is no JSON object: {error}") from None
    except RecursionError:
        raise BadFeedback("body", "its JSON nests too deep") from None


def id_in(body: Mapping[str, Any]) -> str:
    """The id that a body gives, or a new one. Raises: BadFeedback."""
    written = body.get("id")
    found = new_uuid() if written is None else canonical_uuid(written)
    if found is None:
        raise BadFeedback("id", f"{str(written)[:80]!r} is not a UUID")
    return found
