"""An example: its content comes back byte for byte, its splits lie in its metadata, its size has a limit."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import Malformed, TooLarge
from shared.datasets.example import (
    MAX_CONTENT_BYTES,
    MAX_METADATA_BYTES,
    Content,
    Draft,
    Example,
    check,
    example_id,
    unpacked,
    with_splits,
)

DATASET = "5f0f2a10-0000-4000-8000-00000000aaaa"
RUN = "5f0f2a10-0000-4000-8000-00000000bbbb"
TEXTS = st.none() | st.binary(max_size=200)


def draft(content: Content, **metadata: object) -> Draft:
    """A draft with this content and metadata."""
    return Draft(RUN, content, metadata, 5)


def example(**metadata: object) -> Example:
    """An example with this metadata."""
    return Example(RUN, DATASET, 1, 1, "d", 0, msgspec.json.encode(metadata))


@given(TEXTS, TEXTS)
def test_packing_loses_nothing(inputs: bytes | None, outputs: bytes | None) -> None:
    """What is unpacked is what was packed; nothing and an empty text are two things."""
    assert unpacked(Content(inputs, outputs).packed()) == Content(inputs, outputs)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_digest_tells_contents_apart(a: bytes | None, b: bytes | None, c: bytes | None, d: bytes | None) -> None:
    """Equal contents have equal digests, and no others."""
    assert (Content(a, b).digest == Content(c, d).digest) == ((a, b) == (c, d))


def test_the_id_follows_from_dataset_and_run() -> None:
    """A run becomes the same example again, and another one in another dataset."""
    assert example_id(DATASET, RUN) == example_id(DATASET, RUN) != example_id(RUN, RUN)


def test_splits_lie_in_the_metadata() -> None:
    """One or several that were named; else those that the metadata names; else the default one."""
    assert with_splits({"a": 1}, "train") == {"a": 1, "dataset_split": ["train"]}
    assert with_splits(None, ["x", "y"]) == {"dataset_split": ["x", "y"]}
    assert with_splits({"dataset_split": ["kept"]}, None) == {"dataset_split": ["kept"]}
    assert with_splits(None, []) == {"dataset_split": ["base"]}
    assert with_splits({"dataset_split": "x"}, None) == {"dataset_split": ["x"]}


@pytest.mark.parametrize("splits", [5, {"a": 1}, ["a", 5]])
def test_splits_are_texts(splits: object) -> None:
    """Whatever else the metadata names is refused by its name."""
    with pytest.raises(Malformed, match=r"metadata.dataset_split: it must be a list of texts"):
        with_splits({"dataset_split": splits}, None)


def test_an_example_is_found_by_split_and_metadata() -> None:
    """By any of the splits, and by all of the pairs."""
    one = example(dataset_split=["train", "hard"], topic="refund", n=None)
    assert one.is_in(["hard", "easy"], {"topic": "refund"})
    assert one.is_in([], {"n": None})
    assert not one.is_in(["easy"], {})
    assert not one.is_in([], {"missing": None})
    assert not one.is_in(["hard"], {"topic": "refund", "n": 1})


@pytest.mark.parametrize("over", [0, 1])
def test_the_largest_content_is_taken(over: int) -> None:
    """Up to the limit; one byte more is refused, by a sentence that names the example and the limit."""
    content = Content(b"x" * (MAX_CONTENT_BYTES - 5), b"y" * (5 + over))
    if not over:
        assert check(draft(content)).content == content
        return
    with pytest.raises(TooLarge, match=f"{RUN} has 4000001 bytes .* one may have {MAX_CONTENT_BYTES}"):
        check(draft(content))


def test_metadata_has_a_limit_too() -> None:
    """It lies in the row."""
    with pytest.raises(TooLarge, match=f"of metadata as JSON; one may have {MAX_METADATA_BYTES}"):
        check(draft(Content(), long="x" * MAX_METADATA_BYTES))
