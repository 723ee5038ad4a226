"""How feedback of each key is to be read."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.errors import BadRequest
from functions.api.schemas.asked import Asked
from functions.api.schemas.moments import utc
from shared.feedback.check import checked_fields
from shared.feedback.config import FeedbackConfig, checked_config

MAX_LIMIT = 100

routes = APIRouter(prefix="/feedback-configs")


class ConfigChange(Asked):
    """What to say of a feedback key; null leaves it as it is."""

    feedback_key: str
    feedback_config: dict[str, Any] | None = None
    is_lower_score_better: bool | None = None
    is_enforced: bool | None = None

    @property
    def key(self) -> str:
        """The key. Raises: BadFeedback."""
        key: str = checked_fields({"key": self.feedback_key})["key"]
        return key


@routes.get("")
async def list_configs(
    caller: CallerIn,
    key: Annotated[list[str] | None, Query()] = None,
    name_contains: str | None = None,
    limit: Annotated[int, Query(ge=1)] = MAX_LIMIT,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The configurations that match, in order of their keys."""
    found = [
        one
        for one in caller.room.ask.feedback_configs.all(caller.workspace)
        if (not key or one.key in key) and (not name_contains or name_contains.lower() in one.key.lower())
    ]
    page = found[offset : offset + min(limit, MAX_LIMIT)]
    return json_v1([config_object(one, caller.workspace) for one in page])


@routes.post("")
async def create_config(caller: CallerIn, asked: ConfigChange) -> Response:
    """A new configuration; the same again is no error, another one for the same key is."""
    wanted = FeedbackConfig.of(asked.key, checked_config(asked.feedback_config), caller.now_us)
    wanted = _flagged(wanted, asked)
    stands = caller.room.ask.feedback_configs.create(caller.workspace, wanted)
    if (stands.content, stands.is_enforced) != (wanted.content, wanted.is_enforced):
        raise BadRequest(f"Feedback key {wanted.key!r} has another configuration already; change it by PATCH")
    return json_v1(config_object(stands, caller.workspace))


@routes.patch("")
async def change_config(caller: CallerIn, asked: ConfigChange) -> Response:
    """The configuration of a key, changed."""
    known = caller.room.ask.feedback_configs.get(caller.workspace, asked.key)
    if asked.feedback_config is not None:
        known = dataclasses.replace(known, config=_text(checked_config(asked.feedback_config)))
    changed = dataclasses.replace(_flagged(known, asked), modified_us=caller.now_us)
    caller.room.ask.feedback_configs.change(caller.workspace, changed)
    return json_v1(config_object(changed, caller.workspace))


@routes.delete("")
async def delete_config(caller: CallerIn, feedback_key: str) -> Response:
    """Let a key have no configuration."""
    caller.room.ask.feedback_configs.delete(caller.workspace, checked_fields({"key": feedback_key})["key"])
    return Response(status_code=204)


def config_object(config: FeedbackConfig, workspace: str) -> dict[str, Any]:
    """The configuration, ready to be encoded."""
    return {
        "feedback_key": config.key,
        "feedback_config": config.content,
        "tenant_id": workspace,
        "modified_at": utc(config.modified_us),
        "is_lower_score_better": config.is_lower_score_better,
        "is_enforced": config.is_enforced,
    }


def _flagged(config: FeedbackConfig, asked: ConfigChange) -> FeedbackConfig:
    """The configuration with the flags that were given."""
    lower, enforced = asked.is_lower_score_better, asked.is_enforced
    return dataclasses.replace(
        config,
        is_lower_score_better=config.is_lower_score_better if lower is None else lower,
        is_enforced=config.is_enforced if enforced is None else enforced,
    )


def _text(config: dict[str, Any]) -> str:
    return msgspec.json.encode(config).decode()
