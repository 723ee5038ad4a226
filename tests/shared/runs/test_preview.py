"""A preview says what a person would look for, in at most 250 characters and bounded work."""

from __future__ import annotations

import sys
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.load import dumpd
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from shared.runs.fact import PREVIEW_CHARS
from shared.runs.preview import preview_of

ASKED = dumpd(HumanMessage("why?"))
ANSWERED = dumpd(AIMessage("because"))


@pytest.mark.parametrize(
    ("inputs", "preview"),
    [
        ({"messages": [[dumpd(SystemMessage("be kind")), ASKED]]}, "why?"),
        ({"messages": [ASKED, ANSWERED]}, "why?"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}, "a"),
        ({"messages": [{"role": "user", "content": "1"}, {"role": "user", "content": "2"}]}, "2"),
        ({"model": "gpt-4o", "messages": [{"role": "system", "content": "only rules"}]}, "only rules"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "look"}, {"type": "image_url"}]}]},
            "look [image_url]",
        ),
        ({"model": "gpt-5", "input": [{"role": "user", "content": "hello"}]}, "hello"),
        ({"contents": [{"role": "user", "parts": [{"text": "to Gemini"}]}]}, "to Gemini"),
        ({"question": "why?", "k": 4}, "why?"),
        ({"anything": "alone"}, "alone"),
        ({"input": {"x": 1, "y": [True, None, "é"]}}, '{"input":{"x":1,"y":[true,null,"é"]}}'),
        ({"a": 1, "b": 2.5}, '{"a":1,"b":2.5}'),
        ({}, ""),
        (None, ""),
        (" two\n\t words ", "two words"),
    ],
)
def test_inputs_show_what_was_asked(inputs: object, preview: str) -> None:
    """The last thing a person wrote, whatever SDK wrapped it; else the beginning of the JSON."""
    assert preview_of("inputs", inputs) == preview


@pytest.mark.parametrize(
    ("outputs", "preview"),
    [
        ({"generations": [[{"text": "because", "message": ANSWERED}]], "llm_output": None}, "because"),
        ({"choices": [{"index": 0, "message": {"role": "assistant", "content": "because"}}], "usage": {}}, "because"),
        ({"role": "assistant", "type": "message", "content": [{"type": "text", "text": "because"}]}, "because"),
        (
            {
                "output": [
                    {"type": "reasoning"},
                    {"type": "message", "content": [{"type": "output_text", "text": "so"}]},
                ]
            },
            "so",
        ),
        ({"candidates": [{"content": {"role": "model", "parts": [{"text": "because"}]}}]}, "because"),
        ({"messages": [ASKED, ANSWERED]}, "because"),
        ({"output": ANSWERED}, "because"),
        ({"answer": "because", "score": 1}, "because"),
        ({"score": 0.5, "reason": "ok"}, '{"score":0.5,"reason":"ok"}'),
    ],
)
def test_outputs_show_what_was_answered(outputs: object, preview: str) -> None:
    """The last message, whatever SDK wrapped it; else the beginning of the JSON."""
    assert preview_of("outputs", outputs) == preview


def test_what_does_not_fit_is_cut_and_says_so() -> None:
    """A text of exactly the length is whole, one more character brings the ellipsis."""
    assert preview_of("inputs", "x" * PREVIEW_CHARS) == "x" * PREVIEW_CHARS
    assert preview_of("inputs", "x" * (PREVIEW_CHARS + 1)) == "x" * PREVIEW_CHARS + "…"
    assert preview_of("inputs", {"a": list(range(1_000)), "b": 1}).endswith("…")


def test_a_character_of_two_units_is_never_halved() -> None:
    """Emoji at the cut stay whole, and what is half of one already is replaced."""
    assert preview_of("inputs", "😀" * 300) == "😀" * PREVIEW_CHARS + "…"
    assert preview_of("inputs", "a\ud83d") == "a\ufffd"


def nested(levels: int, width: int) -> Any:  # noqa: ANN401
    """A small object in memory that is width ** levels when written out."""
    value: Any = 1
    for _ in range(levels):
        value = [value] * width
    return value


def aliased(levels: int) -> Any:  # noqa: ANN401
    """An object that every word a reader looks for leads deeper into."""
    value: Any = {"content": 1}
    for _ in range(levels):
        value = dict.fromkeys(("content", "output", "message", "kwargs", "messages"), value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        {"messages": [{"role": "user", "content": "x" * 3_000_000}]},
        {"x": " " * 3_000_000 + "y"},
        {"a": [{"b": list(range(100))}] * 100_000, "c": 1},
        nested(8, 50),
        aliased(60),
        10**5_000,
        {"n": 10**5_000, "m": 1},
    ],
    ids=["long text", "long blank", "long list", "wide nest", "every word leads on", "huge number", "huge in object"],
)
def test_work_is_bounded(value: object) -> None:
    """However large or deep a value is, few calls are made: 20,000 is far below reading it whole."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        preview = preview_of("inputs", value)
    finally:
        sys.setprofile(before)
    assert calls < 20_000
    assert len(preview) <= PREVIEW_CHARS + 1


WORDS = st.sampled_from(
    ["messages", "content", "role", "type", "text", "kwargs", "message", "parts", "output", "generations"]
)
HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=300) | st.just("user"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=5),
    max_leaves=30,
)


@given(field=st.sampled_from(["inputs", "outputs"]), value=HOSTILE)
def test_any_value_has_a_preview_that_can_be_stored(field: Literal["inputs", "outputs"], value: object) -> None:
    """Never an error, never too long, always valid UTF-8 with its white space folded."""
    preview = preview_of(field, value)
    assert len(preview) <= PREVIEW_CHARS + 1
    assert preview.encode().decode() == preview
    assert "  " not in preview
    assert "\n" not in preview


@given(st.text(st.sampled_from("ab.é \n\t\xa0\u2003"), min_size=230, max_size=600))
def test_a_text_is_folded_the_same_by_every_way(text: str) -> None:
    """Whether or not there is anything to fold: words one space apart, cut at 250 characters, which "…" says."""
    folded = " ".join(text.split())
    assert preview_of("inputs", text) == (folded if len(folded) <= PREVIEW_CHARS else folded[:PREVIEW_CHARS] + "…")
