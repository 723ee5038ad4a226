"""Annotation queues by the real Python client: made, filled, read, emptied, deleted."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from langsmith import Client
from langsmith.schemas import AnnotationQueueWithDetails
from langsmith.utils import LangSmithNotFoundError

from tests.contract.clients import ended_run, new_project

Runs = list[uuid.UUID | str]


@pytest.fixture
def queue(client: Client) -> AnnotationQueueWithDetails:
    """A new queue."""
    made: AnnotationQueueWithDetails = client.create_annotation_queue(
        name=new_project("review"),
        description="d",
        rubric_instructions="look closely",
        rubric_items=[{"feedback_key": "right", "description": "is it?"}],
    )
    return made


@pytest.fixture
def runs(client: Client) -> Runs:
    """Three runs that have ended."""
    made: Runs = [uuid.uuid4() for _ in range(3)]
    now = dt.datetime.now(dt.UTC)
    said: dict[str, Any] = {"project_name": new_project("queued"), "start_time": now, "end_time": now}
    for run_id in made:
        client.create_run("answer", {"q": 1}, "chain", id=run_id, outputs={"a": 2}, **said)
    client.flush()
    for run_id in made:
        ended_run(client, run_id)
    return made


def queued(client: Client, queue: AnnotationQueueWithDetails, **query: object) -> list[uuid.UUID]:
    """The runs in a queue."""
    return [one.id for one in client.list_runs_from_annotation_queue(queue.id, **query)]  # type: ignore[arg-type]


def test_a_queue_is_found_and_changed(client: Client, queue: AnnotationQueueWithDetails) -> None:
    """By its id and by its name; what is not said stays."""
    client.update_annotation_queue(queue.id, description="changed")
    read = client.read_annotation_queue(queue.id)
    assert (read.name, read.description) == (queue.name, "changed")
    assert isinstance(read, AnnotationQueueWithDetails)
    assert read.rubric_instructions == "look closely"
    [by_id] = client.list_annotation_queues(queue_ids=[queue.id])
    [by_name] = client.list_annotation_queues(name=queue.name)
    [by_part] = client.list_annotation_queues(name_contains=queue.name[-8:])
    assert by_id.id == by_name.id == by_part.id == queue.id


def test_runs_are_added_and_read(client: Client, queue: AnnotationQueueWithDetails, runs: Runs) -> None:
    """By their ids and by their whole keys, each once, in their order, with when they were added."""
    client.add_runs_to_annotation_queue(queue.id, run_ids=runs[:2])
    run = client.read_run(runs[2])
    assert run.session_id is not None
    key = {"run_id": run.id, "session_id": run.session_id, "start_time": run.start_time}
    client.add_runs_to_annotation_queue(queue.id, runs=[key, key])  # type: ignore[list-item]
    client.add_runs_to_annotation_queue(queue.id, run_ids=runs[:1])
    assert queued(client, queue) == queued(client, queue, status="needs_my_review") == runs
    assert queued(client, queue, limit=2) == runs[:2]
    assert queued(client, queue, status="completed") == []
    first = client.get_run_from_annotation_queue(queue.id, index=0)
    assert (first.id, first.inputs, first.outputs) == (runs[0], {"q": 1}, {"a": 2})
    assert first.added_at is not None
    assert first.last_reviewed_time is None
    with pytest.raises(LangSmithNotFoundError):
        client.get_run_from_annotation_queue(queue.id, index=3)


def test_runs_are_taken_out(client: Client, queue: AnnotationQueueWithDetails, runs: Runs) -> None:
    """By the run's id, as the client documents it; the run itself stays."""
    client.add_runs_to_annotation_queue(queue.id, run_ids=runs)
    client.delete_run_from_annotation_queue(queue.id, run_id=runs[0])
    assert queued(client, queue) == runs[1:]
    assert client.read_run(runs[0]).id == runs[0]


def test_a_deleted_queue_is_gone(client: Client, queue: AnnotationQueueWithDetails, runs: Runs) -> None:
    """And nothing can be added to it."""
    client.delete_annotation_queue(queue.id)
    with pytest.raises(LangSmithNotFoundError):
        client.read_annotation_queue(queue.id)
    with pytest.raises(LangSmithNotFoundError):
        client.add_runs_to_annotation_queue(queue.id, run_ids=runs)


def test_an_unknown_run_is_not_added(client: Client, queue: AnnotationQueueWithDetails) -> None:
    """The client is told which."""
    unknown = uuid.uuid4()
    with pytest.raises(LangSmithNotFoundError, match=str(unknown)):
        client.add_runs_to_annotation_queue(queue.id, run_ids=[unknown])
