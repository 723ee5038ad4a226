"""A trace as the page draws it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.base.units import S_PER_DAY, US_PER_DAY
from shared.runs.run import Run
from shared.runs.skeleton import Skeleton, skeleton_of
from shared.runs.totals import Totals
from shared.store.ports import Item, KeyRange
from tests.api_room import Answered, ApiRoom
from tests.api_traces import NUMBERS, Story, story, wide_trace
from tests.functions.api.skeleton_reading import drawn
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A room of its own."""
    return ApiRoom(tmp_path)


def skeleton(room: ApiRoom, trace_id: str, tag: str = "") -> Answered:
    """The answer, asked with a tag or without."""
    headers = {"if-none-match": tag} if tag else {}
    return room.ask_for("GET", f"/api/v1/traces/{trace_id}/skeleton", headers=headers)


def told_in(room: ApiRoom, start_us: int = NOON_US) -> Story:
    """A trace of three runs, recorded."""
    told = story(start_us)
    room.send(told.body)
    return told


def test_a_trace_is_drawn_without_reading_anything_else(room: ApiRoom) -> None:
    """Ids, names, times, status, tokens, cost, errors and tags of each run, and what became of the trace."""
    told = told_in(room)
    answer = skeleton(room, told.root)
    assert answer.status == 200
    assert answer.headers["tracekeep-served"].startswith("index; path=trace")
    seen = drawn(answer.json["skeleton"])
    assert [run.id for run in seen] == [told.root, told.llm, told.tool]
    assert [(run.name, run.run_type, run.status, run.parent) for run in seen] == [
        ("agent", "chain", "success", None),
        ("gpt", "llm", "success", told.root),
        ("search", "tool", "error", told.root),
    ]
    assert [(run.start_us - NOON_US, run.duration_us) for run in seen] == [
        (0, 1_500_000),
        (1_000, 899_000),
        (2_000, 948_123),
    ]
    assert (seen[1].model, seen[1].total_tokens, seen[1].first_token_us) == ("gpt-4o", 1_100, NOON_US + 250_000)
    assert seen[0].cost_nano_usd == seen[1].cost_nano_usd
    assert str(seen[2].error).startswith("ValueError: no index")
    assert seen[0].tags == ["prod"]
    kept = {name: answer.json[name] for name in ("session_name", "thread_id", "trace_tier", "is_shared")}
    assert kept == {"session_name": "default", "thread_id": "t-1", "trace_tier": "shortlived", "is_shared": False}
    assert answer.json["expires_us"] - answer.json["first_received_us"] == 14 * US_PER_DAY


def test_its_tree_is_that_of_v2(room: ApiRoom) -> None:
    """The same runs under the same parents, with the same tokens, also of a wide trace sent in pieces."""
    posts = wide_trace(300)
    for start in (150, 0):
        room.send(json.dumps({"post": posts[start : start + 150]}))
    selects = ["ID", "PARENT_RUN_IDS", "NAME", "RUN_TYPE", "STATUS", "TOTAL_TOKENS"]
    trace_id = posts[0]["id"]
    items = room.get(f"/api/v2/traces/{trace_id}/runs", project_id=room.project(), selects=selects).json["items"]
    seen = drawn(skeleton(room, trace_id).json["skeleton"])
    assert [(one.id, one.parent, one.name, one.run_type.upper(), one.total_tokens) for one in seen] == [
        (item["id"], (item["parent_run_ids"] or [None])[-1], item["name"], item["run_type"], item["total_tokens"])
        for item in items
    ]


def test_asked_again_it_is_not_sent_again_until_something_came(room: ApiRoom) -> None:
    """The tag is the same while the trace is, and another after any request that says something of it."""
    told = told_in(room)
    first = skeleton(room, told.root)
    tag = first.headers["etag"]
    same = skeleton(room, told.root, tag)
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    room.send(json.dumps({"patch": [told.patch[0]]}))
    changed = skeleton(room, told.root, tag)
    assert changed.status == 200
    assert changed.headers["etag"] != tag
    assert skeleton(room, told.root, f'"other", {tag}').status == 200
    assert skeleton(room, told.root, f'"other", {changed.headers["etag"]}').status == 304


