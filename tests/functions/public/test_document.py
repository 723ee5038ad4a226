"""The words of the first content: as somebody would read them, and nothing of them lost."""

from __future__ import annotations

import json

import pytest

from functions.public.document import text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("why", "why"),
        ({"question": "why"}, "why"),
        (
            {"messages": [{"role": "user", "content": "why"}, {"role": "assistant", "content": "so"}]},
            "user: why\n\nassistant: so",
        ),
    ],
)
def test_what_is_words_is_read_as_words(value: object, text: str) -> None:
    """A text that stands alone, and what each said."""
    assert text_of(value) == text


@pytest.mark.parametrize(
    "value",
    [
        {"question": "why", "of": "whom"},
        {"messages": [{"role": "assistant", "content": "so", "tool_calls": [{"name": "search"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "why"}]}]},
        {"messages": []},
        [1, 2],
        7,
    ],
)
def test_what_has_more_to_it_is_shown_whole(value: object) -> None:
    """Nothing is left out to make it read better."""
    assert json.loads(text_of(value)) == value
