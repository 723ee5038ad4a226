"""What the Python client makes of a refusal: the right error, one warning, and no endless retries."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from langsmith import Client, RunTree
from langsmith.utils import LangSmithError, LangSmithNotFoundError

from infra.local.server import RunningServer
from tests.contract.clients import ended_run, new_project, open_client, run_or_none
from tests.contract.curl import MULTIPART, multipart, part, read_status, run_part, whole_run
from tests.contract.waiting import eventually

MIB = 1024 * 1024


@pytest.fixture(params=["zstd", "plain"])
def sender(request: pytest.FixtureRequest, server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client that sends multipart bodies, compressed or not."""
    if request.param == "plain":
        monkeypatch.setenv("LANGSMITH_DISABLE_RUN_COMPRESSION", "true")
    with open_client(server.endpoint, server.api_key) as client:
        yield client


def _ended(client: Client, project: str, **fields: Any) -> RunTree:  # noqa: ANN401 the client's own
    tree = RunTree(name="run", project_name=project, ls_client=client, **fields)
    tree.end(outputs={"b": 1})
    tree.post()
    return tree


def test_an_unknown_run_type_is_refused_with_one_warning(sender: Client, caplog: pytest.LogCaptureFixture) -> None:
    """The run is not there, the warning names 422 and the field, and a run in the same body is kept."""
    project = new_project("type")
    good = _ended(sender, project)
    bad = _ended(sender, project, run_type="agent")
    sender.flush()
    said = [record.getMessage() for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
    assert len(said) == 1, said
    assert "422" in said[0]
    assert "run_type" in said[0]
    assert ended_run(sender, good.id).outputs == {"b": 1}
    assert run_or_none(sender, bad.id) is None


def test_a_run_over_the_limit_is_refused_with_the_limit(
    server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A body that Lambda could not take is 413, said once, with the limit; what comes after it is taken."""
    project = new_project("large")
    with open_client(server.endpoint, server.api_key) as client:
        large = _ended(client, project, inputs={"noise": _noise(6 * MIB)})
        client.flush()
        said = [record.getMessage() for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
        assert len(said) == 1, said
        assert "413" in said[0]
        assert run_or_none(client, large.id) is None
        small = _ended(client, project)
        client.flush()
        assert ended_run(client, small.id).outputs == {"b": 1}


def test_a_run_just_under_the_limit_is_taken_whole(server: RunningServer) -> None:
    """A single run of 4 MB that hardly compresses comes back unchanged."""
    noise = _noise(4_000_000)
    with open_client(server.endpoint, server.api_key) as client:
        tree = _ended(client, new_project("fits"), inputs={"noise": noise})
        client.flush()
        assert ended_run(client, tree.id).inputs == {"noise": noise}


def test_the_same_batch_twice_is_one_trace(server: RunningServer, client: Client) -> None:
    """A body that is delivered twice is accepted twice and changes nothing the second time."""
    run, key = whole_run(), {"x-api-key": server.api_key}
    body = multipart(run_part(run))
    for _ in range(2):
        answer = httpx.post(f"{server.url}/runs/multipart", content=body, headers=key | MULTIPART)
        assert answer.status_code in {202, 409}, answer.text
    assert ended_run(client, run["id"]).outputs == {"b": 2}
    assert len(list(client.list_runs(trace_id=run["id"]))) == 1


def test_an_update_may_come_before_its_create(server: RunningServer, client: Client) -> None:
    """A patch that overtakes its post is completed by it, and the patch's values stay."""
    run, key = whole_run(), {"x-api-key": server.api_key}
    late = {**run, "outputs": {}, "end_time": None}
    patch = {"id": run["id"], "trace_id": run["trace_id"], "dotted_order": run["dotted_order"], "outputs": {"b": 2}}
    patch["end_time"] = run["end_time"]
    url = f"{server.url}/runs/batch"
    httpx.post(url, json={"patch": [patch]}, headers=key).raise_for_status()
    httpx.post(url, json={"post": [late]}, headers=key).raise_for_status()
    read = eventually(lambda: run_or_none(client, run["id"]), lambda seen: seen is not None and bool(seen.inputs))
    assert read is not None
    assert (read.inputs, read.outputs, read.status) == ({"a": 1}, {"b": 2}, "success")


def test_an_update_of_a_run_that_never_comes_is_accepted(client: Client) -> None:
    """`update_run` of an unknown id raises nothing: it waits for its create, since it may be on its way."""
    run_id = uuid.uuid4()
    client.update_run(run_id, outputs={"b": 1})
    assert run_or_none(client, run_id) is None
    client.create_run("late", {"a": 1}, "chain", id=run_id, project_name=new_project("late"))
    assert ended_run(client, run_id).outputs == {"b": 1}


def test_creating_the_same_run_again_is_no_error(client: Client) -> None:
    """A second `create_run` with the same id is taken as a retry."""
    run_id, project = uuid.uuid4(), new_project("again")
    start = datetime.now(UTC) - timedelta(seconds=1)
    for _ in range(2):
        client.create_run("same", {"a": 1}, "chain", id=run_id, project_name=project, start_time=start, end_time=start)
    assert ended_run(client, run_id).name == "same"
    assert len(list(client.list_runs(trace_id=run_id))) == 1


def test_what_is_not_there_is_not_found(client: Client) -> None:
    """Reading an unknown run is the client's NotFound; a text that is no id never leaves the client."""
    with pytest.raises(LangSmithNotFoundError):
        client.read_run(uuid.uuid4())
    with pytest.raises(LangSmithError):
        client.read_run("not-an-id")


def test_a_question_about_nothing_is_refused(client: Client) -> None:
    """A query that names neither project, trace, parent nor ids says what it needs."""
    with pytest.raises(LangSmithError, match="session"):
        list(client.list_runs(run_type="llm"))


def test_a_bad_part_is_named_and_the_others_are_kept(server: RunningServer) -> None:
    """The answer to a body with two bad parts of four is 422, names them and the field, and says what was kept."""
    first, last, bad = whole_run(), whole_run(), whole_run(start_time="yesterday")
    body = multipart(run_part(first), run_part(bad), part(f"post.{uuid.uuid4()}", b"{" * 9), run_part(last))
    answer = httpx.post(f"{server.url}/runs/multipart", content=body, headers={"x-api-key": server.api_key} | MULTIPART)
    assert answer.status_code == 422, answer.text
    assert bad["id"] in answer.text
    assert "start_time" in answer.text
    eventually(lambda: read_status(server.url, server.api_key, first["id"]), lambda status: status == 200)
    eventually(lambda: read_status(server.url, server.api_key, last["id"]), lambda status: status == 200)
    assert read_status(server.url, server.api_key, bad["id"]) == 404
    refused = httpx.get(
        f"{server.url}/workspaces/current/rejected-operations", headers={"x-api-key": server.api_key}
    ).json()
    assert bad["id"] in {one["run_id"] for one in refused["items"]}


def _noise(size: int) -> str:
    """Text of that length that hardly compresses."""
    return base64.b85encode(os.urandom(size * 4 // 5)).decode()
