"""Automation rules: made, read back, changed and removed as LangSmith's clients write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.retention.periods import Periods
from shared.store.applications import Application, Applications, follow_name
from shared.store.ports import KeyRange
from shared.store.rules import MAX_RULES, Backfill, Rules, RuleState
from shared.store.sealing import Sealing
from shared.store.usage import UsageRows
from shared.usage.counts import Upgraded
from shared.usage.month import Month
from tests.api_room import Answered, ApiRoom
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US

ERRORS = 'eq(status, "error")'
DAY = 86_400 * 1_000_000
OF_OTHERS = ("dataset", "evaluator", "tag_value")
HOOK = {"url": "https://hooks.example.com/in", "headers": {"X-Token": "hunter2"}}


class RuleRoom(ApiRoom):
    """A room with one project."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.session = self.post("/sessions", {"name": "shop"}).json["id"]
        self.rules = Rules(self.store.control, self.clock)
        self.applications = Applications(self.store.traces, self.clock, Periods())

    def asked(self, **fields: object) -> dict[str, Any]:
        """The body of a rule that keeps what failed."""
        rule = {"display_name": "errors", "sampling_rate": 1, "session_id": self.session, "filter": ERRORS}
        return {**rule, "extend_only": True, **fields}

    def make(self, **fields: object) -> Answered:
        """What making such a rule answers."""
        return self.post("/runs/rules", self.asked(**fields))

    def change(self, rule: dict[str, Any], **fields: object) -> Answered:
        """What changing it answers."""
        return self.ask_for("PATCH", f"/runs/rules/{rule['id']}", self.asked(**fields))


@pytest.fixture
def room(tmp_path: Path) -> RuleRoom:
    """A workspace without rules."""
    return RuleRoom(tmp_path)


def test_a_rule_is_read_back_as_it_was_made(room: RuleRoom) -> None:
    """By the names of the wire, with those of what it refers to."""
    said = {"trace_filter": 'has(tags, "prod")', "tree_filter": 'eq(name, "x")', "sampling_rate": 0.25}
    made = room.make(**said, monthly_cap_usd=4.5).json
    assert {name: made[name] for name in said} == said
    assert (made["display_name"], made["session_name"], made["tenant_id"]) == ("errors", "shop", WORKSPACE)
    assert (made["filter"], made["is_enabled"], made["extend_only"], made["actions"]) == (
        ERRORS,
        True,
        True,
        ["extend"],
    )
    assert (made["monthly_cap_usd"], made["trace_count"], made["spend_usd"]) == ("4.5", 0, 0)
    assert made["created_at"] == made["updated_at"] == "2026-11-20T12:00:00Z"
    assert made["created_by"] == "all"
    assert room.get("/runs/rules").json == [made]
    assert room.get(f"/runs/rules/{made['id']}").json == made


def test_every_field_that_clients_read_is_there(room: RuleRoom) -> None:
    """Those of the generated client's model, also of what Tracekeep does not run."""
    from langsmith.types.evaluator import Evaluator  # noqa: PLC0415 a second of imports

    made = room.make().json
    assert set(Evaluator.model_fields) - set(made) <= {"evaluator_name", "evaluator_type"}


@pytest.mark.parametrize("missing", ["display_name", "sampling_rate"])
def test_name_and_rate_must_be_said(room: RuleRoom, missing: str) -> None:
    """Of a new rule, and of a changed one."""
    made = room.make().json
    body = {name: value for name, value in room.asked().items() if name != missing}
    answers = [room.post("/runs/rules", body), room.ask_for("PATCH", f"/runs/rules/{made['id']}", body)]
    assert [answer.status for answer in answers] == [422, 422]
    assert all(answer.json["detail"][0]["loc"][-1] == missing for answer in answers)


