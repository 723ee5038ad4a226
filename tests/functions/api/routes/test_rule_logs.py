"""What rules did: by rule in pages, and by trace, with what is told by traces and what became of deliveries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.base.units import US_PER_MINUTE
from shared.retention.periods import Periods
from shared.rules.outcome import skipped, success
from shared.store.applications import Application, Applications, backfill_name, follow_name
from shared.store.deliveries import Deliveries, Delivery, Taken, delivery_id
from shared.store.deliveries import Outcome as Delivered
from shared.store.ports import Key, KeyRange
from tests.api_room import Answered, ApiRoom
from tests.operations import WORKSPACE, envelope, uuid7
from tests.record_room import agent_trace
from tests.stores import NOON_US

HOOK = {"url": "https://hooks.example.com/in"}


class LogRoom(ApiRoom):
    """A room with a rule of one webhook that acts on traces when it is told to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.take(envelope(agent_trace(), NOON_US))
        body = {"display_name": "errors", "sampling_rate": 1, "webhooks": [HOOK], "session_id": self.project()}
        self.rule = self.post("/runs/rules", body).json["id"]
        self.applications = Applications(self.store.traces, self.clock, Periods())
        self.deliveries = Deliveries(self.store.deliveries, self.store.traces, self.clock)

    def act(self, minute: int, traces: int = 1, *, looks_back: bool = False, project: str | None = None) -> list[str]:
        """Let the rule act on all three runs of new traces, in one pass; the ids of the runs, the last trace first."""
        told = [agent_trace(NOON_US - (minute * 100 + n) * US_PER_MINUTE) for n in range(traces)]
        self.take(*(envelope(facts, self.clock.now_us(), project) for facts in told))
        at_us = NOON_US + minute * US_PER_MINUTE
        name = backfill_name(minute) if looks_back else follow_name(at_us)
        done = [self._done(name, [fact.run_id for fact in facts[:3]], at_us) for facts in told]
        assert self.applications.claim(WORKSPACE, done) == [True] * traces
        self.applications.finish(WORKSPACE, done)
        self.applications.note(WORKSPACE, done, at_us - US_PER_MINUTE, at_us)
        return [run_id for one in reversed(done) for run_id in one.run_ids]

    def log(self, **query: object) -> list[dict[str, Any]]:
        """The log as one answer."""
        answer = self.get(f"/runs/rules/{self.rule}/logs", "", **query)
        assert answer.status == 200, answer.text
        entries: list[dict[str, Any]] = answer.json
        return entries

    def ids(self, **query: object) -> list[str | None]:
        """The runs in the log."""
        return [one["run_id"] for one in self.log(**query)]

    def page(self, **query: object) -> Answered:
        """One page of the log."""
        return self.get(f"/runs/rules/{self.rule}/logs/v2", "", **query)

    def _done(self, name: str, run_ids: list[str], at_us: int) -> Application:
        sent = [delivery_id(self.rule, "webhook", 0, run_ids[0], run_ids)]
        outcomes = {
            "queue": success(items=[f"item of {one}" for one in run_ids]),
            "webhooks": success(deliveries=sent),
            "extend": skipped("It is in the extended tier already."),
        }
        return Application(self.rule, run_ids[0], 0, name, tuple(run_ids), at_us, outcomes=outcomes)  # type: ignore[arg-type]


@pytest.fixture
def room(tmp_path: Path) -> LogRoom:
    """A rule that did nothing yet."""
    return LogRoom(tmp_path)


def test_an_entry_says_what_was_done_with_a_run(room: LogRoom) -> None:
    """Ids, time and outcomes from the log; name, type, times and thread from the trace."""
    run_id = room.act(1)[0]
    entry = room.log()[0]
    assert (entry["rule_id"], entry["run_id"], entry["trace_id"]) == (room.rule, run_id, run_id)
    assert (entry["run_name"], entry["run_type"], entry["run_session_id"]) == ("agent", "chain", room.project())
    assert (entry["run_status"], entry["thread_id"]) == ("success", None)
    assert (entry["run_start_time"], entry["run_end_time"]) == ("2026-11-20T10:20:00Z", "2026-11-20T10:20:01Z")
    assert (entry["start_time"], entry["end_time"]) == ("2026-11-20T12:00:00Z", "2026-11-20T12:01:00Z")
    assert entry["application_time"] == "2026-11-20T12:01:00Z"
    assert entry["add_to_annotation_queue"] == {"outcome": "success", "payload": {"item_id": f"item of {run_id}"}}
    reason = {"reason": "It is in the extended tier already."}
    assert entry["extend_only"] == {"outcome": "skipped", "payload": reason}
    assert entry["add_to_dataset"] is entry["alerts"] is entry["evaluators"] is None


