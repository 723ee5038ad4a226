"""The law of receiving: how parts are ordered and cut into requests changes no merged run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.runs.fact import PAYLOAD_FIELDS
from shared.runs.merge import Told, merge
from tests.functions.receive.requests import (
    CHILD_ORDER,
    ORDER,
    OTHER,
    RUN,
    Room,
    facts_of,
    joined,
    multipart_event,
    open_room,
    part,
)

ORDERS = {RUN: ORDER, OTHER: CHILD_ORDER}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "inputs": st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=2),
    "outputs": st.none() | st.dictionaries(st.text(max_size=3), st.floats(allow_nan=False, allow_infinity=False)),
    "events": st.lists(st.fixed_dictionaries({"name": st.text(max_size=3)}), max_size=2),
    "extra": st.fixed_dictionaries({"metadata": st.dictionaries(st.text(max_size=3), st.booleans(), max_size=2)}),
    "error": st.none() | st.text(max_size=5),
}
HEADERS = st.fixed_dictionaries(
    {"start_time": st.sampled_from(["2026-11-20T12:00:00Z", 1_795_176_000_000])},
    optional={
        "name": st.none() | st.text(max_size=5),
        "run_type": st.sampled_from(["chain", "LLM"]),
        "tags": st.none() | st.lists(st.text(max_size=3), max_size=2),
        "end_time": st.none() | st.just("2026-11-20T12:00:09Z"),
    },
)


@st.composite
def _parts(draw: st.DrawFn) -> list[bytes]:
    """The parts of creates and updates of two runs, each name once."""
    parts: list[bytes] = []
    for kind in ("post", "patch"):
        for run_id, order in ORDERS.items():
            name = f"{kind}.{run_id}"
            parts.append(part(name, {"id": run_id, "dotted_order": order, **draw(HEADERS)}))
            fields = sorted(draw(st.sets(st.sampled_from(sorted(VALUES)))))
            parts.extend(part(f"{name}.{one}", draw(VALUES[one]), stated=draw(st.booleans())) for one in fields)
    parts.append(part(f"attachment.{RUN}.a", b"\r\n--", mime="a/b"))
    return parts


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """One room; its queue is emptied after each request."""
    return open_room(Path(tmp_path_factory.mktemp("room")))


def _merged(room: Room, bodies: list[list[bytes]]) -> dict[str, dict[str, Any]]:
    """The runs that come of these bodies, sent one after the other, payloads as their texts."""
    told: list[Told] = []
    for number, parts in enumerate(bodies):
        status, answer = room.send(multipart_event(joined(parts)))
        assert status == 202, answer
        told.append(Told(f"{number:04d}", "p", facts_of(room, room.envelopes())))
    return {run_id: {key: _plain(key, value) for key, value in run.items()} for run_id, run in merge(told).items()}


def _plain(key: str, value: Any) -> Any:  # noqa: ANN401 a field's value is of any type
    if key in PAYLOAD_FIELDS:
        return value[1]
    return value[:2] if key.startswith("attachment.") else value


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts=_parts(), seed=st.randoms(use_true_random=False), bodies=st.integers(1, 4), is_repeated=st.booleans())
def test_any_cut_and_order_gives_the_same_runs(
    room: Room,
    parts: list[bytes],
    seed: Any,  # noqa: ANN401 hypothesis' own random
    bodies: int,
    is_repeated: bool,
) -> None:
    """Parts shuffled, spread over several requests, and sent again: the merged runs are those of one request."""
    whole = _merged(room, [parts])
    assert whole.keys() == ORDERS.keys()
    shuffled = list(parts)
    seed.shuffle(shuffled)
    cut: list[list[bytes]] = [[] for _ in range(bodies)]
    for one in shuffled:
        cut[seed.randrange(bodies)].append(one)
    sent = [body for body in cut if body] * (2 if is_repeated else 1)
    assert _merged(room, sent) == whole


def test_the_law_is_not_empty() -> None:
    """The parts of an example do hold what is merged: a room drops none of them."""
    with tempfile.TemporaryDirectory() as folder:
        header = {"dotted_order": ORDER, "name": "n"}
        parts = [part(f"post.{RUN}", header), part(f"patch.{RUN}.outputs", {"a": 1})]
        merged = _merged(open_room(Path(folder)), [parts[1:], parts[:1]])
    assert merged == {RUN: {"name": "n", "dotted_order": ORDER, "project": "p", "outputs": b'{"a": 1}'}}
