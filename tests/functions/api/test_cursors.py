"""Cursors: they lead back to where they were given, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.errors import BadRequest
from shared.store.walk import Position

TIMES = st.none() | st.integers(0, 10**16)
PLACES = st.builds(Place, st.builds(Position, st.integers(0, 10**16), st.uuids().map(str)), TIMES, TIMES)
ASKED = fingerprint("v1", "workspace", "question")


@given(PLACES)
def test_a_cursor_leads_back(place: Place) -> None:
    """What was written is what is read."""
    assert read_cursor(ASKED, write_cursor(ASKED, place)) == place


def test_no_cursor_is_the_beginning() -> None:
    """Nothing more gives no cursor, and no cursor begins at the beginning."""
    assert write_cursor(ASKED, None) is None
    assert read_cursor(ASKED, None) is None


@given(PLACES)
def test_a_cursor_belongs_to_its_query(place: Place) -> None:
    """Another question refuses it: its pages would neither follow nor be whole."""
    cursor = write_cursor(ASKED, place)
    with pytest.raises(BadRequest, match="another query"):
        read_cursor(fingerprint("v1", "workspace", "another"), cursor)


@given(st.text(min_size=1, max_size=80))
def test_any_other_text_is_refused_by_name(text: str) -> None:
    """A made-up cursor is the caller's mistake, never ours."""
    with pytest.raises(BadRequest, match=r"^cursor: "):
        read_cursor(ASKED, text)
