"""What a conversation would cost in tokens."""

from __future__ import annotations

from infra.local.samples.chat import Message, Prompt, Tool, tokens_of

LONG = Message("user", "Where is my order? " * 400)
REPLY = Message("assistant", "It arrives on Friday.")


def test_only_a_prompt_that_goes_on_is_cached() -> None:
    """The first call of a conversation finds nothing in the cache, the next most of its prompt."""
    first, second = tokens_of(Prompt([LONG]), REPLY), tokens_of(Prompt([LONG, REPLY, LONG]), REPLY)
    assert first.cached == 0
    assert 1_024 <= second.cached <= second.prompt
    assert second.cached % 128 == 0


def test_tools_and_reasoning_count() -> None:
    """A tool makes the prompt longer, reasoning the answer."""
    tool = Tool("refund", "Give money back.", {"amount": "Decimal number"})
    plain, more = tokens_of(Prompt([LONG]), REPLY), tokens_of(Prompt([LONG], [tool]), REPLY, reasoning=64)
    assert more.prompt > plain.prompt
    assert more.completion == plain.completion + 64
    assert tool.schema["required"] == ["amount"]
