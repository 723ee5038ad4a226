"""Feedback on runs and on projects."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn, Room
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.feedback import body_of, id_in
from functions.api.schemas.feedback_query import MAX_LIMIT, FeedbackQuery
from shared.base.ids import new_receipt
from shared.feedback.check import checked, checked_fields
from shared.feedback.config import FeedbackConfig, check_score, checked_config
from shared.feedback.feedback import CHANGEABLE, Feedback, Fields
from shared.feedback.spoken import feedback_object

BY_API = {"type": "api", "metadata": {}}
_LAST_US = 10**16 - 1

routes = APIRouter()


@routes.post("/feedback")
async def create_feedback(caller: CallerIn, request: Request) -> Response:
    """A new feedback; under an id that exists, what was said by it is said anew."""
    body = body_of(await request.body())
    fields = {"feedback_source": BY_API, **checked(body)}
    return json_v1(feedback_object(give(caller.room, caller.workspace, id_in(body), fields)))


@routes.get("/feedback")
async def list_feedback(caller: CallerIn, asked: Annotated[FeedbackQuery, Query()]) -> Response:
    """The feedback that matches, newest first. Feedback on runs that are not here yet is found by its run alone."""
    chosen = asked.chosen(_candidates(caller, asked))
    page = islice(chosen, asked.offset, asked.offset + min(asked.limit, MAX_LIMIT))
    return json_v1([feedback_object(one) for one in page])


@routes.get("/feedback/{feedback_id}")
async def read_feedback(caller: CallerIn, feedback_id: str) -> Response:
    """One feedback."""
    found = caller.room.ask.feedbacks.get(caller.workspace, uuid_of(feedback_id, "feedback_id"))
    return json_v1(feedback_object(found))


@routes.patch("/feedback/{feedback_id}")
async def change_feedback(caller: CallerIn, feedback_id: str, request: Request) -> Response:
    """One feedback, with what the body says of it changed; a null takes away what was said."""
    body = body_of(await request.body())
    said = {name: body[name] for name in CHANGEABLE if name in body}
    fields = {**dict.fromkeys(said), **checked_fields(said)}
    known_id, feedbacks = uuid_of(feedback_id, "feedback_id"), caller.room.ask.feedbacks
    known = feedbacks.get(caller.workspace, known_id)
    _check_by_config(caller.room, caller.workspace, known.key, fields)
    changed = feedbacks.change(caller.workspace, known_id, fields, new_receipt(caller.now_us))
    return json_v1(feedback_object(changed))


@routes.delete("/feedback/{feedback_id}")
async def delete_feedback(caller: CallerIn, feedback_id: str) -> Response:
    """Take one feedback back."""
    known_id = uuid_of(feedback_id, "feedback_id")
    caller.room.ask.feedbacks.delete(caller.workspace, known_id, new_receipt(caller.now_us))
    return json_v1({"deleted": [known_id]})


def give(room: Room, workspace: str, feedback_id: str, fields: Fields) -> Feedback:
    """Store a feedback whose fields are checked. Raises: BadFeedback, NotFound, Rejected.

    A configuration that comes with it stands for its key from then on, if the key has none.
    """
    if "feedback_config" in fields:
        config = checked_config(fields["feedback_config"])
        check_score(config, fields.get("score"))
        fields = {**fields, "feedback_config": config}
        _note_config(room, workspace, fields["key"], config)
    _check_by_config(room, workspace, fields["key"], fields)
    return room.ask.feedbacks.create(workspace, feedback_id, fields, new_receipt(room.clock.now_us()))


def _note_config(room: Room, workspace: str, key: str, config: dict[str, Any]) -> None:
    if room.ask.feedback_configs.find(workspace, key) is None:
        room.ask.feedback_configs.create(workspace, FeedbackConfig.of(key, config, room.clock.now_us()))


def _check_by_config(room: Room, workspace: str, key: str, fields: Fields) -> None:
    """Where a configuration is enforced, only scores that it allows are taken. Raises: BadFeedback."""
    config = room.ask.feedback_configs.find(workspace, key)
    if config is not None and config.is_enforced:
        check_score(config.content, fields.get("score"))


def _candidates(caller: Caller, asked: FeedbackQuery) -> Iterable[Feedback]:
    """What may match, newest first. Raises: NotFound, Malformed."""
    feedbacks, projects = caller.room.ask.feedbacks, caller.room.ask.projects
    if asked.run:
        return sorted(feedbacks.of_runs(caller.workspace, asked.runs), key=_newest_first)
    named = [projects.get(caller.workspace, one) for one in asked.sessions]
    start_us, end_us = asked.span_us()
    lists = (
        feedbacks.listed(caller.workspace, one.id, start_us or 0, _LAST_US if end_us is None else end_us)
        for one in named or projects.all(caller.workspace)
    )
    return heapq.merge(*lists, key=lambda one: (one.created_us, one.id), reverse=True)


def _newest_first(feedback: Feedback) -> tuple[int, str]:
    return -feedback.created_us, feedback.id