def test_what_became_of_a_delivery_stands_in_the_entry(room: LogRoom) -> None:
    """Pending until somebody has begun it; then what the receiver answered."""
    run_ids = room.act(1)
    sent = delivery_id(room.rule, "webhook", 0, run_ids[0], run_ids)
    told = {"delivery_id": sent, "to": HOOK["url"]}
    pending = {"result": "pending", "attempts": 0, "status_code": None, "reason": None, "at": None}
    assert room.log()[0]["webhooks"] == {"outcome": "success", "payload": {"deliveries": [told | pending]}}
    taken = room.deliveries.take(Delivery(sent, WORKSPACE, room.rule, "webhook", 0), 60)
    assert isinstance(taken, Taken)
    room.deliveries.note(taken, Delivered("failed", 1, NOON_US, 410, "it answered 410"))
    failed = {"result": "failed", "attempts": 1, "status_code": 410, "reason": "it answered 410"}
    found = room.log()[0]["webhooks"]["payload"]["deliveries"]
    assert found == [told | failed | {"at": "2026-11-20T12:00:00Z"}]


def test_the_log_is_newest_first(room: LogRoom) -> None:
    """Of a pass the last first, and of each trace its runs in order."""
    older, newer = room.act(1, 2), room.act(2)
    assert room.ids() == [*newer, *older]


def test_a_limit_and_an_offset_count_runs(room: LogRoom) -> None:
    """Also in the middle of what was done with one trace."""
    everything = [*room.act(1, 4)]
    assert [room.ids(limit=2, offset=at) for at in (0, 2, 11, 12)] == [
        everything[:2],
        everything[2:4],
        everything[11:],
        [],
    ]
    wrong = [room.get(f"/runs/rules/{room.rule}/logs", "", limit=limit).status for limit in (0, 1_441)]
    assert wrong == [422, 422]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 12, 1_440])