def test_to_say_that_nothing_is_new_no_fact_is_read(room: ApiRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row of the trace that is read for a 304 comes without its facts and payload."""
    told = told_in(room)
    tag = skeleton(room, told.root).headers["etag"]
    asked: list[KeyRange] = []
    query = room.store.traces.query

    def watched(key_range: KeyRange) -> list[Item]:
        asked.append(key_range)
        return query(key_range)

    monkeypatch.setattr(room.store.traces, "query", watched)
    assert skeleton(room, told.root, tag).status == 304
    of_trace = [one for one in asked if "#trace#" in one.pk]
    assert of_trace
    assert all(one.only is not None and not {"f", "p"} & set(one.only) for one in of_trace)


def test_what_has_ended_or_was_deleted_is_not_unchanged(room: ApiRoom) -> None:
    """A tag opens nothing: after its end, after its project is gone, and for another workspace, it is not there."""
    told = told_in(room)
    tag = skeleton(room, told.root).headers["etag"]
    theirs = room.ask_for("GET", f"/traces/{told.root}/skeleton", key=room.other_key, headers={"if-none-match": tag})
    assert theirs.status == 404
    assert skeleton(room, uuid7(NOON_US)).status == 404
    room.clock.advance(15 * S_PER_DAY)
    assert skeleton(room, told.root, tag).status == 404
    later = told_in(room, NOON_US + 15 * US_PER_DAY)
    tag = skeleton(room, later.root).headers["etag"]
    assert room.ask_for("DELETE", f"/sessions/{room.project()}").status == 202
    assert skeleton(room, later.root, tag).status == 404


def test_a_run_that_never_ended_says_so(room: ApiRoom) -> None:
    """Pending while its root runs; never ended once its root has."""
    told = story()
    room.send(json.dumps({"post": [told.post[0] | {"inputs": {}}, *told.post[1:]]}))
    assert {run.status for run in drawn(skeleton(room, told.root).json["skeleton"])} == {"pending"}
    assert "never_ended" not in skeleton(room, told.root).json["skeleton"]["notes"]
    room.send(json.dumps({"patch": [told.patch[2]]}))
    answer = skeleton(room, told.root).json["skeleton"]
    assert (answer["pending_runs"], answer["notes"]) == (2, {"never_ended": [1, 2]})


def details(room: ApiRoom, trace_id: str, *ids: str) -> Answered:
    """Some runs of a trace."""
    return room.post(f"/api/v1/traces/{trace_id}/runs/details", {"ids": list(ids)})


def test_some_runs_are_read_with_all_that_was_sent_of_them(room: ApiRoom) -> None:
    """In the order asked, payloads letter by letter; what is not in the trace is named."""
    told = told_in(room)
    other = uuid7(NOON_US)
    answer = details(room, told.root, told.tool, told.root, other, told.tool)
    assert answer.status == 200
    assert [run["id"] for run in answer.json["runs"]] == [told.tool, told.root]
    assert (answer.json["missing"], answer.json["left_out"]) == ([other], [])
    assert NUMBERS in answer.text
    tool, root = answer.json["runs"]
    assert (tool["error"], tool["outputs"]) == (told.patch[1]["error"], None)
    assert (root["outputs"], root["extra"]["metadata"]["thread_id"]) == ({"answer": "yes"}, "t-1")
    (llm,) = details(room, told.root, told.llm).json["runs"]
    assert (llm["model"], llm["usage"]["total"]) == ("gpt-4o", 1_100)
    assert llm["first_token_us"] == NOON_US + 250_000


def test_details_are_what_reading_each_run_gives(room: ApiRoom) -> None:
    """Every field that both have is the same, feedback included."""
    told = told_in(room)
    assert room.post("/feedback", {"run_id": told.llm, "trace_id": told.root, "key": "good", "score": 1}).status == 200
    for detail in details(room, told.root, told.root, told.llm, told.tool).json["runs"]:
        whole = room.get(f"/runs/{detail['id']}").json
        for name in ("name", "run_type", "status", "inputs", "outputs", "error", "tags", "session_id"):
            assert (detail[name] or {}) == (whole[name] or {}), name
        assert (detail["events"] or []) == whole["events"]
        assert (detail["extra"] or {}) == whole["extra"]
        given = whole["feedback_stats"] or {}
        assert {one["key"]: one["score"] for one in detail["feedback"]} == {key: on["avg"] for key, on in given.items()}


def test_of_other_runs_nothing_is_decoded(room: ApiRoom) -> None:
    """One run of a trace in three requests is made from the facts about it alone."""
    posts = wide_trace(90)
    for start in (0, 30, 60):
        room.send(json.dumps({"post": posts[start : start + 30]}))
    stored = room.ask.traces.load(WORKSPACE, posts[0]["id"])
    assert stored is not None
    asked = posts[70]["id"]
    assert stored.merged_about([asked]).keys() == {asked}
    (run,) = details(room, posts[0]["id"], asked).json["runs"]
    assert (run["inputs"], run["outputs"]) == ({"n": 70}, {"n": 70})


def test_details_of_what_is_not_there(room: ApiRoom) -> None:
    """Another workspace's trace, no ids, too many, and ids that are none."""
    told = told_in(room)
    path = f"/traces/{told.root}/runs/details"
    assert room.post(path, {"ids": [told.root]}, room.other_key).status == 404
    assert [room.post(path, {"ids": ids}).status for ids in ([], [told.root] * 21, ["x"])] == [422, 422, 422]


def search(room: ApiRoom, trace_id: str, q: str, **query: object) -> dict[str, list[str]]:
    """Where the words were found, by run."""
    answer = room.get(f"/api/v1/traces/{trace_id}/search", q=q, **query)
    assert answer.status == 200, answer.text
    return {match["id"]: match["in"] for match in answer.json["matches"]}


def test_words_are_found_in_whole_payloads(room: ApiRoom) -> None:
    """In names, errors, inputs and outputs, beyond previews, in any case, escaped or not; all words must be there."""
    told = story()
    long = "x" * 5_000 + r" said \"Ünder\u00e4ge\" twice"
    room.send(told.body.replace('"question": "refund?",', f'"question": "{long}",'))
    assert search(room, told.root, "ünderäge") == {told.root: ["inputs"]}
    assert search(room, told.root, '"ünderäge"') == {told.root: ["inputs"]}
    assert search(room, told.root, "VALUEERROR search") == {told.tool: ["name", "error"]}
    assert search(room, told.root, "yes") == {told.root: ["outputs"], told.llm: ["outputs"]}
    assert search(room, told.root, "yes gpt") == {told.llm: ["name", "outputs"]}
    assert search(room, told.root, "nowhere") == {}


def test_a_search_goes_on_where_it_stopped(room: ApiRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit reached at each step, all steps together find each run once."""
    posts = wide_trace(1_200)
    room.send(json.dumps({"post": posts}))
    monkeypatch.setattr("functions.api.trace_runs.MAX_SEARCHED_BYTES", 0)
    found: list[str] = []
    begin: int | None = 0
    while begin is not None:
        answer = room.get(f"/traces/{posts[0]['id']}/search", **{"q": "step", "from": begin}).json
        found += [match["id"] for match in answer["matches"]]
        begin = answer["next_from"]
    assert sorted(found) == sorted(post["id"] for post in posts[1:])


@pytest.mark.parametrize("q", ["", "  ", "a " * 11, "x" * 501])
def test_a_search_for_nothing_or_too_much_is_refused(room: ApiRoom, q: str) -> None:
    """It says how many words may be given."""
    answer = room.get(f"/traces/{told_in(room).root}/search", q=q)
    assert answer.status == 400
    assert "1 to 10 words" in answer.text


def test_a_large_trace_is_drawn_once_until_it_changes(room: ApiRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kept answer is given byte for byte; one more request, another name or another price, and it is drawn anew."""
    posts = wide_trace(1_100)
    room.send(json.dumps({"post": posts[1:]}))
    room.send(json.dumps({"post": posts[:1]}))
    trace_id = posts[0]["id"]
    drawings: list[str] = []

    def counted(trace: str, runs: list[Run], totals: dict[str, Totals]) -> Skeleton:
        drawings.append(trace)
        return skeleton_of(trace, runs, totals)

    monkeypatch.setattr("functions.api.skeletons.skeleton_of", counted)
    first = skeleton(room, trace_id)
    assert skeleton(room, trace_id).body == first.body
    assert len(drawings) == 1
    own = posts[5]
    end = {name: own[name] for name in ("id", "trace_id", "dotted_order", "parent_run_id")} | {"error": "late"}
    room.send(json.dumps({"patch": [end]}))
    assert skeleton(room, trace_id).json["skeleton"]["failed_runs"] == 1
    assert room.ask_for("PATCH", f"/sessions/{room.project()}", {"name": "renamed"}).status == 200
    renamed = skeleton(room, trace_id)
    assert (renamed.json["session_name"], len(drawings)) == ("renamed", 3)
    own_price = {"name": "ours", "match_pattern": "gpt-4o", "prompt_cost": 1, "completion_cost": 1}
    assert room.post("/model-price-map", own_price).status == 200
    assert skeleton(room, trace_id, renamed.headers["etag"]).status == 200
    room.clock.advance(15 * S_PER_DAY)
    assert skeleton(room, trace_id).status == 404
