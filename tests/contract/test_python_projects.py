"""Projects, as the Python client makes, reads, changes and deletes them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from langsmith import Client
from langsmith.schemas import TracerSessionResult
from langsmith.utils import LangSmithConflictError, LangSmithNotFoundError

from tests.contract.agent import MODEL_COST, SPEAK_COST, run_agent
from tests.contract.clients import ended_trace, new_project, run_or_none
from tests.contract.waiting import eventually


def test_the_default_project_is_always_there(client: Client) -> None:
    """A client finds its workspace through the first project it lists, before it has traced anything."""
    assert client.read_project(project_name="default").tenant_id
    assert client.has_project("default")


def test_a_project_is_made_read_and_changed(client: Client) -> None:
    """What `create_project` and `update_project` set is what `read_project` reads, by name and by id."""
    name, renamed = new_project("made"), new_project("renamed")
    made = client.create_project(name, description="first", metadata={"team": "a"})
    read = client.read_project(project_id=made.id)
    assert (read.name, read.description, read.metadata) == (name, "first", {"team": "a"})
    client.update_project(made.id, name=renamed, description="second")
    assert client.read_project(project_name=renamed).id == made.id
    assert client.read_project(project_name=renamed).description == "second"
    assert client.read_project(project_name=renamed).metadata == {"team": "a"}
    with pytest.raises(LangSmithNotFoundError):
        client.read_project(project_name=name)


def test_a_name_is_taken_once(client: Client) -> None:
    """A second project of the same name is a conflict, unless the client says `upsert`."""
    name = new_project("taken")
    made = client.create_project(name)
    with pytest.raises(LangSmithConflictError):
        client.create_project(name)
    assert client.create_project(name, upsert=True, description="again").id == made.id


def test_projects_are_listed_by_what_is_asked(client: Client) -> None:
    """By a part of the name, one page after the other."""
    word = uuid.uuid4().hex
    made = {client.create_project(f"{word} {number}").id for number in range(105)}
    assert {project.id for project in client.list_projects(name_contains=word)} == made
    assert len(list(client.list_projects(name_contains=word, limit=3))) == 3
    assert [one.name for one in client.list_projects(name=f"{word} 7")] == [f"{word} 7"]


def test_statistics_are_those_of_the_traces(client: Client) -> None:
    """Counts, rates, latency, first token, tokens and cost of two traces are theirs added up."""
    name = new_project("stats")
    roots = [run_agent(client, name).root for _ in range(2)]
    client.flush()
    latencies = [ended_trace(client, root.id, 6)[0].latency for root in roots]
    project = eventually(lambda: _stats(client, name), lambda seen: seen.total_tokens == 2 * 1960)
    assert project.run_count == 2
    assert project.error_rate == 0
    assert project.prompt_tokens == 2 * 1600
    assert project.completion_tokens == 2 * 360
    assert project.total_cost == 2 * (MODEL_COST + SPEAK_COST)
    assert project.latency_p99 == timedelta(seconds=max(latency for latency in latencies if latency is not None))
    assert project.first_token_p50 is not None
    assert timedelta(0) < project.first_token_p50 < project.latency_p99


def test_a_deleted_project_takes_its_traces_with_it(client: Client) -> None:
    """After `delete_project` neither the project nor any of its runs is readable, and its name is free."""
    name = new_project("deleted")
    root = run_agent(client, name).root
    client.flush()
    project_id = ended_trace(client, root.id, 6)[0].session_id
    client.delete_project(project_name=name)
    assert not client.has_project(name)
    assert run_or_none(client, root.id) is None
    assert list(client.list_runs(trace_id=root.id)) == []
    with pytest.raises(LangSmithNotFoundError):
        list(client.list_runs(project_id=project_id))
    assert client.create_project(name).id != project_id


def test_a_deleted_project_is_made_anew_by_the_next_trace(client: Client) -> None:
    """A trace sent to the name of a project that was just deleted is readable, in a new project."""
    name = new_project("reborn")
    first = run_agent(client, name).root
    client.flush()
    deleted_id = ended_trace(client, first.id, 6)[0].session_id
    client.delete_project(project_name=name)
    second = run_agent(client, name).root
    client.flush()
    assert ended_trace(client, second.id, 6)[0].session_id != deleted_id
    assert client.has_project(name)
    assert run_or_none(client, first.id) is None


def test_a_project_that_is_not_there(client: Client) -> None:
    """Reading, changing and deleting what does not exist is NotFound in the client's words."""
    calls: list[Any] = [
        lambda: client.read_project(project_name=new_project("never")),
        lambda: client.read_project(project_id=str(uuid.uuid4())),
        lambda: client.update_project(uuid.uuid4(), name="x"),
        lambda: client.delete_project(project_id=str(uuid.uuid4())),
    ]
    for call in calls:
        with pytest.raises(LangSmithNotFoundError):
            call()


def _stats(client: Client, name: str) -> TracerSessionResult:
    project: TracerSessionResult = client.read_project(project_name=name, include_stats=True)
    return project
