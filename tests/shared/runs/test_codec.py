"""Frames and envelopes: what is packed comes back, and what is damaged is a ValueError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runs.codec import (
    compress,
    compress_quickly,
    decompress,
    pack_envelope,
    pack_facts,
    unpack_envelope,
    unpack_facts,
    unpack_facts_about,
)
from shared.runs.fact import Envelope, Fact, Group, Reject

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.floats(allow_nan=False)
FACTS = st.lists(st.builds(Fact, st.text(), st.booleans(), st.dictionaries(st.text(), SCALARS)))


@given(st.binary(max_size=5_000))
def test_bytes_come_back(raw: bytes) -> None:
    """A frame gives back what was put in."""
    assert decompress(compress(raw)) == raw
    assert decompress(compress_quickly(raw)) == raw


@given(FACTS)
def test_facts_come_back(facts: list[Fact]) -> None:
    """Facts survive their frame."""
    assert unpack_facts(pack_facts(facts)) == facts


@given(FACTS)
def test_envelopes_come_back(facts: list[Fact]) -> None:
    """An envelope survives its text, and the text is plain ASCII."""
    sent = Envelope("r", "w", "k", [Group("t", None, pack_facts(facts), 1)], [Reject("x", "y")])
    text = pack_envelope(sent)
    assert text.isascii()
    assert unpack_envelope(text) == sent


@given(st.binary(max_size=200))
def test_damaged_frames_are_value_errors(noise: bytes) -> None:
    """Noise is refused, never anything else raised."""
    with pytest.raises(ValueError, match="frame"):
        decompress(b"\x01" + b"\x00" + noise)
    with pytest.raises(ValueError, match="format"):
        decompress(b"\xff" + noise)


RUN_IDS = st.sampled_from([f"5f0f2a10-0000-4000-8000-0000000000{number:02d}" for number in range(6)])


@given(
    st.lists(
        st.builds(Fact, RUN_IDS, st.booleans(), st.dictionaries(st.text(), SCALARS | RUN_IDS | st.lists(RUN_IDS)))
    ),
    st.sets(RUN_IDS),
)
def test_facts_about_some_runs_are_those_among_all(facts: list[Fact], asked: set[str]) -> None:
    """A frame gives the facts about the runs asked for, whatever else in it names them."""
    frame = pack_facts(facts)
    assert unpack_facts_about(frame, asked) == [fact for fact in unpack_facts(frame) if fact.run_id in asked]
