"""LangChain's chat models, as its tracer writes them: serialised messages in a list of lists, and generations."""

from __future__ import annotations

from typing import Any

from infra.local.samples.chat import Dialect, Message, Prompt, Tokens

_CLASSES = {
    "system": ("SystemMessage", "system"),
    "user": ("HumanMessage", "human"),
    "assistant": ("AIMessage", "ai"),
    "tool": ("ToolMessage", "tool"),
}


def inputs(model: str, prompt: Prompt) -> dict[str, Any]:  # noqa: ARG001 LangChain names the model in the metadata
    """What is asked."""
    return {"messages": [[_message(one) for one in prompt.messages]]}


def outputs(model: str, reply: Message, tokens: Tokens) -> dict[str, Any]:
    """What is answered."""
    message = _message(reply)
    message["kwargs"] |= {"usage_metadata": _usage(tokens), "response_metadata": {"model_name": model}}
    reason = "TOOL_CALLS" if reply.calls else "STOP"
    generation = {
        "text": reply.text,
        "generation_info": {"finish_reason": reason},
        "type": "ChatGeneration",
        "message": message,
    }
    return {"generations": [[generation]], "llm_output": {"model_name": model}, "run": None, "type": "LLMResult"}


def _message(message: Message) -> dict[str, Any]:
    kind, name = _CLASSES[message.role]
    return {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "messages", kind],
        "kwargs": {"content": _content(message), "type": name, **_more(message)},
    }


def _more(message: Message) -> dict[str, Any]:
    if message.answers:
        return {"name": message.answers.name, "tool_call_id": message.answers.id, "status": "success"}
    if message.role != "assistant":
        return {}
    calls = [{"name": call.name, "args": dict(call.args), "id": call.id, "type": "tool_call"} for call in message.calls]
    return {"tool_calls": calls, "invalid_tool_calls": []}


def _content(message: Message) -> str | list[dict[str, Any]]:
    if message.picture is None:
        return message.text
    return [
        {"type": "text", "text": message.text},
        {"type": "image_url", "image_url": {"url": message.picture.url}},
    ]


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "input_tokens": tokens.prompt,
        "output_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "input_token_details": {"cache_read": tokens.cached},
        "output_token_details": {"reasoning": tokens.reasoning},
    }


LANGCHAIN = Dialect("ChatGoogleGenerativeAI", inputs, outputs)
