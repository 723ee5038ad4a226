"""What a feedback may say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.feedback.check import MAX_SCORE, BadFeedback, checked, checked_fields, stated_us

RUN = "019AA0B0-0000-7000-8000-00000000000F"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([
    *("key", "score", "value", "comment", "correction", "run_id", "trace_id", "session_id", "feedback_source"),
    *("error", "extra", "created_at", "modified_at", "extend_trace_retention", "unknown"),
])  # fmt: skip


def outcome(body: dict[str, Any]) -> tuple[BadFeedback | None, dict[str, Any]]:
    """Why it is refused, or what is taken."""
    try:
        return None, checked(body)
    except BadFeedback as bad:
        return bad, {}


@given(st.dictionaries(NAMES, JSON))
def test_whatever_is_sent_is_taken_or_refused_by_name(body: dict[str, Any]) -> None:
    """No body breaks anything; what is taken can be written as JSON and as a row, and is taken again."""
    refused, said = outcome(body)
    if refused is not None:
        assert refused.message.startswith(refused.field)
    else:
        assert checked(said) == said
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(said))["key"] == said["key"]


def test_nulls_and_what_is_unknown_are_left_out() -> None:
    """Ids get their canonical form; a trace alone names its root."""
    said = checked({"key": "k", "trace_id": RUN, "score": None, "new": 1})
    assert said == {"key": "k", "trace_id": RUN.lower(), "run_id": RUN.lower()}


@pytest.mark.parametrize("score", [0, 1, True, False, -0.5, 10**18, 1e100, 2**70])
def test_a_score_is_any_number_or_a_boolean(score: float) -> None:
    """A boolean stays one."""
    kept = checked_fields({"score": score})["score"]
    assert kept == score
    assert isinstance(kept, bool) == isinstance(score, bool)


@pytest.mark.parametrize(
    "score", [float("nan"), float("inf"), 1 << 20_000, MAX_SCORE * 10, "1", {}], ids=list("abcdef")
)
def test_what_is_no_score_is_refused(score: object) -> None:
    """The reason says what it is, however long it would be to write."""
    with pytest.raises(BadFeedback, match="score: expected"):
        checked_fields({"score": score})


def test_a_time_that_is_stated_is_never_later_than_the_arrival() -> None:
    """A client whose clock is ahead does not give from the future."""
    assert stated_us({"modified_at": "1970-01-01T00:00:01Z"}, "modified_at", 5_000_000) == 1_000_000
    assert stated_us({"modified_at": "2030-01-01T00:00:01Z"}, "modified_at", 5_000_000) == 5_000_000
    assert stated_us({}, "modified_at", 5_000_000) == 5_000_000
