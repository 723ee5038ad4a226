"""Filters that ask hard things, of whatever was taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.api.criteria import RunCriteria
from shared.runs.codec import compress, decompress
from shared.store.filters import Filters
from tests.functions.api.test_reader import Library
from tests.operations import envelope, post, uuid7
from tests.stores import NOON_US


@pytest.mark.parametrize("text", ['search(inputs, "needle")', 'eq(input_key, "n")', "gt(input_value, 1e300)"])
def test_a_number_beyond_a_double_does_not_stop_a_filter(tmp_path: Path, text: str) -> None:
    """`receive` keeps such a number as it was sent; reading it back finds the run instead of failing the query."""
    library = Library(tmp_path, traces=2)
    root = post(uuid7(NOON_US), NOON_US, inputs={"n": 12345678, "text": "needle"})
    sent = envelope([root], NOON_US, "name:one")
    sent.groups[0].payload = compress(decompress(sent.groups[0].payload).replace(b"12345678", b"9e999999"))
    library.take(sent)
    criteria = RunCriteria(projects=library.projects, filters=Filters.parsed(text))
    assert library.pages(criteria, 5) == [root.run_id]


@pytest.mark.parametrize(
    "text",
    [
        *('eq(id, "foo")', 'eq(id, "")', f'eq(id, "{"x" * 3_000}")', "in(id, [])", 'in(trace_id, ["x", null])'),
        *('lt(start_time, "1960-01-01")', 'gt(start_time, "9999-12-31T23:59:59Z")', 'eq(start_time, "0001-01-01")'),
        *('eq(thread_id, "")', r'eq(thread_id, "\u0000")', f'eq(thread_id, "{"x" * 3_000}")'),
        'and(eq(status, "error"), lt(start_time, "1960-01-01"))',
        'and(eq(is_root, true), gt(start_time, "9999-12-31"))',
    ],
)
def test_what_no_key_can_be_made_of_finds_nothing(tmp_path: Path, text: str) -> None:
    """Ids that are none, and times before and after all times, are a question with an empty answer."""
    library = Library(tmp_path, traces=2)
    criteria = RunCriteria(projects=library.projects, filters=Filters.parsed(text))
    assert library.pages(criteria, 5) == []
