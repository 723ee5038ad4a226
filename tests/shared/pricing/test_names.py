"""A model's name is found in a price list whoever wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pricing.names import hosts_of, names_of


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4o", "gpt-4o"),
        ("GPT-4o", "gpt-4o"),
        ("openai/gpt-4o", "gpt-4o"),
        ("openrouter/openai/gpt-4o", "gpt-4o"),
        ("openai:gpt-4o", "gpt-4o"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-3.5-turbo-0125", "gpt-3.5-turbo"),
        ("claude-3-5-sonnet-latest", "claude-3-5-sonnet"),
        ("claude-sonnet-4@20250514", "claude-sonnet-4"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4"),
        (
            "arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
            "claude-haiku-4-5",
        ),
        ("us.meta.llama3-3-70b-instruct-v1:0", "meta.llama3-3-70b-instruct"),
        ("amazon.nova-pro-v1:0:300k", "nova-pro"),
        ("models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("gemini-2.5-flash-preview-05-20", "gemini-2.5-flash"),
        ("gemini-2.0-flash-001", "gemini-2.0-flash"),
        ("command-r-08-2024", "command-r"),
        ("ft:gpt-4o-mini:org::id", "ft:gpt-4o-mini"),
        ("ft:gpt-4o-mini-2024-07-18:org:name:id", "ft:gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18.ft-0a1b", "ft:gpt-4o-mini"),
    ],
)
def test_host_region_version_and_date_are_taken_off(model: str, name: str) -> None:
    """The last and shortest name is the one that price lists use."""
    assert names_of(model)[-1] == name


def test_a_dated_name_is_tried_before_the_undated() -> None:
    """So a version with a price of its own is found first."""
    assert names_of("openai/gpt-4o-2024-05-13") == ["gpt-4o-2024-05-13", "gpt-4o"]


@pytest.mark.parametrize("name", ["claude-opus-4-1", "gpt-4-32k", "o1", "text-embedding-3-large", "llama3.1:8b"])
def test_a_number_that_is_no_date_stays(name: str) -> None:
    """Generations and sizes are part of the name."""
    assert names_of(name) == [name]


def test_a_name_may_say_its_host() -> None:
    """Written with a slash or a colon."""
    assert "groq" in hosts_of("groq/llama-3")
    assert "ollama" in hosts_of("ollama:phi")
    assert hosts_of("ft:gpt-4o:org::id") == ("ft",)
    assert hosts_of("gpt-4o") == ()


@given(st.text(max_size=500))
def test_any_text_has_names(model: str) -> None:
    """Hostile names never raise, and there are only a few names."""
    assert 1 <= len(names_of(model)) <= 6
    assert isinstance(hosts_of(model), tuple)
