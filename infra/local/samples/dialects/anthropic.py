"""Anthropic's messages: content in blocks, a tool's result inside a message of the user."""

from __future__ import annotations

import hashlib
from typing import Any

from infra.local.samples.chat import Dialect, Message, Prompt, Tokens, Tool

_MAX_TOKENS = 2_048


def inputs(model: str, prompt: Prompt) -> dict[str, Any]:
    """What is asked; the system's text stands before the messages, where LangSmith's wrapper puts it."""
    asked = {"model": model, "max_tokens": _MAX_TOKENS, "messages": [_message(one) for one in prompt.messages]}
    return asked | ({"tools": [_tool(one) for one in prompt.tools]} if prompt.tools else {})


def outputs(model: str, reply: Message, tokens: Tokens) -> dict[str, Any]:
    """What is answered; tokens read from the cache are counted beside the others."""
    usage = {
        "input_tokens": tokens.prompt - tokens.cached,
        "cache_read_input_tokens": tokens.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": tokens.completion,
    }
    return {
        "id": f"msg_{hashlib.sha256(repr(reply).encode()).hexdigest()[:24]}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": _blocks(reply),
        "stop_reason": "tool_use" if reply.calls else "end_turn",
        "usage": usage,
    }


def _message(message: Message) -> dict[str, Any]:
    if message.role == "system":
        return {"role": "system", "content": message.text}
    if message.answers:
        content = [{"type": "text", "text": message.text}]
        result = {"type": "tool_result", "tool_use_id": message.answers.id, "content": content}
        return {"role": "user", "content": [result]}
    return {"role": message.role, "content": _blocks(message)}


def _blocks(message: Message) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text else []
    if message.picture:
        source = {"type": "base64", "media_type": "image/png", "data": message.picture.base64}
        blocks.insert(0, {"type": "image", "source": source})
    calls = [{"type": "tool_use", "id": call.id, "name": call.name, "input": dict(call.args)} for call in message.calls]
    return blocks + calls


def _tool(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.purpose, "input_schema": tool.schema}


ANTHROPIC = Dialect("ChatAnthropic", inputs, outputs)