@pytest.mark.parametrize("rate", [-0.01, 1.01, "x", None, "NaN"])
def test_a_rate_is_a_share(room: RuleRoom, rate: object) -> None:
    """From 0 to 1, both included."""
    assert room.make(sampling_rate=rate).status == 422
    assert [room.make(sampling_rate=fine).status for fine in (0, 1)] == [200, 200]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("evaluators", [{"structured": {}}]),
        ("code_evaluators", [{"code": "def f(): ..."}]),
        ("evaluator_id", "x"),
        ("dataset_id", "x"),
        ("group_by", "thread_id"),
        ("spend_limit", {"limit_usd": "1", "window": "weekly"}),
        ("use_corrections_dataset", True),
        ("create_alignment_queue", True),
        ("include_extended_stats", True),
        ("extend_evaluator_trace_retention", True),
    ],
)
def test_what_is_not_run_is_refused_by_its_name(room: RuleRoom, field: str, value: object) -> None:
    """Rather than ignored; clients that say that they do not want it are not refused."""
    answer = room.make(**{field: value})
    assert answer.status == 400
    assert answer.json["detail"].startswith(f"{field}: ")
    assert room.get("/runs/rules").json == []
    assert room.make(**{field: None}).status == 200


@pytest.mark.parametrize("field", ["filter", "trace_filter", "tree_filter"])
def test_a_filter_that_is_none_is_refused_at_its_place(room: RuleRoom, field: str) -> None:
    """The field, the character, and the text with a mark below it."""
    answer = room.make(**{field: 'and(eq(name, "a"), eq(nmae, "b"))'})
    assert answer.status == 422
    assert answer.json["detail"].startswith(f"{field}, character 23: ")
    assert "^" in answer.json["detail"].splitlines()[-1]
    assert room.get("/runs/rules").json == []


def test_a_rule_does_something(room: RuleRoom) -> None:
    """A rule without an action is refused, and one that is to extend only does nothing else."""
    nothing = room.make(extend_only=False)
    assert (nothing.status, "something to do" in nothing.text) == (400, True)
    both = room.make(webhooks=[HOOK])
    assert (both.status, both.json["detail"].split(":")[0]) == (400, "extend_only")
    assert "webhooks" in both.text


@pytest.mark.parametrize("field", ["session_id", "add_to_annotation_queue_id", "add_to_dataset_id"])
def test_what_a_rule_refers_to_is_there(room: RuleRoom, field: str) -> None:
    """A project, queue or dataset that is not in the workspace is not found."""
    value = uuid7(NOON_US)
    answer = room.make(extend_only=False, extend_trace_retention=True, **{field: value})
    assert (answer.status, value in answer.text) == (404, True)


def test_a_rule_may_be_for_every_project(room: RuleRoom) -> None:
    """Where none is named."""
    made = room.make(session_id=None).json
    assert (made["session_id"], made["session_name"]) == (None, None)


def test_a_change_is_the_whole_rule(room: RuleRoom) -> None:
    """What is left out is as by default; project and start of the past stay as they were made."""
    made = room.make(sampling_rate=0.5, trace_filter='eq(name, "a")', is_enabled=False).json
    room.clock.advance(60)
    changed = room.change(made, display_name=" all ", sampling_rate=1, filter=None, session_id=None).json
    expected = {"display_name": "all", "sampling_rate": 1, "filter": None, "trace_filter": None, "is_enabled": True}
    later = {"updated_at": "2026-11-20T12:01:00Z", "revision": made["revision"] + 1}
    assert changed == made | expected | later
    assert room.get("/runs/rules").json == [changed]


@pytest.mark.parametrize(
    "field", [("session_id", uuid7(NOON_US)), ("backfill_from", "2026-11-01T00:00:00Z"), ("transient", True)]
)
def test_what_is_said_once_cannot_be_changed(room: RuleRoom, field: tuple[str, object]) -> None:
    """A rule stays with its project, and with how it looks back."""
    made = room.make().json
    answer = room.change(made, **dict([field]))
    assert (answer.status, answer.json["detail"].split(":")[0]) == (400, field[0])
    assert room.get("/runs/rules").json == [made]


