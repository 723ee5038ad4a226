"""Filters on the parent, over spans that name it by another id than its run's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.otel_room import TRACE, OtelRoom, request_of, span


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> OtelRoom:
    """A root with two children, one of which has a child; the children came first."""
    room = OtelRoom(tmp_path_factory.mktemp("spans"))
    for number, parent in ((3, 1), (2, 0), (1, 0), (0, None)):
        room.export(request_of([span(number, parent)]))
    room.pump()
    return room


def found(room: OtelRoom, text: str) -> set[str]:
    """The names of the runs that match."""
    runs: list[dict[str, Any]] = room.post("/runs/query", {"session": [room.project()], "filter": text}).json["runs"]
    return {run["name"] for run in runs}


def test_children_of_a_span_are_found_by_the_id_of_its_run(room: OtelRoom) -> None:
    """Of the root, which they call by the hash of its span, and of a span in the middle."""
    ids = {name: run["id"] for name, run in by_name(room).items()}
    assert found(room, f'eq(parent_run_id, "{TRACE}")') == {"span 1", "span 2"}
    assert found(room, f'eq(parent_run_id, "{ids["span 1"]}")') == {"span 3"}
    assert found(room, f'in(parent_run_id, ["{TRACE}", "{ids["span 1"]}"])') == {"span 1", "span 2", "span 3"}


def test_what_is_not_a_spans_parent_is_not_found(room: OtelRoom) -> None:
    """Negations, nothing, and the answer of the whole trace agree."""
    assert found(room, f'neq(parent_run_id, "{TRACE}")') == {"span 0", "span 3"}
    assert found(room, "eq(parent_run_id, null)") == {"span 0"}
    assert found(room, f'and(neq(parent_run_id, null), not(eq(parent_run_id, "{TRACE}")))') == {"span 3"}


def by_name(room: OtelRoom) -> dict[str, dict[str, Any]]:
    """The runs of the trace."""
    return {run["name"]: run for run in room.runs().values()}
