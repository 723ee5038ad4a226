"""A request wakes the room that the topology names."""

from __future__ import annotations

import pytest

from infra.local.routes import Routes
from infra.topology import API, PREFIXES, RECEIVE, RECORD, ROOMS

RUN_ID = "0198c0de-0000-7000-8000-000000000001"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("method", "path"), [("GET", "/info"), ("POST", "/runs/multipart"), ("POST", "/runs")])
def test_ingest_wakes_receive_under_every_prefix(prefix: str, method: str, path: str) -> None:
    """Each route of the topology is served under each prefix, and its key names both."""
    match = Routes(ROOMS).match(method, prefix + path)
    assert match == (RECEIVE, f"{method} {prefix}{path}", None)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_variable_is_one_segment_and_is_handed_on(prefix: str) -> None:
    """`{run_id}` takes exactly one segment and becomes a path parameter."""
    match = Routes(ROOMS).match("PATCH", f"{prefix}/runs/{RUN_ID}")
    assert match == (RECEIVE, f"PATCH {prefix}/runs/{{run_id}}", {"run_id": RUN_ID})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/runs/{RUN_ID}"),
        ("POST", "/runs/query"),
        ("PATCH", "/runs/"),
        ("PATCH", f"/runs/{RUN_ID}/more"),
        ("HEAD", "/info"),
        ("POST", "/other/runs"),
        ("GET", ""),
    ],
)
def test_all_else_wakes_the_default_room(method: str, path: str) -> None:
    """What no route has goes to the room with the default trigger."""
    assert Routes(ROOMS).match(method, path) == (API, "$default", None)


def test_without_a_default_room_nothing_answers() -> None:
    """Rooms that HTTP does not wake have no routes."""
    assert Routes([RECORD]).match("POST", "/runs") is None