def test_two_who_change_a_rule_do_not_undo_each_other(room: RuleRoom) -> None:
    """Whoever says which revision he read is told where it is no longer that."""
    made = room.make().json
    assert room.change(made, sampling_rate=0.5, revision=made["revision"]).status == 200
    late = room.change(made, sampling_rate=0.1, revision=made["revision"])
    assert (late.status, made["id"] in late.text) == (409, True)
    assert room.get("/runs/rules").json[0]["sampling_rate"] == 0.5


def test_a_rule_is_forgotten(room: RuleRoom) -> None:
    """Once; then it is not found."""
    made = room.make().json
    assert room.ask_for("DELETE", f"/runs/rules/{made['id']}").json == {"id": made["id"], "message": "deleted"}
    assert room.get("/runs/rules").json == []
    again = [
        room.ask_for("DELETE", f"/runs/rules/{made['id']}"),
        room.get(f"/runs/rules/{made['id']}"),
        room.change(made),
    ]
    assert [answer.status for answer in again] == [404] * 3


def test_another_workspaces_rules_are_not_there(room: RuleRoom) -> None:
    """By whatever route."""
    path = f"/runs/rules/{room.make().json['id']}"
    theirs = room.other_key
    answers = [
        room.get(path, theirs),
        room.ask_for("PATCH", path, room.asked(session_id=None), theirs),
        room.ask_for("DELETE", path, key=theirs),
        room.post(f"{path}/trigger", {}, theirs),
        room.post("/runs/rules/trigger", {"rule_ids": [path.rsplit("/", maxsplit=1)[-1]]}, theirs),
        room.post(f"{path}/webhooks/0/secret", {}, theirs),
        room.post(f"{path}/webhooks/0/test", {}, theirs),
        room.get(f"{path}/deliveries/{uuid7(NOON_US)}", theirs),
    ]
    assert [answer.status for answer in answers] == [404] * len(answers)
    assert room.get("/runs/rules", theirs).json == []


def test_lists_are_narrowed(room: RuleRoom) -> None:
    """By project, name and ids; of datasets, evaluators and tags there is nothing."""
    other = room.post("/sessions", {"name": "other"}).json["id"]
    first = room.make().json
    room.clock.advance(1)
    second = room.make(display_name="Slow ones", session_id=other).json

    def found(**query: object) -> list[str]:
        return [one["id"] for one in room.get("/runs/rules", "", **query).json]

    assert found() == found(id=[second["id"], first["id"]]) == found(type="session") == [first["id"], second["id"]]
    assert found(session_id=other) == found(name_contains="slow") == found(id=second["id"]) == [second["id"]]
    assert (
        found(type="dataset") == found(dataset_id=other) == found(evaluator_id=other) == found(tag_value_id=other) == []
    )
    assert room.get("/runs/rules", "", session_id="x").status == 422


def test_secrets_come_in_and_not_out(room: RuleRoom) -> None:
    """A signing secret is told where it is made; a header never again, and it is not in the table as it was sent."""
    made = room.make(extend_only=False, webhooks=[HOOK], alerts=[{"type": "pagerduty", "routing_key": "R0UT1NG"}]).json
    secret = made["webhooks"][0]["signing_secret"]
    assert secret.startswith("whsec_")
    listed = room.get("/runs/rules").json[0]
    assert listed["webhooks"] == [{"url": HOOK["url"], "headers": {"X-Token": "••••"}, "signing_secret": None}]
    assert listed["alerts"] == [{"type": "pagerduty", "summary": None, "severity": "warning", "routing_key": "••••"}]
    rows = repr(room.store.control.query(KeyRange(f"{WORKSPACE}#rules")))
    assert made["id"] in rows
    assert not any(text in rows for text in ("hunter2", "R0UT1NG", secret))


def test_a_rule_written_back_as_it_was_read_keeps_its_secrets(room: RuleRoom) -> None:
    """What is shown as hidden stands for what is kept."""
    made = room.make(extend_only=False, webhooks=[HOOK], alerts=[{"routing_key": "R0UT1NG"}]).json
    before = room.rules.get(WORKSPACE, made["id"])
    listed = room.get("/runs/rules").json[0]
    changed = room.ask_for("PATCH", f"/runs/rules/{made['id']}", listed)
    assert changed.status == 200, changed.text
    after = room.rules.get(WORKSPACE, made["id"])
    assert (after.webhooks, after.alerts) == (before.webhooks, before.alerts)
    assert changed.json["webhooks"][0]["signing_secret"] is None


