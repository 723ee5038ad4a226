"""Messages of every convention in the words of LangSmith's clients, which are OpenAI's.

    GenAI, current    {"role", "parts": [{"type": "text", "content"}, {"type": "tool_call", …}], "finish_reason"}
    GenAI, older      {"role", "content", "tool_calls": [{"id", "name", "arguments"}]}
    OpenInference     {"message": {"role", "contents": [{"message_content"}], "tool_calls": [{"tool_call"}]}}

What a convention says beside that stays in the message under its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from functions.receive.otel.values import parsed, text_of

Message = dict[str, Any]


def are_messages(value: object) -> bool:
    """Whether a value is a list of messages: each says who speaks."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "role" in one for one in value)


def messages_of(said: Iterable[Message]) -> list[Message]:
    """The messages, in order. One that holds the answers of several tools becomes as many."""
    return [message for one in said for message in _messages(one)]


def _messages(said: Message) -> Iterator[Message]:
    inner = said.get("message")
    message = {**said, **inner} if isinstance(inner, dict) else dict(said)
    if message.get("message") is inner:
        message.pop("message", None)
    calls, contents, parts = message.get("tool_calls"), message.pop("contents", None), message.pop("parts", None)
    calls = parsed(calls)
    if isinstance(calls, list):
        message["tool_calls"] = [_tool_call(call) for call in calls]
    if isinstance(contents, list):
        message.setdefault("content", [_content(one) for one in contents])
    if not isinstance(parts, list):
        yield message
        return
    yield from _of_parts(
        message, [part if isinstance(part, dict) else {"type": "text", "content": part} for part in parts]
    )


def _of_parts(message: Message, parts: list[Message]) -> Iterator[Message]:
    answers = [part for part in parts if part.get("type") == "tool_call_response"]
    calls = [_tool_call(part) for part in parts if part.get("type") == "tool_call"]
    content = [_content(part) for part in parts if part.get("type") not in ("tool_call", "tool_call_response")]
    if content or calls or not answers:
        whole: Any = content[0]["text"] if _is_one_text(content) else content
        yield {**message, "content": whole or ""} | ({"tool_calls": calls} if calls else {})
    for answer in answers:
        said = next((answer[name] for name in ("response", "result", "content") if name in answer), "")
        yield {"role": "tool", "tool_call_id": answer.get("id"), "content": text_of(said)}


def _is_one_text(content: list[Message]) -> bool:
    return len(content) == 1 and content[0].keys() == {"type", "text"} and content[0]["type"] == "text"


def _content(said: object) -> Message:
    """A part of a message's content."""
    if not isinstance(said, dict):
        return {"type": "text", "text": said}
    inner = said.get("message_content")
    part = dict(inner) if isinstance(inner, dict) else dict(said)
    if part.get("type") in ("text", "reasoning") and "content" in part:
        part["text"] = part.pop("content")
    image = part.get("image")
    if isinstance(image, dict):
        url = image.get("image", image)
        return {"type": "image_url", "image_url": url if isinstance(url, dict) else {"url": url}}
    return part


def _tool_call(said: object) -> Message:
    if not isinstance(said, dict):
        return {"type": "function", "function": {"name": text_of(said)}}
    inner = said.get("tool_call")
    call = dict(inner) if isinstance(inner, dict) else dict(said)
    function = call.get("function")
    named = dict(function) if isinstance(function, dict) else {}
    for name in ("name", "arguments"):
        if name in call:
            named[name] = call.pop(name)
    if "arguments" in named:
        named["arguments"] = text_of(named["arguments"])
    return {**call, "type": "function", "function": named}
