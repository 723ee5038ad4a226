"""Facts in groups: by trace, bounded, each payload text found again by its place."""

from __future__ import annotations

import pytest

from functions.receive import pack as packing
from functions.receive.pack import MAX_FACT_BYTES, MAX_FACTS_BYTES, MAX_PROJECT_NAMES, pack
from functions.receive.validate import Valid
from shared.runs.codec import decompress, encode_facts, unpack_facts
from shared.runs.dotted_order import segment
from shared.runs.fact import Fact
from tests.functions.receive.requests import CHILD_ORDER, ORDER, OTHER, RUN
from tests.operations import uuid7
from tests.stores import NOON_US


def _valid(run_id: str = RUN, *, is_patch: bool = False, project: str | None = "name:p", **fields: object) -> Valid:
    order = fields.get("dotted_order")
    return Valid(Fact(run_id, is_patch, dict(fields)), str(order)[22:58] if order else None, project, {})


def test_a_trace_is_one_group_with_its_texts_joined() -> None:
    """Offsets and lengths find each text in the one frame; creates are counted."""
    one, two = (
        _valid(dotted_order=ORDER, inputs=["p", 0, 3]),
        _valid(OTHER, dotted_order=CHILD_ORDER, error=["e", 0, 3]),
    )
    one.texts["inputs"] = b"{ }"
    two.texts["error"] = b'"e"'
    (group,) = pack([one, two, _valid(is_patch=True, dotted_order=ORDER)]).groups
    assert (group.trace_id, group.project, group.posts, group.raw_length) == (RUN, "name:p", 2, 6)
    payload = decompress(group.payload)
    first, second, _ = unpack_facts(group.facts)
    assert payload[first.fields["inputs"][1] :][:3] == b"{ }"
    assert payload[second.fields["error"][1] :][:3] == b'"e"'


def test_traces_and_projects_are_apart() -> None:
    """Another trace or project is another group."""
    other = segment(NOON_US, OTHER)
    given = [
        _valid(dotted_order=ORDER),
        _valid(OTHER, dotted_order=other),
        _valid(dotted_order=ORDER, project="name:q"),
    ]
    assert [(group.trace_id, group.project) for group in pack(given).groups] == [
        (RUN, "name:p"),
        (OTHER, "name:p"),
        (RUN, "name:q"),
    ]


def test_one_kind_of_one_run_is_one_fact() -> None:
    """Two updates of a run in one request are joined, the later winning."""
    given = [
        _valid(is_patch=True, dotted_order=ORDER, name="a", end_us=1),
        _valid(is_patch=True, dotted_order=ORDER, name="b"),
    ]
    (group,) = pack(given).groups
    assert [fact.fields for fact in unpack_facts(group.facts)] == [{"dotted_order": ORDER, "name": "b", "end_us": 1}]


def test_what_the_request_knows_of_a_run_places_its_other_operations() -> None:
    """An update without a place joins the group of the create beside it, under its project."""
    (group,) = pack([_valid(is_patch=True, project=None, end_us=1), _valid(dotted_order=ORDER)]).groups
    assert (group.trace_id, group.project) == (RUN, "name:p")
    assert {fact.fields["dotted_order"] for fact in unpack_facts(group.facts)} == {ORDER}


def test_runs_without_a_place_wait_alone() -> None:
    """Each is a group of its own, so that one that stays unplaced holds no other up."""
    groups = pack([_valid(is_patch=True, end_us=1), _valid(OTHER, is_patch=True, end_us=1)]).groups
    assert [(group.trace_id, group.posts) for group in groups] == [(None, 0), (None, 0)]


def test_many_facts_are_split_below_the_limit() -> None:
    """No group's facts pass the limit before compression, and none is lost."""
    runs = [uuid7(NOON_US) for _ in range(300)]
    given = [_valid(run, dotted_order=f"{ORDER}.{segment(NOON_US, run)}", name=run * 100) for run in runs]
    groups = pack(given).groups
    facts = [unpack_facts(group.facts) for group in groups]
    assert len(groups) > 1
    assert max(len(encode_facts(of_group)) for of_group in facts) <= MAX_FACTS_BYTES + 1_000
    assert [fact.run_id for of_group in facts for fact in of_group] == runs


def test_a_run_that_says_too_much_is_refused_alone() -> None:
    """A fact over its limit is a reject that names the run; those beside it stay."""
    packed = pack([_valid(dotted_order=ORDER, tags=["x" * MAX_FACT_BYTES]), _valid(OTHER, dotted_order=CHILD_ORDER)])
    assert [reject.run_id for reject in packed.rejects] == [RUN]
    assert str(MAX_FACT_BYTES) in packed.rejects[0].reason
    assert [fact.run_id for group in packed.groups for fact in unpack_facts(group.facts)] == [OTHER]


def test_a_trace_holds_so_many_runs_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs beyond the limit are refused one by one; further operations on those inside are not."""
    monkeypatch.setattr(packing, "MAX_RUNS_PER_TRACE", 2)
    third = uuid7(NOON_US)
    given = [
        _valid(dotted_order=ORDER),
        _valid(OTHER, dotted_order=CHILD_ORDER),
        _valid(third, dotted_order=f"{ORDER}.{segment(NOON_US, third)}"),
        _valid(OTHER, is_patch=True, dotted_order=CHILD_ORDER),
    ]
    packed = pack(given)
    assert [reject.run_id for reject in packed.rejects] == [third]
    assert [len(unpack_facts(group.facts)) for group in packed.groups] == [3]


def _in_projects(names: list[str | None]) -> list[Valid]:
    return [
        _valid(run_id := uuid7(NOON_US + at), project=name, dotted_order=segment(NOON_US + at, run_id))
        for at, name in enumerate(names)
    ]


def test_one_request_makes_no_more_projects_than_it_may() -> None:
    """Runs in the first hundred names are taken, each of the others is refused with the limit and the way out."""
    names: list[str | None] = [f"name:p{number}" for number in range(MAX_PROJECT_NAMES + 2)]
    given = _in_projects([*names, "name:p1", None, "id:q"])
    packed = pack(given)
    assert [group.project for group in packed.groups] == [*names[:MAX_PROJECT_NAMES], "name:p1", None, "id:q"]
    assert [(one.run_id, one.project) for one in packed.rejects] == [
        (one.fact.run_id, one.project) for one in given[MAX_PROJECT_NAMES : MAX_PROJECT_NAMES + 2]
    ]
    assert "names 102 projects and one may name 100" in packed.rejects[0].reason
    assert "session_id" in packed.rejects[0].reason


def test_projects_that_are_there_are_not_counted() -> None:
    """A project named by its id is made by nobody, so a request may name as many as it has runs in."""
    given = _in_projects([f"id:{number}" for number in range(MAX_PROJECT_NAMES + 1)])
    assert (len(pack(given).groups), pack(given).rejects) == (MAX_PROJECT_NAMES + 1, [])
