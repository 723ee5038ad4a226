"""What the attributes of Logfire and Pydantic AI say, beside the GenAI ones.

Source: Logfire's documentation, "LLM panels"; Pydantic AI's, "Instrumentation settings", versions 1 to 3.
"""

from __future__ import annotations

from typing import Any

from functions.receive.otel.draft import Draft
from functions.receive.otel.values import objects, parsed

CHOICE = "gen_ai.choice"
_EVENT_WORDS = frozenset({"event.name", "gen_ai.message.index", "gen_ai.system"})


def logfire(draft: Draft) -> None:
    """Prompts, events and messages in one attribute, tool calls, cost."""
    _take_events(draft)
    _take_all_messages(draft)
    draft.offer(draft.inputs, "request_data", "prompt")
    draft.offer(draft.outputs, "response_data", "final_result")
    _take_tool(draft)
    draft.say_usage("total_cost", "operation.cost")
    name = draft.take_text("model_name")
    draft.model = draft.model or name


def message_of_event(said: dict[str, Any]) -> dict[str, Any]:
    """The message inside an event: a choice wraps it, the others are it."""
    message = {name: value for name, value in said.items() if name not in _EVENT_WORDS}
    inner = parsed(message.get("message"))
    if isinstance(inner, dict):
        message = {name: value for name, value in message.items() if name != "message"} | inner
    role = str(said.get("event.name", "")).removeprefix("gen_ai.").removesuffix(".message")
    return {"role": "assistant" if role in ("choice", "") else role, **message}


def _take_events(draft: Draft) -> None:
    """All that was said before the choice was said to the model; the choice is what it said."""
    events = objects(draft.attributes.get("events"))
    if events and all("event.name" in one for one in events):
        del draft.attributes["events"]
        draft.inputs.say_messages([message_of_event(one) for one in events if one["event.name"] != CHOICE])
        draft.outputs.say_messages([message_of_event(one) for one in events if one["event.name"] == CHOICE])
    whole = objects(draft.attributes.get("all_messages_events"))
    if whole:
        del draft.attributes["all_messages_events"]
        draft.outputs.say_messages([message_of_event(one) for one in whole])


def _take_all_messages(draft: Draft) -> None:
    """A whole conversation: the last message is the answer when the model gave it."""
    messages = objects(draft.attributes.get("pydantic_ai.all_messages"))
    if messages:
        del draft.attributes["pydantic_ai.all_messages"]
        is_answered = messages[-1].get("role") == "assistant"
        draft.inputs.say_messages(messages[:-1] if is_answered else messages)
        draft.outputs.say_messages(messages[-1:] if is_answered else None)


def _take_tool(draft: Draft) -> None:
    arguments = draft.attributes.get("tool_arguments")
    if arguments is not None:
        draft.params.setdefault("tool_arguments", parsed(arguments))
        draft.offer(draft.inputs, "tool_arguments")
    draft.offer(draft.outputs, "tool_response")
    tools = draft.take("tools")
    if tools is not None:
        draft.params.setdefault("tools", parsed(tools))
