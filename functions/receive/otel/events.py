"""What the events of a span say: messages, the error, and what happened when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from functions.receive.otel.draft import Draft
from functions.receive.otel.logfire import CHOICE, message_of_event
from functions.receive.otel.span import Event, Span
from functions.receive.otel.values import nested, parsed, text_of
from shared.base.units import US_PER_S

EXCEPTION = "exception"
_CARRIERS = frozenset(
    {"gen_ai.content.prompt", "gen_ai.content.completion", "gen_ai.client.inference.operation.details"}
)
"""Events whose attributes are those of the span, sent apart."""
_TO_MODEL = frozenset({"gen_ai.system.message", "gen_ai.user.message"})
_EITHER = frozenset({"gen_ai.assistant.message", "gen_ai.tool.message"})
_FIRST_TOKENS = frozenset({"First Token Stream Event", "llm.content.completion.chunk", "new_token"})
"""OpenInference's, OpenLLMetry's and LangSmith's names for a token that streamed."""
_CONTENT = "gen_ai.event.content"


def take_messages(draft: Draft) -> list[Event]:
    """Put what events say of inputs and outputs into the draft; the events that are left.

    Messages of the model and of tools belong to the outputs, unless a choice says what the model answered.
    """
    has_choice = any(event.name == CHOICE for event in draft.span.events)
    to_model = _TO_MODEL | _EITHER if has_choice else _TO_MODEL
    from_model = frozenset({CHOICE}) if has_choice else _EITHER
    left, asked, answered = [], [], []
    for event in draft.span.events:
        if event.name in _CARRIERS:
            draft.attributes = event.attributes | draft.attributes
        elif event.name in to_model:
            asked.append(_message(event))
        elif event.name in from_model:
            answered.append(_message(event))
        else:
            left.append(event)
    draft.inputs.say_messages(asked)
    draft.outputs.say_messages(answered)
    return left


def written(events: list[Event]) -> list[dict[str, Any]]:
    """The events as runs have them."""
    return [_written(event) for event in events]


def error_of(span: Span) -> str | None:
    """Why it failed: its last exception with the stack, else its status; None where it did not."""
    exception = next((event for event in reversed(span.events) if event.name == EXCEPTION), None)
    if span.status == "ok" or (span.status == "unset" and exception is None):
        return None
    if exception is None:
        return span.status_message or "The span ended with status ERROR and said no more"
    said = {
        name: text_of(exception.attributes.get(f"exception.{name}") or "") for name in ("type", "message", "stacktrace")
    }
    head = ": ".join(text for text in (said["type"], said["message"]) if text) or span.status_message
    return "\n\n".join(text for text in (head, said["stacktrace"]) if text) or "exception"


def _message(event: Event) -> dict[str, Any]:
    content = parsed(event.attributes.get(_CONTENT))
    said = content if isinstance(content, dict) else nested(event.attributes)
    message: dict[str, Any] = {"event.name": event.name, **(said if isinstance(said, dict) else {"content": said})}
    return message_of_event(message)


def _written(event: Event) -> dict[str, Any]:
    is_token = event.name in _FIRST_TOKENS
    said: dict[str, Any] = {"name": "new_token" if is_token else event.name}
    if event.time_us > 0:
        said["time"] = _iso(event.time_us)
    if event.attributes or (is_token and event.name != said["name"]):
        said["kwargs"] = event.attributes | ({"event": event.name} if event.name != said["name"] else {})
    return said


def _iso(time_us: int) -> str:
    try:
        moment = datetime.fromtimestamp(time_us // US_PER_S, UTC)
    except (OverflowError, ValueError, OSError):
        return str(time_us)
    return moment.replace(microsecond=time_us % US_PER_S).isoformat()
