"""Rooms are built late, and once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.local.function import Handler
from infra.local.laptop import LateHandler


def test_a_room_is_built_when_it_is_first_needed_and_once() -> None:
    """However many requests come first at once."""
    built: list[int] = []

    def build() -> Handler:
        built.append(1)
        return lambda event, _context: event

    handler = LateHandler(build)
    assert built == []
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: handler(number, None), range(50))) == list(range(50))
    assert built == [1]


def test_a_room_that_cannot_be_built_is_tried_again() -> None:
    """As Lambda does with a function whose start failed: the failure is the request's, not for ever."""
    failures = iter([RuntimeError("no table yet")])

    def build() -> Handler:
        for error in failures:
            raise error
        return lambda _event, _context: "well"

    handler = LateHandler(build)
    with pytest.raises(RuntimeError, match="no table yet"):
        handler({}, None)
    answer: Any = handler({}, None)
    assert answer == "well"
