"""Dotted orders: written, read back, and refused where they are wrong."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import Malformed
from shared.runs.dotted_order import MAX_DEPTH, ancestors, order_us, place, root_start_us, segment, usual_place

MOMENTS = st.integers(0, 4_000_000_000_000_000)
IDS = st.uuids().map(str)


@given(st.lists(st.tuples(MOMENTS, IDS), min_size=1, max_size=5))
def test_what_is_written_is_read_back(levels: list[tuple[int, str]]) -> None:
    """Ids, start, parent and depth come back as they went in."""
    dotted_order = ".".join(segment(start_us, run_id) for start_us, run_id in levels)
    found = place(dotted_order)
    assert usual_place(dotted_order) == found
    assert (found.trace_id, found.root_start_us) == (levels[0][1], levels[0][0])
    assert (found.run_id, found.start_us) == (levels[-1][1], levels[-1][0])
    assert found.parent_run_id == (levels[-2][1] if len(levels) > 1 else None)
    assert order_us(dotted_order) == levels[-1][0]
    assert root_start_us(dotted_order) == levels[0][0]
    assert ancestors(dotted_order) == [run_id for _, run_id in levels[:-1]]


@given(MOMENTS, MOMENTS)
def test_text_order_is_time_order(one_us: int, two_us: int) -> None:
    """Segments sort as their starts do."""
    same = str(uuid.UUID(int=0))
    assert (segment(one_us, same) < segment(two_us, same)) == (one_us < two_us)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "20261120T182300123456Z",
        "20261120T182300123456Znot-an-id",
        "20261320T182300123456Z5230a8e6-7073-436e-afaa-aa1b4f77b64f",
        "19691231T235959999999Z5230a8e6-7073-436e-afaa-aa1b4f77b64f",
        "2026-11-20T18:23:00Z5230a8e6-7073-436e-afaa-aa1b4f77b64f",
        "20261120T182300123456Z5230a8e6-7073-436e-afaa-aa1b4f77b64f.",
        ".".join(["20261120T182300123456Z5230a8e6-7073-436e-afaa-aa1b4f77b64f"] * (MAX_DEPTH + 1)),
    ],
)
def test_what_is_no_dotted_order_is_refused_by_name(text: str) -> None:
    """The error says that it is the dotted_order that is wrong."""
    with pytest.raises(Malformed, match="dotted_order"):
        place(text)


@given(
    st.lists(st.tuples(MOMENTS, IDS), min_size=1, max_size=20),
    st.data(),
    st.sampled_from(["", "A", ".", "é", "٣", "}"]),
)
def test_the_short_way_says_what_the_long_way_says_or_nothing(
    levels: list[tuple[int, str]], drawn: st.DataObject, character: str
) -> None:
    """One wrong, capital or foreign character anywhere: never another place, and never a place that is not plain."""
    text = ".".join(segment(start_us, run_id) for start_us, run_id in levels)
    at = drawn.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + character + text[at + 1 :]
    found = usual_place(changed)
    assert found is None or (found == place(changed) and changed == changed.lower().replace("t", "T").replace("z", "Z"))
