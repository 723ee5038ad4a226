"""Datasets and examples by the real Python client: made in every way it has, read back, found, changed, deleted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from langsmith import Client
from langsmith.schemas import Dataset, DataType, Example
from langsmith.utils import LangSmithConflictError, LangSmithError, LangSmithNotFoundError, LangSmithUserError

from infra.local.server import RunningServer
from tests.contract.clients import ended_run, new_project, open_client


@pytest.fixture(params=["", "/api/v1"])
def client(server: RunningServer, request: pytest.FixtureRequest) -> Iterator[Client]:
    """The client at either kind of endpoint: it builds its paths of examples differently."""
    bare = server.endpoint.removesuffix("/api/v1")
    with open_client(f"{bare}{request.param}", server.api_key) as opened:
        yield opened


@pytest.fixture
def dataset(client: Client) -> Dataset:
    """A new dataset."""
    made: Dataset = client.create_dataset(new_project("golden"), description="d", metadata={"team": "support"})
    return made


def ids(examples: Iterator[Example]) -> list[uuid.UUID]:
    """The ids of examples, in their order."""
    return [one.id for one in examples]


def test_a_dataset_is_found_by_its_name_and_its_id(client: Client, dataset: Dataset) -> None:
    """With all that it was made with; another one is not there."""
    by_name = client.read_dataset(dataset_name=dataset.name)
    by_id = client.read_dataset(dataset_id=dataset.id)
    assert by_name.id == by_id.id == dataset.id
    assert (by_id.description, by_id.data_type, by_id.example_count) == ("d", DataType.kv, 0)
    assert by_id.metadata is not None
    assert by_id.metadata["team"] == "support"
    assert client.has_dataset(dataset_name=dataset.name)
    assert client.has_dataset(dataset_id=dataset.id)
    assert not client.has_dataset(dataset_name=new_project("none"))
    assert not client.has_dataset(dataset_id=uuid.uuid4())


def test_a_name_that_is_taken_is_a_conflict(client: Client, dataset: Dataset) -> None:
    """As the client's own error."""
    with pytest.raises(LangSmithConflictError, match="already exists"):
        client.create_dataset(dataset.name)


def test_datasets_are_listed(client: Client, dataset: Dataset) -> None:
    """By each of the client's filters."""
    [by_id] = client.list_datasets(dataset_ids=[dataset.id])
    [by_name] = client.list_datasets(dataset_name=dataset.name)
    [by_part] = client.list_datasets(dataset_name_contains=dataset.name[-8:])
    assert by_id.id == by_name.id == by_part.id == dataset.id
    assert dataset.id in [one.id for one in client.list_datasets(metadata={"team": "support"})]
    assert dataset.id not in [one.id for one in client.list_datasets(data_type="chat")]


def test_a_deleted_dataset_is_gone(client: Client, dataset: Dataset) -> None:
    """With its examples; its name can be used again."""
    example = client.create_example({"q": 1}, dataset_id=dataset.id)
    client.delete_dataset(dataset_name=dataset.name)
    assert not client.has_dataset(dataset_id=dataset.id)
    with pytest.raises(LangSmithNotFoundError):
        client.read_example(example.id)
    assert client.create_dataset(dataset.name).id != dataset.id


def test_examples_are_read_as_they_were_given(client: Client, dataset: Dataset) -> None:
    """One by one and many at once, with what the client says of each."""
    single = client.create_example(
        {"question": "refund?"},
        dataset_name=dataset.name,
        reference_outputs={"answer": "yes"},
        metadata={"topic": "money"},
        split="train",
        example_id=uuid.uuid4(),
    )
    assert (single.dataset_id, single.inputs, single.outputs) == (
        dataset.id,
        {"question": "refund?"},
        {"answer": "yes"},
    )
    assert single.metadata == {"topic": "money", "dataset_split": ["train"]}
    many = [{"inputs": {"n": n}, "reference_outputs": {"n": -n}} for n in range(3)]
    answer = client.create_examples(dataset_id=dataset.id, examples=many)
    assert answer["count"] == 3
    read = {client.read_example(one).inputs["n"] for one in answer["example_ids"]}  # type: ignore[index]
    assert read == {0, 1, 2}
    assert client.read_dataset(dataset_id=dataset.id).example_count == 4


