"""LangSmith's public API of a shared trace: all of it, nothing beside it, and not whose it is."""

from __future__ import annotations

import json

import pytest
from langsmith import schemas

from functions.public import api
from tests.public_room import HIDDEN, TOKEN, PublicRoom

ROOT = f"/public/{TOKEN}"


def test_the_root_and_each_run_are_read_by_the_clients_model(room: PublicRoom) -> None:
    """Under every prefix, with inputs and outputs as they were shared."""
    for prefix in ("", "/api", "/api/v1"):
        root = schemas.Run(**room.get(f"{prefix}{ROOT}/run").json)
        assert (str(root.id), root.name, root.inputs["question"][:8]) == (room.ids[0], "agent", "number 0")
    for run_id in room.ids:
        run = schemas.Run(**room.get(f"{ROOT}/run/{run_id}").json)
        assert (str(run.id), str(run.trace_id)) == (run_id, room.ids[0])
    assert room.get(f"{ROOT}/run/019abf3c-0000-7000-8000-000000000000").status == 404
    assert room.get(f"{ROOT}/run/x").status == 404


def test_places_in_the_tree_are_told(room: PublicRoom) -> None:
    """Parents from the root on, and a dotted order that has them."""
    run = room.get(f"{ROOT}/run/{room.ids[3]}").json
    assert run["parent_run_ids"] == [room.ids[0], room.ids[1], room.ids[2]]
    assert run["parent_run_id"] == room.ids[2]
    assert [part[-36:] for part in run["dotted_order"].split(".")] == [*run["parent_run_ids"], run["id"]]
    assert room.get(f"{ROOT}/run").json["parent_run_id"] is None


def test_runs_are_queried_whole_or_by_their_ids(room: PublicRoom) -> None:
    """Runs of other traces are none of these."""
    found = room.ask("POST", f"{ROOT}/runs/query", {}).json
    assert [run["id"] for run in found["runs"]] == room.ids
    assert found["cursors"] == {"next": None}
    some = room.ask("POST", f"{ROOT}/runs/query", {"id": [room.ids[5], "019abf3c-0000-7000-8000-000000000000"]})
    assert [run["id"] for run in some.json["runs"]] == [room.ids[5]]
    assert room.ask("POST", f"{ROOT}/runs/query", {"id": "x"}).status == 422
    assert room.ask("POST", f"{ROOT}/runs/query", {"cursor": "-1"}).status == 422


def test_pages_joined_are_the_whole(room: PublicRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little fits into one answer, no run is lost or doubled."""
    monkeypatch.setattr(api, "MAX_BODY_BYTES", 2_000)
    seen, cursor = [], None
    for _ in room.ids:
        page = room.ask("POST", f"{ROOT}/runs/query", {"cursor": cursor}).json
        seen += [run["id"] for run in page["runs"]]
        cursor = page["cursors"]["next"]
        if cursor is None:
            break
    assert (seen, cursor) == (room.ids, None)


def test_v2_answers_what_is_selected(room: PublicRoom) -> None:
    """In its own names and cases; what nobody may know is null, and what no run has is refused."""
    selects = ["ID", "RUN_TYPE", "STATUS", "INPUTS", "PROJECT_ID", "LATENCY_SECONDS"]
    items = room.ask("POST", f"/api/v2{ROOT}/runs/query", {"selects": selects}).json["items"]
    assert [item["id"] for item in items] == room.ids
    assert items[0].keys() == {name.lower() for name in selects}
    assert (items[0]["run_type"], items[0]["status"], items[0]["project_id"]) == ("CHAIN", "SUCCESS", None)
    one = room.get(f"/api/v2{ROOT}/run/{room.ids[2]}?selects=NAME&selects=ERROR&start_time=2026-11-20T12:00:00Z").json
    assert one == {"name": "read", "error": "ValueError: no index"}
    assert room.ask("POST", f"/api/v2{ROOT}/runs/query", {}).json["items"][0] == {"id": room.ids[0]}
    assert room.ask("POST", f"/api/v2{ROOT}/runs/query", {"selects": ["NONSENSE"]}).status == 400


def test_too_much_for_one_answer_is_refused_and_not_cut(room: PublicRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """v2 knows no pages here: it says what to ask for instead."""
    monkeypatch.setattr(api, "MAX_BODY_BYTES", 500)
    refused = room.ask("POST", f"/api/v2{ROOT}/runs/query", {"selects": ["INPUTS"]})
    assert refused.status == 413
    assert "select fewer" in refused.json["detail"]


def test_the_javascript_clients_odd_path_is_understood(room: PublicRoom) -> None:
    """A bare list, of the runs that it names behind the token; another segment is nothing."""
    odd = f"{ROOT}/runsshare_token={TOKEN}"
    assert [run["id"] for run in room.get(odd).json] == room.ids
    assert [run["id"] for run in room.get(f"{odd}&id={room.ids[1]}&id={room.ids[2]}").json] == room.ids[1:3]
    assert room.get(f"{ROOT}/anything").status == 404


def test_feedback_is_read_without_whose_it_is(room: PublicRoom) -> None:
    """By run and key, in pages."""
    [one] = room.get(f"{ROOT}/feedbacks").json
    assert (one["key"], one["run_id"]) == ("helpful", room.ids[0])
    assert room.get(f"{ROOT}/feedbacks?key=other").json == []
    assert room.get(f"{ROOT}/feedbacks?run={room.ids[1]}").json == []
    assert room.get(f"{ROOT}/feedbacks?offset=1").json == []
    assert room.get(f"{ROOT}/feedbacks?limit=x").status == 422


def test_attachments_are_linked_with_a_signature(room: PublicRoom) -> None:
    """To the snapshot's copy of them."""
    link = room.get(f"{ROOT}/run").json["s3_urls"]["attachment.chart.png"]["presigned_url"]
    assert link.startswith("http://localhost:1984/s/share-one/1/attachments/0?Policy=")
    assert room.get(f"{ROOT}/download/attachments-0").headers["location"].partition("?")[0] == link.partition("?")[0]


def test_nobody_learns_whose_it_is(room: PublicRoom) -> None:
    """No workspace, organization, project or key in any answer; what was hidden stays hidden in each."""
    paths = ["r", "run", "feedbacks", f"runsshare_token={TOKEN}", "sign"]
    answers = [room.get(f"{ROOT}/{path}").text for path in paths]
    answers.append(room.ask("POST", f"{ROOT}/runs/query", {}).text)
    for text in answers:
        assert '"session_id"' not in text
        assert '"app_path"' not in text
        assert room.share.token_hash not in text
    assert json.loads(answers[1])["extra"]["metadata"] == {"user": HIDDEN}


def test_a_body_that_is_none_is_said_so(room: PublicRoom) -> None:
    """As the caller's mistake."""
    assert room.ask("POST", f"{ROOT}/runs/query", [1]).status == 422