def test_a_signing_secret_is_rotated(room: RuleRoom) -> None:
    """The new one is told once and is the one that is kept; the header stays."""
    made = room.make(extend_only=False, webhooks=[HOOK]).json
    told = room.post(f"/runs/rules/{made['id']}/webhooks/0/secret", {}).json
    assert told["url"] == HOOK["url"]
    assert told["signing_secret"] not in {made["webhooks"][0]["signing_secret"], None}
    kept = room.rules.get(WORKSPACE, made["id"]).webhooks[0]
    sealing = Sealing(room.store.hooks)
    assert sealing.unseal(kept.sealed_secret) == told["signing_secret"]
    assert sealing.unseal(kept.sealed_headers["X-Token"]) == "hunter2"
    assert room.post(f"/runs/rules/{made['id']}/webhooks/1/secret", {}).status == 404


def test_a_webhook_is_tested(room: RuleRoom) -> None:
    """A sample is on the queue of deliveries, and what becomes of it can be asked."""
    made = room.make(extend_only=False, webhooks=[HOOK]).json
    sent = room.post(f"/runs/rules/{made['id']}/webhooks/0/test", {}).json
    (message,) = room.store.deliveries.receive(10, 60)
    assert sent["delivery_id"] in message.body
    state = room.get(f"/runs/rules/{made['id']}/deliveries/{sent['delivery_id']}").json
    assert state == {"delivery_id": sent["delivery_id"], "result": "pending", "attempts": 0} | dict.fromkeys(
        ("status_code", "reason", "at")
    )


def test_both_kinds_of_switches_decide_whether_traces_are_extended(room: RuleRoom) -> None:
    """The rule's own, and that of an action that it has."""
    hook = {"extend_only": False, "webhooks": [HOOK]}
    switches: list[dict[str, object]] = [
        {},
        {"extend_trace_retention": True},
        {"extend_webhook_trace_retention": True},
        {"extend_dataset_trace_retention": True},
    ]
    made = [room.make(**hook, **switch).json for switch in switches]
    assert [one["extends_traces"] for one in made] == [False, True, True, False]
    assert [one["actions"][-1] for one in made] == ["webhooks", "extend", "extend", "webhooks"]


def test_looking_back_begins_in_the_past(room: RuleRoom) -> None:
    """A rule that looks back says since when, and how far it is."""
    made = room.make(backfill_from="2026-11-10T00:00:00Z").json
    assert (made["backfill_from"], made["backfill_status"]) == ("2026-11-10T00:00:00Z", "pending")
    assert (made["backfill_id"], made["backfill_progress"]) == (made["id"], 0)
    room.rules.note_backfill(WORKSPACE, made["id"], Backfill(number=1, looked=10, matched=2, part=0.5))
    running = room.get("/runs/rules").json[0]
    assert (running["backfill_status"], running["backfill_progress"]) == ("running", 0.5)
    room.rules.note(WORKSPACE, made["id"], RuleState(NOON_US, "the table did not answer", NOON_US))
    failing = room.get("/runs/rules").json[0]
    assert (failing["backfill_status"], failing["backfill_error"]) == ("retrying", "the table did not answer")
    room.rules.note_backfill(WORKSPACE, made["id"], Backfill(number=2, looked=20, matched=4, done_us=NOON_US))
    done = room.get("/runs/rules").json[0]
    assert (done["backfill_status"], done["backfill_progress"], done["backfill_matched"]) == ("completed", 1, 4)
    assert done["backfill_error"] is None
    assert done["backfill_completed_at"] == "2026-11-20T12:00:00Z"
    assert room.make(backfill_from="2026-11-21T00:00:00Z").json["detail"].startswith("backfill_from: ")
    assert room.make(transient=True).json["detail"].startswith("transient: ")


