"""A conversation with a model, before any provider's SDK has given it a shape. The shapes are in `dialects/`."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

Role = Literal["system", "user", "assistant", "tool"]

_CHARS_OF_A_TOKEN = 4
_TOKENS_OF_A_TOOL = 190
_TOKENS_OF_A_PICTURE = 765
_CACHED_BLOCK = 128
_LEAST_CACHED = 1_024
"""OpenAI caches prompts from 1,024 tokens on, in steps of 128. Source: its guide on prompt caching."""


class ToolCall(NamedTuple):
    """What a model asks for."""

    name: str
    args: Mapping[str, Any]
    id: str


class Picture(NamedTuple):
    """A picture within a message."""

    png: bytes

    @property
    def base64(self) -> str:
        """Its bytes as text."""
        return base64.b64encode(self.png).decode()

    @property
    def url(self) -> str:
        """It as a `data:` URL."""
        return f"data:image/png;base64,{self.base64}"


class Message(NamedTuple):
    """One message. A tool's answers the call whose id it has."""

    role: Role
    text: str
    calls: Sequence[ToolCall] = ()
    answers: ToolCall | None = None
    picture: Picture | None = None


class Tokens(NamedTuple):
    """What one call used. `cached` is part of `prompt`, `reasoning` part of `completion`."""

    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0


class Tool(NamedTuple):
    """A tool that a model may call: its parameters are texts, each with a word on what it is."""

    name: str
    purpose: str
    parameters: Mapping[str, str]

    @property
    def schema(self) -> dict[str, Any]:
        """Its parameters as JSON schema."""
        properties = {name: {"type": "string", "description": about} for name, about in self.parameters.items()}
        return {"type": "object", "properties": properties, "required": list(self.parameters)}


class Prompt(NamedTuple):
    """What a model is given."""

    messages: Sequence[Message]
    tools: Sequence[Tool] = ()


class Dialect(NamedTuple):
    """How one SDK writes a model's inputs and outputs; each function takes the model's name first."""

    run_name: str
    inputs: Callable[[str, Prompt], dict[str, Any]]
    outputs: Callable[[str, Message, Tokens], dict[str, Any]]


class Model(NamedTuple):
    """A model, the SDK it is called with, and how fast it is."""

    provider: str
    name: str
    dialect: Dialect
    first_token_s: float
    tokens_a_s: float
    reasoning: int = 0

    @property
    def metadata(self) -> dict[str, Any]:
        """What LangSmith's clients say of a run that calls it."""
        return {
            "ls_provider": self.provider,
            "ls_model_name": self.name,
            "ls_model_type": "chat",
            "ls_temperature": 0.2,
        }


def tokens_of(prompt: Prompt, reply: Message, reasoning: int = 0) -> Tokens:
    """About what a model would count; a prompt that goes on from an earlier one is partly cached."""
    asked = sum(map(_size, prompt.messages)) + _TOKENS_OF_A_TOOL * len(prompt.tools)
    goes_on = sum(message.role == "assistant" for message in prompt.messages) > 0
    cached = asked // _CACHED_BLOCK * _CACHED_BLOCK if goes_on and asked >= _LEAST_CACHED else 0
    return Tokens(asked, _size(reply) + reasoning, cached, reasoning)


def _size(message: Message) -> int:
    chars = len(message.text.encode()) + sum(len(call.name) + len(str(call.args)) for call in message.calls)
    return 4 + chars // _CHARS_OF_A_TOKEN + (_TOKENS_OF_A_PICTURE if message.picture else 0)
