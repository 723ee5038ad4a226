"""Sample text is the same for everyone, and neither noise nor repetition."""

from __future__ import annotations

import zstandard

from bench.words import Writer


def test_one_seed_writes_one_text() -> None:
    """Whoever runs the bench sends the same words."""
    assert Writer(3).text(500) == Writer(3).text(500)
    assert Writer(3).text(500) != Writer(4).text(500)


def test_text_is_as_long_as_asked_and_ends_with_its_sentence() -> None:
    """Never shorter, and longer by less than a sentence."""
    text = Writer(1).text(1_000)
    assert 1_000 <= len(text) < 1_300
    assert text[-1] in ".?!:"


def test_text_compresses_as_prose_does() -> None:
    """A frame of 40 KB shrinks to between a half and a third, as documentation in English does."""
    text = Writer(1).text(40_000).encode()
    ratio = len(text) / len(zstandard.ZstdCompressor(level=3).compress(text))
    assert 2 < ratio < 3