def test_health_is_shown(room: RuleRoom) -> None:
    """When it last acted, up to when it has looked, and why it failed."""
    made = room.make().json
    room.rules.note(WORKSPACE, made["id"], RuleState(NOON_US, "the queue is full", NOON_US))
    done = Application(made["id"], uuid7(NOON_US), 0, follow_name(NOON_US), ("x",), NOON_US - 60_000_000)
    room.applications.note(WORKSPACE, [done], NOON_US, NOON_US)
    shown = room.get("/runs/rules").json[0]
    assert (shown["last_applied_at"], shown["looked_until"]) == ("2026-11-20T11:59:00Z", "2026-11-20T12:00:00Z")
    assert shown["error"] == "the queue is full"


def test_a_workspace_has_so_many_rules(room: RuleRoom) -> None:
    """One more is refused, with the number."""
    made = [room.make().status for _ in range(MAX_RULES)]
    refused = room.make()
    assert (set(made), refused.status, str(MAX_RULES) in refused.text) == ({200}, 409, True)


def test_an_id_is_given_once(room: RuleRoom) -> None:
    """A rule can have the id that a dry run drew by; no other can have it then."""
    named = uuid7(NOON_US)
    assert room.make(id=named).json["id"] == named
    assert room.make(id=named).status == 409


def test_a_rule_that_runs_is_triggered(room: RuleRoom) -> None:
    """Every rule runs by itself within a minute; one that is switched off does not."""
    on, off = room.make().json["id"], room.make(is_enabled=False).json["id"]
    assert room.post(f"/runs/rules/{on}/trigger", {}).json == {"rule_ids": [on], "runs_within_s": 60}
    assert room.post("/runs/rules/trigger", {"rule_ids": [on]}).json["rule_ids"] == [on]
    assert [room.post(f"/runs/rules/{off}/trigger", {}).status, room.post("/runs/rules/trigger", {}).status] == [
        409,
        422,
    ]


def test_validating_a_judge_is_refused(room: RuleRoom) -> None:
    """There are none; what can be tried is named."""
    answer = room.post("/runs/rules/validate", {})
    assert (answer.status, "dry-run" in answer.text) == (400, True)


def test_spend_is_counted_by_rule_and_cause(room: RuleRoom) -> None:
    """The month's upgrades as the meter counted them, at LangSmith's price and at what AWS bills more."""
    made = room.make(monthly_cap_usd=1).json
    day = NOON_US // DAY
    counted = [
        Upgraded(day - 1, room.session, "rule", made["id"], 100),
        Upgraded(day, room.session, "rule", made["id"], 20),
        Upgraded(day, room.session, "rule", "gone", 500),
        Upgraded(day, room.session, "feedback", "", 30),
    ]
    UsageRows(room.store.control).write_upgrades(WORKSPACE, Month.of(NOON_US), counted, NOON_US)
    spend = room.get("/runs/rules/spend").json
    gone, known = spend["rules"]
    assert (spend["month"], spend["counted_at"]) == ("2026-11", "2026-11-20T12:00:00Z")
    assert (gone["rule_id"], gone["display_name"], gone["langsmith_extra_usd"]) == ("gone", None, "2.25")
    assert (known["upgrades"], known["langsmith_extra_usd"], known["monthly_cap_usd"]) == (120, "0.54", "1")
    assert known["by_day"] == [{"day": "2026-11-19", "upgrades": 100}, {"day": "2026-11-20", "upgrades": 20}]
    assert [(one["cause"], one["upgrades"]) for one in spend["by_cause"]] == [("rule", 620), ("feedback", 30)]
    assert (spend["total"]["upgrades"], spend["total"]["langsmith_extra_usd"]) == (650, "2.925")
    assert 0 < float(spend["total"]["aws_extra_usd"]) < 0.1
    shown = room.get(f"/runs/rules/{made['id']}").json
    assert (shown["trace_count"], shown["spend_usd"]) == (120, 0.54)
    assert room.get("/runs/rules/spend", "", month="2026-10").json["rules"][0]["upgrades"] == 0
    assert room.get("/runs/rules/spend", "", month="x").status == 422
