"""A support agent: conversations over several turns, tools that sometimes fail, two versions of its prompt."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from infra.local.samples.asking import ask, refused
from infra.local.samples.bookshop import (
    CONVERSATIONS,
    DAMAGED,
    LONG_CONVERSATION,
    TOOLS,
    Customer,
    Errand,
    Facts,
    facts_of,
    fill,
)
from infra.local.samples.chat import Message, Model, Picture, Prompt, ToolCall
from infra.local.samples.models import CLAUDE_SMALL, TALKING
from infra.local.samples.picture import cover_png
from infra.local.samples.rhythm import Weather, weather
from infra.local.samples.timeline import Content, Step, Timeline
from infra.local.samples.verdicts import judge_turn

PROJECT = "Demo: support agent"
ABOUT = "The bookshop's support agent: conversations, tools, two versions of its prompt."
AGENT = "support agent"
PROMPTS = {
    "v1": "You are a support agent of a bookshop. Be friendly and thorough. Answer the customer's question in "
    "detail, repeat what the customer asked, and offer further help at the end.",
    "v2": "You are a support agent of a bookshop.\n"
    "Look up the order first; never answer from memory.\n"
    "Answer in the customer's language, in two sentences at most.\n"
    "Offer further help only if the question is still open.",
}
_CHATTY = (
    "Thank you so much for reaching out to us today, {name}! You asked: “{question}” I have gone through our records "
    "very carefully to find the best possible answer for you. {answer} Is there anything else at all that I can help "
    "you with today? We are always happy to hear from our readers!"
)
_PICTURE = Picture(cover_png())
_TRIES = 3

Mishap = Literal["", "tool is slow", "tool is down", "reply is malformed", "model is busy", "all models are busy"]
_MISHAPS: tuple[Mishap, ...] = (
    "",
    "tool is slow",
    "",
    "reply is malformed",
    "",
    "model is busy",
    "",
    "",
    "tool is down",
    "",
    "",
    "",
    "",
)
_MISHAPS_OF_AN_INCIDENT: tuple[Mishap, ...] = ("all models are busy", "tool is down", "", "model is busy")
_TIMEOUT = (
    "TimeoutError: {tool} did not answer within 8 s\n\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/agents/tools.py", line 42, in {tool}\n'
    "    answer = backend.get(path, timeout=8)\n"
    '  File "/srv/shop/backend/client.py", line 118, in get\n'
    "    raise TimeoutError(f'{{name}} did not answer within {{timeout}} s')\n"
)
_MALFORMED = (
    "ValidationError: 1 validation error for Reply\nlanguage\n  Field required [type=missing, "
    "input_value={'text': '…', 'is_final': True}, input_type=dict]\n"
    "    For further information visit https://errors.pydantic.dev/2.14/v/missing"
)


@dataclass
class _Talk:
    """A conversation as far as it has come."""

    timeline: Timeline
    chance: random.Random
    version: str
    model: Model
    customer: Customer
    facts: Facts
    thread: str
    weather: Weather
    mishap: Mishap
    messages: list[Message] = field(default_factory=list)

    @property
    def prompt(self) -> Prompt:
        """What the model is given now."""
        return Prompt([Message("system", PROMPTS[self.version]), *self.messages], TOOLS)

    @property
    def metadata(self) -> dict[str, str]:
        """What each turn says of itself."""
        return {
            "thread_id": self.thread,
            "user_id": self.customer.id,
            "plan": self.customer.plan,
            "prompt_version": self.version,
            "environment": "production",
            "revision_id": "2026.11.2" if self.version == "v2" else "2026.11.1",
        }


def conversations(
    timeline: Timeline, chance: random.Random, starts: Sequence[datetime], now: datetime
) -> Iterator[None]:
    """One conversation for each start, the first of them long; yields after each turn, which is a trace."""
    for number, start in enumerate(starts):
        talk, moment = _begun(timeline, chance, number, start, now), start
        errands = errands_of(number)
        for turn, errand in enumerate(errands):
            moment = _turn(talk, moment, errand, "" if turn else talk.mishap)
            moment += timedelta(seconds=chance.randint(20, 90))
            yield


def errands_of(number: int) -> tuple[Errand, ...]:
    """What the customer of that conversation asks, turn by turn."""
    return CONVERSATIONS[(number - 1) % len(CONVERSATIONS)] if number else LONG_CONVERSATION


def _begun(timeline: Timeline, chance: random.Random, number: int, start: datetime, now: datetime) -> _Talk:
    customer, facts = facts_of(chance)
    conditions = weather(start, now)
    mishaps = _MISHAPS_OF_AN_INCIDENT if conditions.is_incident else _MISHAPS
    return _Talk(
        timeline,
        chance,
        "v2" if number % 2 else "v1",
        TALKING[(number + number // len(CONVERSATIONS)) % len(TALKING)],
        customer,
        facts,
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"{AGENT} {number} {start.isoformat()}")),
        conditions,
        mishaps[number % len(mishaps)],
    )


def _turn(talk: _Talk, start: datetime, errand: Errand, mishap: Mishap) -> datetime:
    question = fill(errand.question, talk.facts)
    picture = _PICTURE if errand is DAMAGED else None
    talk.messages.append(Message("user", question, picture=picture))
    known = len(talk.messages)
    asked = {"messages": [{"role": "user", "content": question}]}
    root = talk.timeline.trace(AGENT, start, asked, talk.metadata, ["support", errand.topic])
    error = _worked(talk, root, errand, mishap)
    if error:
        del talk.messages[known:]
        root.end(error=error)
    else:
        said = {"role": "assistant", "content": talk.messages[-1].text}
        root.end({"messages": [said], "topic": errand.topic})
    judge_turn(talk.timeline, root, talk.chance, talk.version, better=fill(errand.answer, talk.facts))
    return root.now


def _worked(talk: _Talk, root: Step, errand: Errand, mishap: Mishap) -> str | None:
    """Let the agent work on it: call the tool, then answer. The error that ended it, if any."""
    answer = _answer(talk, errand)
    if errand.tool:
        call = ToolCall(errand.tool, fill(errand.args, talk.facts), f"call_{talk.chance.getrandbits(48):012x}")
        error = _thinks(talk, root, Message("assistant", "", [call]), mishap) or _uses(talk, root, call, errand, mishap)
        error = error or _thinks(talk, root, answer, "")
    else:
        error = _thinks(talk, root, answer, mishap)
    if not error:
        _checks(talk, root, answer, errand, is_malformed=mishap == "reply is malformed")
    return error


def _answer(talk: _Talk, errand: Errand) -> Message:
    answer, question = fill(errand.answer, talk.facts), fill(errand.question, talk.facts)
    if talk.version == "v1":
        answer = _CHATTY.format(name=talk.customer.name, question=question, answer=answer)
    return Message("assistant", answer)


def _thinks(talk: _Talk, root: Step, reply: Message, mishap: Mishap) -> str | None:
    """A step of the agent: one call of its model, or of another where that one is busy."""
    step, model, error = root.child("agent", "chain", {"messages": len(talk.messages)}), talk.model, None
    if mishap in {"model is busy", "all models are busy"}:
        refused(step, model, talk.prompt, 0.3)
        model = CLAUDE_SMALL
    if mishap == "all models are busy":
        error = refused(step, model, talk.prompt, 0.4)
        step.end(error=error)
    else:
        ask(step, model, talk.prompt, reply, talk.weather, talk.chance)
        talk.messages.append(reply)
        step.end({"next": "tools" if reply.calls else "end", "model": model.name})
    root.now = step.now
    return error


def _uses(talk: _Talk, root: Step, call: ToolCall, errand: Errand, mishap: Mishap) -> str | None:
    """The tool, tried again while it does not answer. The error, if it never did."""
    step, error = root.child("tools", "chain", {"tool": call.name, "id": call.id}), None
    fails = {"tool is slow": 1, "tool is down": _TRIES}.get(mishap, 0)
    for attempt in range(fails):
        about = {"metadata": {"attempt": attempt + 1}}
        step.call(call.name, "tool", call.args, 8.0, error=_TIMEOUT.format(tool=call.name), extra=about)
        step.waits(0.5 * 2**attempt)
    if fails < _TRIES:
        _gets(talk, step, call, fill(errand.result, talk.facts))
    else:
        error = f"ToolFailed: {call.name} did not answer in {_TRIES} tries"
        step.end(error=error)
    root.now = step.now
    return error


def _gets(talk: _Talk, step: Step, call: ToolCall, result: Content) -> None:
    """The tool's answer."""
    step.call(call.name, "tool", call.args, talk.chance.uniform(0.05, 0.6) * talk.weather.slowness, {"output": result})
    step.end({"output": result})
    talk.messages.append(Message("tool", json.dumps(result, ensure_ascii=False), answers=call))


def _checks(talk: _Talk, root: Step, answer: Message, errand: Errand, *, is_malformed: bool) -> None:
    """The reply is read into the form that the shop's page wants; a malformed one is asked for again."""
    if is_malformed:
        root.call("parse reply", "parser", {"text": answer.text}, 0.003, error=_MALFORMED)
        del talk.messages[-1]
        _thinks(talk, root, answer, "")
    reply = {"text": answer.text, "language": errand.language, "is_final": True}
    root.call("parse reply", "parser", {"text": answer.text}, 0.002, reply)
