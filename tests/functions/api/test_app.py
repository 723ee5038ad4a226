"""The app as a whole: errors of both APIs, prefixes, and many threads at once."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from functions.api.app import build
from shared.base.errors import Unavailable
from shared.store.ports import KeyRange
from tests.api_room import SETTINGS, ApiRoom
from tests.api_traces import Story, story
from tests.operations import uuid7
from tests.stores import NOON_US


@pytest.fixture(scope="module")
def told() -> Story:
    """One trace."""
    return story()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, told: Story) -> ApiRoom:
    """A room in which it was recorded; tests only read."""
    room = ApiRoom(tmp_path_factory.mktemp("app"))
    room.send(told.body)
    return room


@pytest.mark.parametrize("prefix", ["", "/api", "/api/v1"])
def test_v1_is_served_under_every_prefix(room: ApiRoom, told: Story, prefix: str) -> None:
    """Clients append their paths to whatever endpoint they were given."""
    assert room.get(f"{prefix}/runs/{told.root}").json["id"] == told.root
    assert room.post(f"{prefix}/runs/query", {"id": [told.llm]}).json["runs"][0]["id"] == told.llm
    assert room.get(f"{prefix}/sessions").status == 200


@pytest.mark.parametrize("prefix", ["/v2", "/api/v2"])
def test_v2_is_served_under_both_prefixes(room: ApiRoom, told: Story, prefix: str) -> None:
    """The generated client and the documentation differ."""
    answer = room.get(f"{prefix}/traces/{told.root}/runs", project_id=room.project())
    assert [run["id"] for run in answer.json["items"]] == [told.root, told.llm, told.tool]


def test_an_unknown_path_is_named(room: ApiRoom) -> None:
    """With its method and as the client wrote it, in the words of its API."""
    v1, v2 = room.get("/api/v1/repos"), room.get("/api/v2/repos")
    assert (v1.status, v1.json["detail"].startswith("GET /api/v1/repos is not served")) == (404, True)
    assert (v2.json["status"], v2.json["instance"]) == (404, "/api/v2/repos")
    assert room.ask_for("PUT", "/sessions").status == 405


def test_a_body_needs_no_content_type(room: ApiRoom, told: Story) -> None:
    """Some clients send JSON and don't say so."""
    answer = room.ask_for("POST", "/runs/query", {"id": [told.root]}, headers={"content-type": ""})
    assert [run["id"] for run in answer.json["runs"]] == [told.root]
    broken = room.event("POST", "/runs/query", None, None, {"x-api-key": room.key}) | {"body": "{"}
    assert room.handler(broken, None)["statusCode"] == 422


def test_many_threads_share_one_handler(room: ApiRoom, told: Story) -> None:
    """The laptop calls it from several threads; every request gets its own answer."""
    runs = [told.root, told.llm, told.tool] * 40

    def read(run_id: str) -> str:
        answered: str = room.get(f"/runs/{run_id}").json["id"]
        return answered

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, runs)) == runs


class _Silent:
    """A table that does not answer."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 takes what a table takes
        raise self._error

    def query(self, _range: KeyRange) -> None:
        raise self._error


def test_a_store_that_does_not_answer_is_503(tmp_path: Path) -> None:
    """The client is told to come back, and when."""
    room = ApiRoom(tmp_path)
    table: Any = _Silent(Unavailable("the table is busy", retry_after_s=7))
    room.handler = build(SETTINGS, dataclasses.replace(room.store, traces=table), room.clock)
    answer = room.get(f"/runs/{story().root}")
    assert (answer.status, answer.headers["retry-after"]) == (503, "7")
    assert answer.json == {"detail": "the table is busy"}


def test_what_nobody_expected_is_500_with_the_requests_id(tmp_path: Path) -> None:
    """The client gets the id under which the log has the reason."""
    room = ApiRoom(tmp_path)
    table: Any = _Silent(ZeroDivisionError("inside"))
    room.handler = build(SETTINGS, dataclasses.replace(room.store, traces=table), room.clock)
    answer = room.get(f"/v2/runs/{story().root}", project_id=uuid7(NOON_US))
    assert (answer.status, answer.headers["tracekeep-request-id"]) == (500, "the-request-id")
    assert "inside" not in answer.text
