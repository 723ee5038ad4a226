"""One operation judged: what is taken, what is implied, and what is refused with which words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.receive.operations import Operation
from functions.receive.refused import Refused
from functions.receive.validate import MAX_NAME_CHARS, Valid, validate
from shared.projects.project import check_name
from tests.functions.receive.requests import CHILD_ORDER, ORDER, OTHER, RUN
from tests.stores import NOON_US

STRANGER = "019aa0b0-0000-7000-8000-0000000000ff"


def _judge(said: Mapping[str, object], *, is_patch: bool = False, run_id: str | None = RUN) -> Valid:
    return validate(Operation("here", is_patch, run_id, [json.dumps(said).encode()]), NOON_US)


def test_everything_that_is_said_is_taken() -> None:
    """All plain fields stand in the fact; trace and parent follow from the dotted order."""
    said = {
        "id": OTHER,
        "name": "n",
        "run_type": "LLM",
        "dotted_order": CHILD_ORDER,
        "start_time": "2026-11-20T12:00:01Z",
        "end_time": NOON_US // 1000 + 2_000,
        "tags": ["b", "a", "b"],
        "session_name": "p",
        "reference_example_id": STRANGER.upper(),
        "unknown": {"deep": [1]},
    }
    valid = _judge(said, run_id=OTHER)
    assert valid.trace_id == RUN
    assert valid.project == "name:p"
    assert valid.fact.fields == {
        "name": "n",
        "run_type": "llm",
        "start_us": NOON_US + 1_000_000,
        "end_us": NOON_US + 2_000_000,
        "tags": ["b", "a", "b"],
        "reference_example_id": STRANGER,
        "dotted_order": CHILD_ORDER,
        "parent_run_id": RUN,
    }


def test_null_says_nothing() -> None:
    """A patch of nulls, as the Python client sends it, holds only its end."""
    names = ("name", "run_type", "trace_id", "parent_run_id", "dotted_order", "tags", "extra", "inputs")
    nulls = dict.fromkeys((*names, "session_id", "session_name"))
    valid = _judge({**nulls, "end_time": "2026-11-20T12:00:00Z"}, is_patch=True)
    assert valid.fact.fields == {"end_us": NOON_US}
    assert (valid.trace_id, valid.project) == (None, None)


def test_a_create_without_a_place_is_a_root() -> None:
    """Without parent and trace its dotted order is made of its start, which is now where it says none."""
    said = _judge({"start_time": NOON_US / 1000 + 5_000})
    assert (said.trace_id, said.fact.fields["dotted_order"]) == (RUN, ORDER.replace("T120000", "T120005"))
    silent = _judge({"trace_id": RUN})
    assert (silent.trace_id, silent.fact.fields["dotted_order"]) == (RUN, ORDER)


def test_a_create_under_an_unplaced_parent_waits() -> None:
    """With a parent but no dotted order the place is for `record` to find; the start is now."""
    valid = _judge({"parent_run_id": OTHER})
    assert valid.trace_id is None
    assert valid.fact.fields == {"parent_run_id": OTHER, "start_us": NOON_US}


def test_the_project_s_id_wins_over_its_name() -> None:
    """`session_id` beats `session_name`; an empty name says nothing."""
    assert _judge({"session_id": OTHER.upper(), "session_name": "p"}).project == f"id:{OTHER}"
    assert [_judge({"session_name": blank}).project for blank in ("", " ", "\n\t\u3000")] == [None] * 3


@pytest.mark.parametrize("name", ["x", "x" * 1_000, " x ", "漢" * 1_000, "\x00", "\x1f", "\u200b"])
def test_a_project_name_that_is_taken_is_one_that_a_project_may_have(name: str) -> None:
    """What is accepted here can be recorded: a name that no project may have would be refused too late."""
    project = _judge({"session_name": name}).project
    assert project == f"name:{name}" if name.strip() else project is None
    assert project is None or check_name(project.removeprefix("name:")) == name


def test_placeholders_of_a_create_say_nothing() -> None:
    """Empty objects and lists of a create are dropped, those of an update are kept."""
    empty: dict[str, object] = {"inputs": {}, "events": [], "tags": [], "outputs": None}
    assert not {"inputs", "events", "tags"} & _judge(empty).fact.fields.keys()
    assert {"inputs", "events", "tags"} <= _judge(empty, is_patch=True).fact.fields.keys()


def test_payload_texts_are_kept_as_sent() -> None:
    """Inside a header or apart, the text is byte for byte what came; what was sent apart wins."""
    header = b'{"inputs": {"a":  1.50, "b": 1e999}, "outputs": {"old": 1}}'
    valid = validate(
        Operation("here", is_patch=False, run_id=RUN, headers=[header], texts={"outputs": b'{"new":2}'}), 0
    )
    assert valid.texts == {"inputs": b'{"a":  1.50, "b": 1e999}', "outputs": b'{"new":2}'}


def test_two_updates_of_one_run_join_field_by_field() -> None:
    """Of headers under one name the later wins where it says something."""
    headers = [b'{"name":"a","tags":["x"],"dotted_order":"%b"}' % ORDER.encode(), b'{"name":"b","tags":null}']
    valid = validate(Operation("here", is_patch=True, run_id=RUN, headers=headers), 0)
    assert valid.fact.fields == {"name": "b", "tags": ["x"], "dotted_order": ORDER}
    assert valid.trace_id == RUN


def test_ids_in_capitals_are_made_small() -> None:
    """Ids and the dotted order are stored in their canonical form."""
    valid = _judge({"id": RUN.upper(), "dotted_order": ORDER[:22] + RUN.upper()}, run_id=RUN.upper())
    assert (valid.fact.run_id, valid.fact.fields["dotted_order"]) == (RUN, ORDER)


@pytest.mark.parametrize(
    ("said", "field", "reason"),
    [
        ({"run_type": "agent"}, "run_type", "none of chain, embedding, llm"),
        ({"run_type": 1}, "run_type", "expected str | null, got int"),
        ({"name": "x" * (MAX_NAME_CHARS + 1)}, "name", "at most 4000"),
        ({"name": ["x"]}, "name", "expected str"),
        ({"session_name": "x" * 1_001}, "session_name", "at most 1000"),
        ({"tags": "x"}, "tags", "expected array"),
        ({"tags": ["x", 1]}, "tags[1]", "expected str, got int"),
        ({"tags": ["x"] * 1_001}, "tags", "at most 1000"),
        ({"tags": ["x" * 16_001]}, "tags", "16000"),
        ({"id": OTHER}, "id", f"is not {RUN}"),
        ({"id": "nonsense"}, "id", f"is not {RUN}"),
        ({"trace_id": "nonsense"}, "trace_id", "is not a UUID"),
        ({"parent_run_id": 7}, "parent_run_id", "expected str"),
        ({"session_id": "p"}, "session_id", "is not a UUID"),
        ({"reference_example_id": "x"}, "reference_example_id", "is not a UUID"),
        ({"start_time": "soon"}, "start_time", "ISO 8601"),
        ({"start_time": True}, "start_time", "expected int | float | str | null, got bool"),
        ({"end_time": {}}, "end_time", "expected"),
        ({"end_time": 1e30}, "end_time", "between the years"),
        ({"dotted_order": "nonsense"}, "dotted_order", "is not YYYYMMDD"),
        ({"dotted_order": ORDER + "."}, "dotted_order", "is not YYYYMMDD"),
        ({"dotted_order": f"nonsense.{ORDER}"}, "dotted_order", "is not YYYYMMDD"),
        ({"dotted_order": ORDER.replace("20261120", "20261320")}, "dotted_order", "no valid time"),
        ({"dotted_order": ORDER.replace("20261120", "99991120")}, "dotted_order", "between the years"),
        ({"dotted_order": CHILD_ORDER}, "dotted_order", f"it ends with run {OTHER}"),
        ({"dotted_order": ORDER, "trace_id": OTHER}, "dotted_order", f"trace_id is {OTHER}"),
        ({"dotted_order": ORDER, "parent_run_id": OTHER}, "dotted_order", f"parent_run_id is {OTHER}"),
        ({"dotted_order": f"{CHILD_ORDER}.{ORDER}"}, "parent_run_id", "its own trace's root"),
        ({"dotted_order": ".".join([ORDER] * 1_001)}, "dotted_order", "1001 levels"),
        ({"parent_run_id": RUN}, "parent_run_id", "cannot be above"),
        ({"trace_id": RUN, "parent_run_id": OTHER}, "parent_run_id", "cannot be above"),
        ({"inputs": [1]}, "inputs", "expected object, got array"),
        ({"outputs": "text"}, "outputs", "expected object, got str"),
        ({"extra": 1}, "extra", "expected object, got int"),
        ({"events": {"a": 1}}, "events", "expected array, got object"),
        ({"events": [1]}, "events[0]", "expected object, got int"),
        ({"error": {"a": 1}}, "error", "expected str, got object"),
        ({"serialized": "x"}, "serialized", "expected object, got str"),
    ],
)
def test_what_is_wrong_is_named(said: dict[str, Any], field: str, reason: str) -> None:
    """The field and what was expected of it, in words."""
    with pytest.raises(Refused) as caught:
        _judge(said)
    assert caught.value.field == field
    assert reason in caught.value.reason


@pytest.mark.parametrize("run_id", ["", "nonsense", "019aa0b0"])
def test_an_operation_on_no_run_is_refused(run_id: str) -> None:
    """The id in a part's name or a path must be a UUID."""
    with pytest.raises(Refused, match="is not a UUID"):
        _judge({}, run_id=run_id)


def test_a_run_in_a_batch_needs_its_id() -> None:
    """Where only the header can say the id, it must."""
    with pytest.raises(Refused, match="missing"):
        _judge({"name": "n"}, run_id=None)


def test_an_end_before_the_start_is_taken() -> None:
    """Clocks differ between machines; what was said is kept."""
    valid = _judge({"start_time": "2026-11-20T12:00:01Z", "end_time": "2026-11-20T12:00:00Z"})
    assert valid.fact.fields["end_us"] < valid.fact.fields["start_us"]
