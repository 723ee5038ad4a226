"""One conversation in three SDKs' words: each is what that SDK's own types read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.load import loads
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from openai.types.chat import ChatCompletion
from pydantic import TypeAdapter

from infra.local.samples.chat import Dialect, Message, Picture, Prompt, Tokens, Tool, ToolCall
from infra.local.samples.dialects.anthropic import ANTHROPIC
from infra.local.samples.dialects.langchain import LANGCHAIN
from infra.local.samples.dialects.openai import OPENAI
from infra.local.samples.picture import cover_png
from shared.runs.usage import usage_of

READS_BACK = pytest.mark.filterwarnings("ignore::langchain_core._api.beta_decorator.LangChainBetaWarning")
CALL = ToolCall("refund", {"amount": "14.90", "currency": "EUR"}, "call_1")
PROMPT = Prompt(
    [
        Message("system", "You refund orders."),
        Message("user", "The cover is torn.", picture=Picture(cover_png())),
        Message("assistant", "", [CALL]),
        Message("tool", "{'state': 'accepted'}", answers=CALL),
    ],
    [Tool("refund", "Give money back.", {"amount": "Decimal number"})],
)
REPLY = Message("assistant", "Let me see.", [CALL])
TOKENS = Tokens(prompt=1_500, completion=90, cached=1_024, reasoning=40)


def _langchain(serialised: object) -> BaseMessage:
    message = loads(json.dumps(serialised), allowed_objects="core")
    assert isinstance(message, BaseMessage)
    return message


@READS_BACK
def test_langchain_reads_its_messages() -> None:
    """Each of them becomes the message that it was made of, with its picture, calls and results."""
    (messages,) = LANGCHAIN.inputs("gemini", PROMPT)["messages"]
    system, user, assistant, tool = map(_langchain, messages)
    assert isinstance(system, SystemMessage)
    assert isinstance(user, HumanMessage)
    assert user.content[1] == {"type": "image_url", "image_url": {"url": Picture(cover_png()).url}}
    assert isinstance(assistant, AIMessage)
    assert assistant.tool_calls == [{"name": "refund", "args": CALL.args, "id": "call_1", "type": "tool_call"}]
    assert isinstance(tool, ToolMessage)
    assert tool.tool_call_id == "call_1"


@READS_BACK
def test_langchain_reads_its_answer() -> None:
    """The one generation holds a message with the tokens used."""
    ((generation,),) = LANGCHAIN.outputs("gemini", REPLY, TOKENS)["generations"]
    reply = _langchain(generation["message"])
    assert isinstance(reply, AIMessage)
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["total_tokens"] == 1_590
    assert generation["text"] == reply.content == "Let me see."


def test_openai_reads_its_answer() -> None:
    """Its own type takes it, tool arguments as JSON text."""
    answer = TypeAdapter(ChatCompletion).validate_python(
        OPENAI.outputs("gpt-4.1-mini", REPLY, TOKENS) | {"created": 1}, strict=True
    )
    (call,) = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert json.loads(call.function.arguments) == CALL.args


def test_openai_messages_join_a_result_to_its_call() -> None:
    """The result names the call; a picture is a part of the content; a message of calls only has none."""
    _, user, assistant, tool = OPENAI.inputs("gpt-4.1-mini", PROMPT)["messages"]
    assert user["content"][1]["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    assert assistant["content"] is None
    assert assistant["tool_calls"][0]["id"] == tool["tool_call_id"] == "call_1"


def test_anthropic_messages_join_a_result_to_its_call() -> None:
    """Call and result are blocks, the latter within a message of the user, as is a picture."""
    _, user, assistant, tool = ANTHROPIC.inputs("claude", PROMPT)["messages"]
    assert [block["type"] for block in user["content"]] == ["image", "text"]
    assert assistant["content"] == [{"type": "tool_use", "id": "call_1", "name": "refund", "input": CALL.args}]
    assert tool["role"] == "user"
    assert tool["content"][0]["tool_use_id"] == "call_1"


@pytest.mark.parametrize("dialect", [OPENAI, ANTHROPIC, LANGCHAIN], ids=lambda one: one.run_name)
def test_tokens_are_read_the_same_from_each(dialect: Dialect) -> None:
    """However an SDK counts what came from its cache, the server counts it once."""
    usage: Any = usage_of("llm", {}, dialect.outputs("a-model", REPLY, TOKENS))
    assert (usage["input"], usage["output"], usage["total"]) == (1_500, 90, 1_590)
    assert usage["input_details"]["cache_read"] == 1_024