@pytest.mark.parametrize("narrowed", [False, True])
def test_pages_joined_are_the_whole(room: LogRoom, limit: int, narrowed: bool) -> None:
    """However long they are, wherever they end, and though the rule goes on meanwhile."""
    query = {"session_id": room.project()} if narrowed else {}
    room.act(1, 2)
    room.act(2, 3)
    whole = room.ids(**query)
    found: list[str | None] = []
    cursor: str | None = None
    while True:
        page = room.page(limit=limit, **query, **({"cursor": cursor} if cursor else {})).json
        room.act(10 + len(found))
        found += [one["run_id"] for one in page["logs"]]
        cursor = page["cursor"]
        assert page["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert found == whole
    assert len(whole) == 15


def test_what_is_no_cursor_is_refused(room: LogRoom) -> None:
    """In words, not by a fault."""
    answers = [room.page(cursor=text) for text in ("x", "fg", "AAAA", "d35-MA")]
    assert [answer.status for answer in answers] == [400] * 4
    assert all(answer.json["detail"].startswith("cursor: ") for answer in answers)


def test_the_log_is_narrowed_by_time_and_project(room: LogRoom) -> None:
    """By when the rule acted, and by where the runs are."""
    first, second = room.act(1), room.act(2)
    assert room.ids(end_time="2026-11-20T12:02:00Z") == first
    assert room.ids(start_time="2026-11-20T12:02:00Z") == second
    assert room.ids(session_id=room.project()) == [*second, *first]
    assert room.ids(session_id=uuid7(NOON_US)) == []


def test_a_rule_of_all_projects_is_narrowed_by_what_the_traces_tell(room: LogRoom) -> None:
    """Runs of other projects are left out, in pages too."""
    body = {"display_name": "all", "sampling_rate": 1, "extend_only": True}
    room.rule = room.post("/runs/rules", body).json["id"]
    ours, theirs = room.act(1), room.act(2, project="name:other")
    assert room.ids() == [*theirs, *ours]
    assert room.ids(session_id=room.project()) == ours
    assert room.ids(session_id=room.project("other"), limit=2, offset=1) == theirs[1:]
    page = room.page(session_id=room.project(), limit=2).json
    rest = room.page(session_id=room.project(), limit=2, cursor=page["cursor"]).json
    assert [one["run_id"] for one in (*page["logs"], *rest["logs"])] == ours


def test_looking_back_has_a_log_of_its_own(room: LogRoom) -> None:
    """What the rule did with what was there before it; asked for neither, both stand in order of time."""
    older, past, newer = room.act(1), room.act(2, looks_back=True), room.act(3)
    assert (room.ids(backfill=False), room.ids(backfill=True)) == ([*newer, *older], past)
    assert room.ids() == [*newer, *past, *older]
    assert room.ids(limit=4, offset=2) == [*newer, *past, *older][2:6]
    assert [one["run_id"] for one in room.page(backfill=True).json["logs"]] == past
    assert [one["run_id"] for one in room.page().json["logs"]] == [*newer, *older]


def test_the_last_time_is_told(room: LogRoom) -> None:
    """The newest entry, or null where there is none."""
    path = f"/runs/rules/{room.rule}/last_applied"
    assert room.get(path).json is None
    room.act(1)
    newest = room.act(2)[0]
    assert room.get(path).json == room.log()[0]
    assert room.get(path).json["run_id"] == newest
    assert room.get(path, "", backfill=True).json is None
    assert room.get("/runs/rules").json[0]["last_applied_at"] == "2026-11-20T12:02:00Z"


def test_what_has_ended_is_null(room: LogRoom) -> None:
    """After the base tier the log still says that the rule acted, on which trace and how, and nothing of the trace."""
    run_ids = room.act(1)
    room.clock.advance(15 * 86_400)
    entries = room.log()
    assert len(entries) == 3
    assert {one["trace_id"] for one in entries} == {run_ids[0]}
    assert all(
        one["run_name"] is one["run_type"] is one["run_session_id"] is one["thread_id"] is None for one in entries
    )
    assert entries[0]["extend_only"]["outcome"] == "skipped"
    assert room.get(f"/traces/{run_ids[0]}/rules").status == 404


def test_what_was_erased_is_null(room: LogRoom) -> None:
    """Of a trace whose rows are gone the log has its own: that something was done, when, and with what result."""
    run_ids = room.act(1)
    pk = f"{WORKSPACE}#trace#{run_ids[0]}"
    room.store.traces.delete([Key(row.pk, row.sk) for row in room.store.traces.query(KeyRange(pk))])
    entries = room.log()
    assert [one["run_id"] for one in entries] == [None] * 3
    assert entries[0]["webhooks"] == {"outcome": "success", "payload": {}}


def test_a_trace_tells_which_rules_acted_on_it(room: LogRoom) -> None:
    """With their names and outcomes, also after a rule is gone; a trace that no rule touched has none."""
    run_ids = room.act(1)
    (told,) = room.get(f"/traces/{run_ids[0]}/rules").json
    assert (told["rule_id"], told["display_name"], told["runs"]) == (room.rule, "errors", 3)
    assert (told["run_ids"], told["is_done"], told["looked_back"]) == (run_ids, True, False)
    assert told["applied_at"] == "2026-11-20T12:01:00Z"
    assert told["add_to_annotation_queue"] == {"outcome": "success", "payload": {"count": 3}}
    assert told["webhooks"]["payload"]["deliveries"][0]["to"] == HOOK["url"]
    room.ask_for("DELETE", f"/runs/rules/{room.rule}")
    (gone,) = room.get(f"/traces/{run_ids[0]}/rules").json
    assert (gone["display_name"], gone["webhooks"]["payload"]["deliveries"][0]["to"]) == (None, None)
    untouched = agent_trace()
    room.take(envelope(untouched, NOON_US))
    assert room.get(f"/traces/{untouched[0].run_id}/rules").json == []


def test_another_workspace_sees_no_log(room: LogRoom) -> None:
    """Neither of the rule nor of the trace."""
    run_ids = room.act(1)
    paths = [f"/runs/rules/{room.rule}/{one}" for one in ("logs", "logs/v2", "last_applied")]
    paths.append(f"/traces/{run_ids[0]}/rules")
    assert [room.get(path, room.other_key).status for path in paths] == [404] * 4
