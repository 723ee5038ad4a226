"""What is odd but valid comes back unchanged, by the client and as plain JSON."""

from __future__ import annotations

import json
import os
from typing import Any

import httpx
import pytest
import zstandard
from langsmith import Client

from infra.local.server import RunningServer
from tests.contract.clients import ended_run, new_project, settle
from tests.contract.curl import MULTIPART, multipart, run_part, whole_run
from tests.contract.waiting import eventually

ODD: dict[str, Any] = {
    "whole numbers beyond 64 bits": {"n": 2**70, "m": -(2**100)},
    "fractions at the edge": {"small": 5e-324, "large": 1.7976931348623157e308, "tenth": 0.1},
    "texts of all planes": {"text": "\x00\x01\x7f\u2028é漢𝄞👩🏽\u200d🚀\ufeff"},
    "keys that look like paths": {"": 1, "a.b": 2, "$c": 3, "__proto__": 4, '"': 5, "../x": 6, "\x00": 7},
    "lines that look like boundaries": {"text": "\r\n--contract-boundary\r\nContent-Length: 0\r\n\r\n--\r\n"},
    "150 levels": json.loads('{"a":' * 150 + "1" + "}" * 150),
    "100,000 keys": {f"key {number}": number for number in range(100_000)},
    "6 MB of text": {"text": "long " * 1_200_000},
    "empty things": {"list": [], "object": {}, "text": "", "null": None, "no": False, "zero": 0},
}


@pytest.mark.parametrize("name", ODD)
def test_odd_contents_come_back_unchanged(server: RunningServer, client: Client, name: str) -> None:
    """Inputs, outputs and metadata are, value by value, what was sent, by v1 and v2."""
    project, odd = new_project("odd"), ODD[name]
    run = whole_run(session_name=project, inputs=odd, outputs=odd, extra={"metadata": {"odd": odd}})
    _send(server, run)
    read = ended_run(client, run["id"])
    assert read.inputs == odd
    assert read.outputs == odd
    assert read.metadata["odd"] == odd
    asked = {"project_id": str(read.session_id), "selects": ["INPUTS", "OUTPUTS", "METADATA"]}
    headers = {"x-api-key": server.api_key}
    again = httpx.get(f"{server.url}/v2/runs/{run['id']}", params=asked, headers=headers).json()
    assert (again["inputs"], again["outputs"], again["metadata"]["odd"]) == (odd, odd, odd)


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "\x00 'or 1=1; -- <script>alert(1)</script> ${jndi:x} 漢字"},
        {"error": "e" * 2_000_000},
        {"tags": ["", " ", "a,b", "漢字", "x" * 500, "a", "a"]},
        {
            "events": [{"name": "new_token", "time": "2026-11-20T12:00:00.000001Z", "kwargs": {"token": "\x00"}}]
            * 20_000
        },
        {"of_a_later_sdk": {"anything": [1]}, "child_runs": []},
    ],
    ids=lambda odd: next(iter(odd)),
)
def test_odd_fields_come_back_unchanged(server: RunningServer, client: Client, odd: dict[str, Any]) -> None:
    """Names, errors, tags and events at the edge of what is allowed are kept; what is unknown is left out."""
    run = whole_run(session_name=new_project("odd"), **odd)
    _send(server, run)
    read = ended_run(client, run["id"])
    known = {field: value for field, value in odd.items() if field in type(read).model_fields and field != "child_runs"}
    assert {field: getattr(read, field) for field in known} == known


@pytest.mark.parametrize(
    "name", ["漢字 🚀", "a/b/../c", "'; DROP TABLE items; --", "%00%2f", "x" * 1000, "name:default"]
)
def test_a_project_may_have_an_odd_name(server: RunningServer, client: Client, name: str) -> None:
    """A trace finds its project by any name, and so does its reader."""
    run = whole_run(session_name=name)
    _send(server, run)
    project_id = ended_run(client, run["id"]).session_id
    assert client.read_project(project_name=name).id == project_id
    assert [one.name for one in client.list_projects(name_contains=name) if one.id == project_id] == [name]


def test_thousands_of_traces_in_one_request_are_all_there(server: RunningServer, client: Client) -> None:
    """A body of 5,000 traces is taken at once, and each can be listed."""
    project = new_project("many")
    runs = [whole_run(session_name=project) for _ in range(5_000)]
    _send(server, *runs)
    eventually(lambda: server.local("GET", "queue"), lambda seen: not (seen["waiting"] or seen["in_flight"]))
    listed = [str(run.id) for run in client.list_runs(project_name=project, is_root=True, select=["id"])]
    assert sorted(listed) == sorted(run["id"] for run in runs)


@pytest.mark.parametrize(("count", "size"), [(60, 200_000), (12, 1_000_000), (4, 3_000_000)])
def test_large_runs_are_listed_however_large_a_page_would_be(
    server: RunningServer, client: Client, count: int, size: int
) -> None:
    """A list of 12 MB of inputs, twice what Lambda can answer, reaches the client whole, in pages that fit."""
    project = new_project("large")
    runs = [whole_run(session_name=project, inputs={"noise": os.urandom(size // 2).hex()}) for _ in range(count)]
    for run in runs:
        _send(server, run)
    settle(client)
    listed = {str(run.id): run.inputs for run in client.list_runs(project_name=project)}
    assert listed == {run["id"]: run["inputs"] for run in runs}
    asked = {"project_ids": [str(client.read_project(project_name=project).id)], "selects": ["ID", "INPUTS"]}
    assert _v2_ids(server, asked) == sorted(listed)


def _v2_ids(server: RunningServer, asked: dict[str, Any]) -> list[str]:
    """The ids on all pages of a v2 query."""
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = asked | ({"cursor": cursor} if cursor else {})
        answer = httpx.post(f"{server.url}/v2/runs/query", json=body, headers={"x-api-key": server.api_key})
        assert answer.status_code == 200, answer.text[:300]
        ids += [item["id"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
    return sorted(ids)


def _send(server: RunningServer, *runs: dict[str, Any]) -> None:
    body = zstandard.compress(multipart(*map(run_part, runs)))
    headers = MULTIPART | {"content-encoding": "zstd", "x-api-key": server.api_key}
    answer = httpx.post(f"{server.url}/runs/multipart", content=body, headers=headers, timeout=10)
    assert answer.status_code == 202, answer.text