def test_examples_are_listed(client: Client, dataset: Dataset) -> None:
    """All of more than one page, without doubles; by split, metadata and id; with fewer fields."""
    many = [
        {"inputs": {"n": n}, "metadata": {"even": n % 2 == 0}, "split": "low" if n < 5 else "high"} for n in range(120)
    ]
    made = client.create_examples(dataset_id=dataset.id, examples=many)["example_ids"]
    assert sorted(map(str, ids(client.list_examples(dataset_name=dataset.name)))) == sorted(map(str, made))
    assert len(ids(client.list_examples(dataset_id=dataset.id, limit=7))) == 7
    low = list(client.list_examples(dataset_id=dataset.id, splits=["low"], metadata={"even": True}))
    assert {one.inputs["n"] for one in low if one.inputs} == {0, 2, 4}
    some = list(client.list_examples(example_ids=made[:2]))
    assert {str(one.id) for one in some} == set(map(str, made[:2]))
    [bare] = client.list_examples(dataset_id=dataset.id, limit=1, select=["metadata"], exclude_default_fields=True)
    assert (bare.inputs, bare.metadata is not None) == (None, True)


def test_examples_are_changed_and_deleted(client: Client, dataset: Dataset) -> None:
    """What is not said stays; what is deleted is not found, alone or with others, softly or for good."""
    made = [client.create_example({"n": n}, dataset_id=dataset.id).id for n in range(4)]
    client.update_example(made[0], outputs={"a": 1}, metadata={"seen": True})
    changed = client.read_example(made[0])
    assert (changed.inputs, changed.outputs) == ({"n": 0}, {"a": 1})
    assert changed.metadata is not None
    assert changed.metadata["seen"] is True
    client.update_examples(dataset_id=dataset.id, updates=[{"id": made[1], "inputs": {"n": "one"}}])
    assert client.read_example(made[1]).inputs == {"n": "one"}
    client.delete_example(made[0])
    client.delete_examples([made[1]])
    client.delete_examples([made[2]], hard_delete=True)
    assert ids(client.list_examples(dataset_id=dataset.id)) == [made[3]]
    with pytest.raises(LangSmithNotFoundError):
        client.read_example(made[0])


def test_an_example_is_made_of_a_run(client: Client, dataset: Dataset) -> None:
    """By the client, which reads the run, and by the server, which the client asks to."""
    run_id, now = uuid.uuid4(), dt.datetime.now(dt.UTC)
    said: dict[str, Any] = {"id": run_id, "project_name": new_project("examples"), "start_time": now, "end_time": now}
    client.create_run("answer", {"q": 1}, "chain", outputs={"a": 2}, **said)
    client.flush()
    run = ended_run(client, run_id)
    by_client = client.create_example_from_run(run, dataset_id=dataset.id)
    assert (by_client.inputs, by_client.outputs) == ({"q": 1}, {"a": 2})
    by_server = client.create_example(
        dataset_id=dataset.id, use_source_run_io=True, source_run_id=run_id, example_id=uuid.uuid4()
    )
    assert (by_server.inputs, by_server.outputs, by_server.source_run_id) == ({"q": 1}, {"a": 2}, run_id)


def test_what_is_not_there_yet_is_an_error_that_says_so(client: Client, dataset: Dataset) -> None:
    """Attachments, schemas, versions: nothing is dropped in silence."""
    with pytest.raises(LangSmithError, match="attachments of examples"):
        client.create_examples(
            dataset_id=dataset.id, examples=[{"inputs": {}, "attachments": {"a": ("text/plain", b"x")}}]
        )
    with pytest.raises(LangSmithError, match="inputs_schema_definition"):
        client.create_dataset(new_project("schema"), inputs_schema={"type": "object"})
    with pytest.raises((LangSmithError, LangSmithUserError), match="not served yet"):
        client.read_dataset_version(dataset_id=dataset.id, tag="latest")
    assert ids(client.list_examples(dataset_id=dataset.id)) == []


def test_an_evaluation_runs_over_a_dataset(client: Client, dataset: Dataset) -> None:
    """Experiments are not a part of datasets here yet, and nothing here is in the client's way to them."""
    many = [{"inputs": {"n": n}, "reference_outputs": {"n": n}} for n in range(3)]
    client.create_examples(dataset_id=dataset.id, examples=many)

    def echo(inputs: dict[str, Any]) -> dict[str, Any]:
        return inputs

    def is_right(outputs: dict[str, Any], reference_outputs: dict[str, Any]) -> dict[str, Any]:
        return {"key": "right", "score": outputs == reference_outputs}

    done = client.evaluate(echo, data=dataset.name, evaluators=[is_right], max_concurrency=1)
    assert len(list(done)) == 3
    client.flush()
    project = client.read_project(project_name=done.experiment_name)
    assert project.reference_dataset_id == dataset.id
    assert client.read_dataset(dataset_id=dataset.id).session_count == 1
