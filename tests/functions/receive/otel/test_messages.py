"""Messages of each convention in the words of LangSmith's clients."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.receive.otel.messages import are_messages, messages_of

CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"q":1}'}}


@pytest.mark.parametrize(
    "said",
    [
        {
            "role": "assistant",
            "content": "",
            "parts": [{"type": "tool_call", "id": "c1", "name": "f", "arguments": {"q": 1}}],
        },
        {"role": "assistant", "content": "", "tool_calls": [{"id": "c1", "name": "f", "arguments": '{"q":1}'}]},
        {"role": "assistant", "content": "", "tool_calls": '[{"id": "c1", "name": "f", "arguments": "{\\"q\\":1}"}]'},
        {"message": {"role": "assistant", "content": "", "tool_calls": [{"tool_call": CALL}]}},
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
    ],
)
def test_a_tool_call_is_the_same_in_every_convention(said: dict[str, Any]) -> None:
    """Its arguments are a text, as OpenAI's are."""
    assert messages_of([said]) == [{"role": "assistant", "content": "", "tool_calls": [CALL]}]


def test_several_parts_stay_several() -> None:
    """One text is the content; more, or what is no text, is a list of parts."""
    one = {"role": "user", "parts": [{"type": "text", "content": "a"}]}
    two = {"role": "user", "parts": ["a", {"type": "reasoning", "content": "b"}]}
    assert [message["content"] for message in messages_of([one, two])] == [
        "a",
        [{"type": "text", "text": "a"}, {"type": "reasoning", "text": "b"}],
    ]


def test_answers_of_tools_become_messages_of_tools() -> None:
    """Each with the id of its call; values that are no text are written as JSON."""
    parts = [{"type": "tool_call_response", "id": f"c{n}", "response": said} for n, said in enumerate(["x", {"y": 1}])]
    assert messages_of([{"role": "user", "parts": parts}]) == [
        {"role": "tool", "tool_call_id": "c0", "content": "x"},
        {"role": "tool", "tool_call_id": "c1", "content": '{"y":1}'},
    ]


def test_what_counts_as_messages() -> None:
    """A list in which each says who speaks."""
    assert are_messages([{"role": "user", "content": "x"}])
    assert not any(are_messages(said) for said in ([], [{"content": "x"}], ["x"], {"role": "user"}, None))


ANY = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "role",
                    "parts",
                    "type",
                    "tool_call",
                    "tool_calls",
                    "content",
                    "contents",
                    "message",
                    "image",
                    "function",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["role", "parts", "tool_calls", "contents", "message"]), ANY), max_size=3)
)
def test_any_shape_gives_messages(said: list[dict[str, Any]]) -> None:
    """Whatever stands where a part or a call should be, nothing is raised and every message is there."""
    assert len(messages_of(said)) >= len(said)
