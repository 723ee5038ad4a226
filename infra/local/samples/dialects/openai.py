"""OpenAI's chat completions, as its SDK's answers are traced: `choices`, and tool arguments as JSON text."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from infra.local.samples.chat import Dialect, Message, Prompt, Tokens, Tool, ToolCall


def inputs(model: str, prompt: Prompt) -> dict[str, Any]:
    """What is asked."""
    asked: dict[str, Any] = {"model": model, "messages": [_message(one) for one in prompt.messages]}
    return asked | ({"tools": [_tool(one) for one in prompt.tools]} if prompt.tools else {})


def outputs(model: str, reply: Message, tokens: Tokens) -> dict[str, Any]:
    """What is answered."""
    reason = "tool_calls" if reply.calls else "stop"
    usage = {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {"cached_tokens": tokens.cached},
        "completion_tokens_details": {"reasoning_tokens": tokens.reasoning},
    }
    return {
        "id": f"chatcmpl-{hashlib.sha256(repr(reply).encode()).hexdigest()[:24]}",
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "finish_reason": reason, "message": _message(reply)}],
        "usage": usage,
    }


def _message(message: Message) -> dict[str, Any]:
    if message.answers:
        return {"role": "tool", "tool_call_id": message.answers.id, "content": message.text}
    said: dict[str, Any] = {"role": message.role, "content": _content(message)}
    return said | ({"tool_calls": [_call(call) for call in message.calls]} if message.calls else {})


def _content(message: Message) -> str | list[dict[str, Any]] | None:
    if message.picture is None:
        return message.text or None
    picture = {"type": "image_url", "image_url": {"url": message.picture.url, "detail": "auto"}}
    return [{"type": "text", "text": message.text}, picture]


def _call(call: ToolCall) -> dict[str, Any]:
    arguments = json.dumps(call.args, ensure_ascii=False)
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.purpose, "parameters": tool.schema}
    return {"type": "function", "function": function}


OPENAI = Dialect("ChatOpenAI", inputs, outputs)
