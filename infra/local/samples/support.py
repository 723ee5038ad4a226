"""A support agent: conversations over several turns, tools that sometimes fail, two versions of its prompt."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from infra.local.samples.timeline import Content, Step, Timeline, asked, model, said, usage

PROJECT = "Demo: support agent"
_TRIES = 3
_TOOL_FAILS = 0.35
PROMPTS = {
    "v1": "You are a support agent. Answer the customer.",
    "v2": "You are a support agent of a bookshop. Look up the order first, then answer in two sentences at most.",
}
_TURNS = [
    ("Where is my order?", "lookup_order", "It left our warehouse yesterday and arrives on Friday."),
    ("Can I change the address?", "change_address", "Yes. I have changed it to the one in your profile."),
    ("And if I am not at home?", "delivery_options", "Then it waits at the post office for seven days."),
    ("The book is damaged. What now?", "open_return", "I am sorry. A new one is on its way, keep the old one."),
    ("Merci beaucoup, 谢谢!", "close_ticket", "You are welcome! Have a good day."),
]
_MODELS = [("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-5"), ("google", "gemini-2.5-flash")]


def conversations(timeline: Timeline, chance: random.Random, starts: list[datetime]) -> Iterator[None]:
    """One conversation for each start; yields after each turn, which is a trace."""
    for number, start in enumerate(starts):
        version = "v1" if number < len(starts) // 2 else "v2"
        thread, user = str(uuid.UUID(int=chance.getrandbits(128), version=4)), f"customer-{chance.randint(1, 9)}"
        about = {"thread_id": thread, "user_id": user, "prompt_version": version, "environment": "production"}
        moment = start
        for turn in range(turns_of(number)):
            moment = _turn(timeline, chance, moment, turn, about) + timedelta(seconds=chance.randint(20, 90))
            yield


def turns_of(number: int) -> int:
    """How many turns that conversation has: two to five."""
    return 2 + number % (len(_TURNS) - 1)


def _turn(timeline: Timeline, chance: random.Random, start: datetime, turn: int, about: dict[str, str]) -> datetime:
    question, tool, answer = _TURNS[turn]
    tags = ["support", about["prompt_version"]]
    root = timeline.trace("support agent", start, {"question": question}, about, tags)
    extra = model(*chance.choice(_MODELS))
    messages = asked(PROMPTS[about["prompt_version"]], question)
    calls = [{"name": tool, "args": {"customer": about["user_id"]}, "id": "call-1", "type": "tool_call"}]
    tokens = usage(380 + 240 * turn, chance.randint(18, 40), cached=256 if turn else 0)
    decided = said("", tokens, tool_calls=calls)
    root.call("decide", "llm", messages, chance.uniform(0.4, 1.4), decided, extra=extra)
    if _used(root, chance, tool, about["user_id"]):
        _answer(root, chance, messages, answer, extra)
        root.end({"answer": answer})
    else:
        root.end(error=f"ToolFailed: {tool} did not answer in {_TRIES} tries")
    return root.now


def _used(root: Step, chance: random.Random, tool: str, customer: str) -> bool:
    """Whether the tool answered within so many tries."""
    for attempt in range(1, _TRIES + 1):
        inputs = {"customer": customer, "attempt": attempt}
        if chance.random() >= _TOOL_FAILS:
            order = {"order": f"B-{chance.randint(1000, 9999)}", "status": "sent", "items": ["Invisible Cities"]}
            root.call(tool, "tool", inputs, chance.uniform(0.05, 0.6), {"output": order})
            return True
        trace = f'Traceback (most recent call last):\n  File "shop.py", line 42, in {tool}'
        root.call(tool, "tool", inputs, 2.0, error=f"TimeoutError: no answer within 2 s\n\n{trace}")
    return False


def _answer(root: Step, chance: random.Random, messages: Content, answer: str, extra: dict[str, Any]) -> None:
    """The model's answer, streamed."""
    words = [f"{word} " for word in answer.split()]
    step = root.child("answer", "llm", messages, extra=extra)
    step.streams(words, first_s=chance.uniform(0.2, 0.9), each_s=chance.uniform(0.02, 0.06))
    step.end(said(answer, usage(700, len(words) * 2, cached=256)))
    root.now = step.now
