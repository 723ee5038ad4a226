"""What a webhook is sent: the runs as the API shows them, and what is left out where they are too many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deliver_room import DeliverRoom
from tests.hook_receiver import Receiver, receiver
from tests.operations import envelope, patch, post, uuid7
from tests.stores import NOON_US

_NEVER_TOLD = ("messages", "serialized")


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver."""
    with receiver() as made:
        yield made


def test_a_body_says_rule_time_runs_and_feedback(tmp_path: Path, hook: Receiver) -> None:
    """By the names, and with the times, that receivers of LangSmith's webhooks know."""
    [told] = _told(DeliverRoom(tmp_path), hook)
    assert list(told) == ["rule_id", "start_time", "end_time", "runs", "feedback_stats"]
    assert told["rule_id"] == "5f0f2a10-0000-4000-8000-00000000aa01"
    assert (told["start_time"], told["end_time"]) == ("2026-11-20T12:00:00", "2026-11-20T12:01:00")


def test_a_run_is_what_the_api_answers(tmp_path: Path, hook: Receiver) -> None:
    """Field by field, payloads included: whoever reads runs by the API reads them here."""
    room = DeliverRoom(tmp_path)
    _feedback(room, room.run_ids[0])
    [told] = _told(room, hook)
    answers = [room.get(f"/runs/{run_id}", exclude_serialized="true").json for run_id in room.run_ids]
    assert told["runs"] == answers
    assert told["runs"][0]["inputs"] == {"question": "refund?"}
    assert not set(_NEVER_TOLD) & set(told["runs"][0])


def test_a_shared_traces_link_is_not_told(tmp_path: Path, hook: Receiver) -> None:
    """It opens the trace to whoever has it, and a receiver was not given it."""
    room = DeliverRoom(tmp_path)
    assert room.ask_for("PUT", f"/runs/{room.trace_id}/share", {"run_id": room.trace_id}).status == 200
    [told] = _told(room, hook)
    assert {run["share_token"] for run in told["runs"]} == {None}


def test_feedback_is_summed_over_the_runs(tmp_path: Path, hook: Receiver) -> None:
    """By key: how many, and their average."""
    room = DeliverRoom(tmp_path)
    _feedback(room, room.run_ids[0], score=1)
    _feedback(room, room.run_ids[1], score=0)
    [told] = _told(room, hook)
    assert (told["feedback_stats"]["helpful"]["n"], told["feedback_stats"]["helpful"]["avg"]) == (2, 0.5)


def test_only_the_runs_that_matched_are_told(tmp_path: Path, hook: Receiver) -> None:
    """In order of execution, without those beside them."""
    room = DeliverRoom(tmp_path)
    wanted = [room.run_ids[2], room.run_ids[0], "5f0f2a10-0000-4000-8000-00000000ffff"]
    [told] = _told(room, hook, wanted)
    assert [run["id"] for run in told["runs"]] == [room.run_ids[0], room.run_ids[2]]


def test_what_is_too_large_is_left_out_whole_and_named(tmp_path: Path, hook: Receiver) -> None:
    """The large payload of one run, not the small ones beside it; null stands for it, and the note says so."""
    room = DeliverRoom(tmp_path, max_body_bytes=20_000)
    large = _with_inputs(room, ["x" * 50_000, "small"])
    [told] = _told(room, hook, large)
    first, second = told["runs"]
    assert first["inputs"] is None
    assert first["outputs"] == {"done": 0}
    assert second["inputs"] == {"text": "small"}
    assert told["left_out"]["payloads"] == {large[0]: ["inputs"]}
    assert told["left_out"]["runs"] == 0
    assert "20000 bytes" in told["left_out"]["why"]


def test_feedback_that_is_too_large_is_left_out_whole_and_named(tmp_path: Path, hook: Receiver) -> None:
    """People's comments do not push the runs out."""
    room = DeliverRoom(tmp_path, max_body_bytes=20_000)
    _feedback(room, room.run_ids[0], comment="x" * 6_000)
    [told] = _told(room, hook)
    assert told["feedback_stats"] is None
    assert told["left_out"]["feedback_stats"] is True
    assert len(hook.got[0].body) <= 20_000


@pytest.mark.parametrize("max_bytes", [6_000, 12_000, 40_000, 200_000])
def test_no_body_is_over_its_limit_and_nothing_goes_unsaid(tmp_path: Path, hook: Receiver, max_bytes: int) -> None:
    """However many runs: what is told and what is said to be left out are all of it together."""
    room = DeliverRoom(tmp_path, max_body_bytes=max_bytes)
    run_ids = _with_inputs(room, ["x" * (100 * number) for number in range(40)])
    [told] = _told(room, hook, run_ids)
    assert len(hook.got[0].body) <= max_bytes
    note: dict[str, Any] = told.get("left_out", {"payloads": {}, "runs": 0})
    assert [run["id"] for run in told["runs"]] == run_ids[: len(run_ids) - note["runs"]]
    for number, run in enumerate(told["runs"]):
        lacks = note["payloads"].get(run["id"], [])
        assert run["inputs"] == (None if "inputs" in lacks else {"text": "x" * (100 * number)})
    assert ("left_out" in told) == (max_bytes < 200_000)


def test_attachments_are_told_by_links(tmp_path: Path, hook: Receiver) -> None:
    """As the API does: an address that needs no key, and the type."""
    room = DeliverRoom(tmp_path)
    root = post(uuid7(NOON_US), NOON_US, None, **{"attachment.photo": ["image/png", 3, "base/attachments/x"]})
    room.take(envelope([root], NOON_US))
    room.trace_id = root.run_id
    [told] = _told(room, hook, [root.run_id])
    [link] = told["runs"][0]["s3_urls"].values()
    assert link["mime_type"] == "image/png"
    assert link["presigned_url"].startswith("http")


def _told(room: DeliverRoom, hook: Receiver, run_ids: list[str] | None = None) -> list[Any]:
    """What the receiver got when it was told of these runs."""
    room.rule([room.hook(hook.url)])
    room.sent(run_ids=run_ids)
    room.work_on()
    return [one.json for one in hook.got]


def _feedback(room: DeliverRoom, run_id: str, score: float = 1, comment: str | None = None) -> None:
    said = {"run_id": run_id, "key": "helpful", "score": score, "comment": comment, "trace_id": room.trace_id}
    answer = room.post("/feedback", said)
    assert answer.status == 200, answer.text
    room.pump()


def _with_inputs(room: DeliverRoom, texts: list[str]) -> list[str]:
    """A trace of which each run has such inputs; the ids of its runs."""
    root = post(uuid7(NOON_US), NOON_US, name="r0", inputs={"text": texts[0]})
    below = [
        post(uuid7(NOON_US + number), NOON_US + number, root, name=f"r{number}", inputs={"text": text})
        for number, text in enumerate(texts)
        if number
    ]
    facts = [root, *below]
    ended = [patch(fact, NOON_US + 1_000_000, outputs={"done": number}) for number, fact in enumerate(facts)]
    room.take(envelope([*facts, *ended], NOON_US))
    room.trace_id = root.run_id
    return [fact.run_id for fact in facts]


def test_a_body_is_json_as_it_was_stored(tmp_path: Path, hook: Receiver) -> None:
    """Numbers keep their digits, and letters beyond ASCII stay what they are."""
    room = DeliverRoom(tmp_path)
    run_ids = _with_inputs(room, ["Zoë ☃ 0.1"])
    _told(room, hook, run_ids)
    assert "Zoë ☃ 0.1".encode() in hook.got[0].body
    assert json.loads(hook.got[0].body)
