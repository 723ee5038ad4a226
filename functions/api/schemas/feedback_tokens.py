"""Presigned tokens as the wire has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from functions.api.schemas.asked import Asked
from functions.api.schemas.moments import asked_us, utc
from shared.base.errors import Malformed, TooLarge
from shared.base.ids import canonical_uuid, new_uuid
from shared.base.units import MIB, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from shared.feedback.check import BadFeedback, checked, checked_fields
from shared.feedback.config import checked_config
from shared.feedback.feedback import CHANGEABLE
from shared.feedback.token import MAX_TOKENS, FeedbackToken

DEFAULT_HOURS = 3
"""Source: the langsmith client, `create_presigned_feedback_token`."""
MAX_DAYS = 3_650
_MAX_COUNT = MAX_DAYS * 24 * 60
_UNITS_US = {"days": US_PER_DAY, "hours": US_PER_HOUR, "minutes": US_PER_MINUTE}
_NUMBERS = {"true": True, "false": False}


class TokenUse(Asked):
    """What a link with a token says. Everything in an address is text."""

    score: float | Literal["true", "false"] | None = None
    value: str | None = None
    comment: str | None = None
    correction: str | None = None

    def body(self) -> dict[str, Any]:
        """The same as a body has it."""
        score = _NUMBERS[self.score] if isinstance(self.score, str) else self.score
        return {**self.model_dump(), "score": score}


def tokens_asked(text: bytes, workspace: str, now_us: int) -> tuple[list[FeedbackToken], bool]:
    """The tokens that a body asks for, and whether it is a list. Raises: Malformed, TooLarge."""
    if len(text) > MIB:
        raise TooLarge(f"The body has {len(text)} bytes; at most {MIB} are taken")
    try:
        body: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFeedback("body", f"it is no JSON: {error}") from None
    asked = body if isinstance(body, list) else [body]
    if not 0 < len(asked) <= MAX_TOKENS:
        raise TooLarge(f"Ask for 1 to {MAX_TOKENS} tokens at once, not for {len(asked)}")
    return [_token(one, workspace, now_us) for one in asked], isinstance(body, list)


def token_object(token: FeedbackToken, address: str) -> dict[str, Any]:
    """The token, ready to be encoded. `address` is where tokens are used."""
    return {
        "id": token.id,
        "url": f"{address}/{token.id}",
        "expires_at": utc(token.expires_us),
        "feedback_key": token.key,
    }


def said_by_token(token: FeedbackToken, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the use of a token says: its run and key are the token's. Raises: BadFeedback."""
    said = checked_fields({name: body.get(name) for name in CHANGEABLE})
    source = {"type": "api", "metadata": body.get("metadata") or {}}
    said |= checked({"key": token.key, "run_id": token.run_id, "feedback_source": source})
    if token.config is not None:
        said["feedback_config"] = msgspec.json.decode(token.config)
    return said


def _token(asked: object, workspace: str, now_us: int) -> FeedbackToken:
    if not isinstance(asked, dict):
        raise Malformed('Expected an object like {"run_id": "…", "feedback_key": "…"}, or a list of them')
    named = checked({"key": asked.get("feedback_key"), "run_id": asked.get("run_id")})
    config = asked.get("feedback_config")
    feedback_id = asked.get("id") or new_uuid()
    if canonical_uuid(feedback_id) is None:
        raise BadFeedback("id", f"{str(feedback_id)[:80]!r} is not a UUID")
    return FeedbackToken(
        id=new_uuid(),
        workspace=workspace,
        run_id=named["run_id"],
        key=named["key"],
        feedback_id=canonical_uuid(feedback_id) or "",
        created_us=now_us,
        expires_us=_expires_us(asked, now_us),
        config=None if config is None else msgspec.json.encode(checked_config(config)).decode(),
    )


def _expires_us(asked: Mapping[str, Any], now_us: int) -> int:
    if asked.get("expires_at") is not None:
        expires_us = asked_us(asked["expires_at"], "expires_at") or 0
    else:
        expires_us = now_us + _span_us(asked.get("expires_in") or {"hours": DEFAULT_HOURS})
    if not now_us < expires_us <= now_us + MAX_DAYS * US_PER_DAY:
        raise BadFeedback("expires_at", f"a token must end in the future, and within {MAX_DAYS} days")
    return expires_us


def _span_us(span: object) -> int:
    given = {name: span.get(name) or 0 for name in _UNITS_US} if isinstance(span, dict) else {}
    if not given or not all(isinstance(count, int) and 0 <= count <= _MAX_COUNT for count in given.values()):
        raise BadFeedback("expires_in", 'expected an object like {"hours": 3}')
    return sum(int(count) * _UNITS_US[name] for name, count in given.items())
