"""Dry runs: what they count, that parts are the whole, what they forecast, and what a cap would do."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from functions.api import rule_trial
from functions.api.patience import Patience
from functions.api.rule_trial import NEWEST, SPREAD, Found, RuleTrial
from functions.api.trial_cursor import Standing, read_standing, write_standing
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.rules.rule import Rule
from shared.rules.sampling import is_drawn
from shared.runs.fact import Fact
from shared.store.upgrades import Upgrades
from shared.store.usage import UsageRows
from shared.store.walk import Position, Window
from shared.usage.counts import Upgraded
from shared.usage.month import Month
from tests.api_room import Answered, ApiRoom
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.stores import NOON_US

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
ERRORS = 'eq(status, "error")'
ROOTS = "eq(is_root, true)"
A_RULE = uuid7(NOON_US)


def trace(start_us: int, *, failed_runs: int = 0, is_pending: bool = False, name: str = "agent") -> list[Fact]:
    """A root with two children, so many of the three failed."""
    root = post(uuid7(start_us), start_us, name=name)
    runs = [root, *(post(uuid7(start_us + n), start_us + n * 1_000, root, run_type="tool") for n in (1, 2))]
    ends = [
        patch(run, start_us + HOUR_US // 60, **({"error": "no"} if n < failed_runs else {}))
        for n, run in enumerate(runs)
    ]
    return runs if is_pending else [*runs, *ends]


class TrialRoom(ApiRoom):
    """Ten days of a project: each day ten traces, of which some have failed runs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ids: list[str] = []
        self.failed: list[str] = []

    def fill(self, failed_a_day: tuple[int, ...] = (2, 4, 2, 4, 2, 4, 2, 4, 2, 4), traces: int = 10) -> None:
        """The last of the days is yesterday; each began at midnight, a trace an hour."""
        for back, failed in enumerate(reversed(failed_a_day), start=1):
            begin_us = NOON_US // DAY_US * DAY_US - back * DAY_US
            told = [trace(begin_us + n * HOUR_US, failed_runs=2 if n < failed else 0) for n in range(traces)]
            self.take(envelope([fact for facts in told for fact in facts], begin_us))
            self.ids += [facts[0].run_id for facts in told]
            self.failed += [facts[0].run_id for facts in told[:failed]]

    def extend(self, trace_id: str, kind: str = "feedback", cause: str = "f") -> None:
        """Put a trace into the extended tier."""
        kept = Kept(kind, cause, self.clock.now_us())  # type: ignore[arg-type]
        assert Upgrades(self.store, self.clock, Periods()).extend(WORKSPACE, trace_id, kept)

    def asked(self, **fields: object) -> dict[str, Any]:
        """The body of a dry run of a rule that keeps what failed."""
        return {"session_id": self.project(), "filter": ERRORS, "extend_only": True, **fields}

    def dry(self, wait: str | None = None, /, **fields: object) -> Answered:
        """What it answers."""
        headers = {} if wait is None else {"prefer": f"wait={wait}"}
        return self.ask_for("POST", "/runs/rules/dry-run", self.asked(**fields), headers=headers)


@pytest.fixture
def room(tmp_path: Path) -> TrialRoom:
    """Ten days of ten traces, 30 of which failed."""
    room = TrialRoom(tmp_path)
    room.fill()
    return room


def test_it_counts_runs_and_traces_that_match(room: TrialRoom) -> None:
    """Each of 30 traces has two failed runs, and all are looked at."""
    tried = room.dry().json
    assert (tried["is_complete"], tried["cursor"], tried["traces"]) == (True, None, 100)
    assert tried["progress"] == {"looked_at": 100, "done": 1, "reached": None}
    assert tried["matched"] == tried["acted_on"] == {"traces": 30, "runs": 60}
    assert (tried["upgrades"], tried["extended_already"], tried["upgraded_by_this_rule"]) == (30, 0, 0)


def test_days_are_counted_apart(room: TrialRoom) -> None:
    """Every day of the window has a row, the oldest first, also those of nothing."""
    days = room.dry().json["by_day"]
    assert [one["day"] for one in days] == [f"2026-11-{day:02d}" for day in range(6, 21)]
    assert [one["matched"] for one in days] == [0, 0, 0, 0, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 0]
    assert {one["traces"] for one in days} == {0, 10}
    assert {one["did"] for one in days} == {None}


def test_only_what_started_in_the_days_is_looked_at(room: TrialRoom) -> None:
    """Two days back from noon are yesterday and half of the day before."""
    tried = room.dry(days=2).json
    assert (tried["since"], tried["until"]) == ("2026-11-18T12:00:00Z", "2026-11-20T12:00:00Z")
    assert (tried["traces"], tried["matched"]["traces"]) == (10, 4)


def test_what_has_not_ended_does_not_match(room: TrialRoom) -> None:
    """A rule acts on runs that have ended; a trace of another project is none of its own."""
    room.take(envelope(trace(NOON_US - HOUR_US, is_pending=True), NOON_US))
    room.take(envelope(trace(NOON_US - HOUR_US, failed_runs=1), NOON_US, "name:other"))
    tried = room.dry(filter=None, days=1).json
    assert (tried["traces"], tried["matched"]["traces"]) == (1, 0)
    everywhere = room.dry(filter=None, days=1, session_id=None).json
    assert (everywhere["traces"], everywhere["matched"]) == (2, {"traces": 1, "runs": 3})


@pytest.mark.parametrize(
    ("fields", "traces", "runs"),
    [
        ({"filter": None}, 100, 300),
        ({"filter": ROOTS}, 100, 100),
        ({"filter": f"and({ROOTS}, {ERRORS})"}, 30, 30),
        ({"filter": None, "trace_filter": ERRORS}, 30, 90),
        ({"filter": ROOTS, "tree_filter": 'and(eq(run_type, "tool"), eq(status, "error"))'}, 30, 30),
        ({"filter": ERRORS, "trace_filter": 'eq(name, "nobody")'}, 0, 0),
    ],
)
def test_all_three_filters_count(room: TrialRoom, fields: dict[str, object], traces: int, runs: int) -> None:
    """On the run, on its root, and on any run of its trace."""
    assert room.dry(**fields).json["matched"] == {"traces": traces, "runs": runs}


@pytest.mark.parametrize("more", ["", f", {ERRORS}", ', search("agent")', ', eq(feedback_key, "x")'])
def test_heads_tell_what_whole_traces_tell(room: TrialRoom, more: str) -> None:
    """A filter that names roots is answered from heads where it can be; one that means the same without it, is not."""
    by_head = room.dry(filter=f"and({ROOTS}{more}, neq(name, 'x'))").json
    whole = room.dry(filter=f"and(not(eq(is_root, false)){more}, neq(name, 'x'))").json
    assert by_head == whole | {"rule_id": by_head["rule_id"]}


def test_the_sampling_rate_draws_as_the_rule_will(room: TrialRoom) -> None:
    """By the rule's id: who asks with the same id, and makes the rule with it, gets the same traces."""
    tried = room.dry(id=A_RULE, sampling_rate=0.5).json
    drawn = [one for one in room.failed if is_drawn(A_RULE, one, 0.5)]
    assert 0 < len(drawn) < 30
    assert tried["rule_id"] == A_RULE
    assert tried["matched"] == {"traces": 30, "runs": 60}
    assert tried["acted_on"] == {"traces": len(drawn), "runs": 2 * len(drawn)}
    assert tried["upgrades"] == len(drawn)
    shown = {one["trace_id"]: one["is_drawn"] for one in tried["sample"]}
    assert shown == {one: one in drawn for one in shown}


def test_what_is_extended_already_costs_nothing_more(room: TrialRoom) -> None:
    """Whoever kept it; but what the rule itself kept is counted as its own."""
    room.extend(room.failed[0])
    room.extend(room.failed[1], "rule", A_RULE)
    tried = room.dry(id=A_RULE).json
    assert (tried["extended_already"], tried["upgraded_by_this_rule"], tried["upgrades"]) == (1, 1, 29)
    other = room.dry().json
    assert (other["extended_already"], other["upgraded_by_this_rule"], other["upgrades"]) == (2, 0, 28)


def test_prices_are_exact(room: TrialRoom) -> None:
    """LangSmith: $0.50 per 1,000 traces, and $4.50 per 1,000 that are upgraded; here a fraction of it."""
    room.extend(room.failed[0])
    price = room.dry().json["price"]
    assert (price["langsmith_usd"], price["langsmith_extra_usd"]) == ("0.15", "0.1305")
    assert 0 < Decimal(price["aws_extra_usd"]) < Decimal("0.002")


def test_a_rule_that_extends_nothing_adds_nothing(room: TrialRoom) -> None:
    """It costs what the traces cost anyway."""
    hook = {"extend_only": False, "webhooks": [{"url": "https://hooks.example.com/"}]}
    tried = room.dry(**hook).json
    assert (tried["upgrades"], tried["price"]["langsmith_usd"]) == (0, "0.015")
    assert tried["price"]["langsmith_extra_usd"] == tried["price"]["aws_extra_usd"] == "0"
    assert room.dry(**hook, extend_webhook_trace_retention=True).json["upgrades"] == 30


def test_a_month_is_forecast_from_whole_days(room: TrialRoom) -> None:
    """Nine whole days behind the first that held anything: 28 matches, and 30 days like them."""
    month = room.dry().json["month"]
    assert (month["days"], month["from_days"]) == (30, 9)
    assert month["upgrades"]["middle"] == month["acted_on"]["middle"] == round(28 / 9 * 30)
    assert 0 < month["upgrades"]["low"] < 93 < month["upgrades"]["high"] < 186
    assert month["langsmith_extra_usd"]["middle"] == "0.4185"
    assert Decimal(month["aws_extra_usd"]["low"]) < Decimal(month["aws_extra_usd"]["high"])


def test_nothing_is_forecast_without_a_whole_day(tmp_path: Path) -> None:
    """A project of today has none."""
    room = TrialRoom(tmp_path)
    room.take(envelope(trace(NOON_US - HOUR_US, failed_runs=1), NOON_US))
    tried = room.dry(monthly_cap_usd=1).json
    assert (tried["upgrades"], tried["month"]) == (1, None)
    assert (tried["cap"]["upgrades"], tried["cap"]["refused"], tried["cap"]["reached_on_day"]) == (222, None, None)


def test_days_beyond_the_base_tier_are_not_forecast_from(room: TrialRoom) -> None:
    """Of older days only what was kept longer is left: they say nothing about how many there were."""
    room.clock.advance(6 * 86_400)
    tried = room.dry(days=30).json
    assert tried["month"]["from_days"] == 12
    assert tried["month"]["upgrades"]["middle"] == (2 + 4 + 2 + 4 + 2 + 4) * 30 // 12


def test_a_cap_says_when_it_is_reached(room: TrialRoom) -> None:
    """22 upgrades are within 10 cents; at 3 a day that is so on the eighth day, and some 71 are refused."""
    cap = room.dry(monthly_cap_usd=0.1).json["cap"]
    assert (cap["monthly_cap_usd"], cap["upgrades"], cap["reached_on_day"]) == ("0.1", 22, 8)
    assert cap["refused"]["middle"] == 93 - 22
    assert cap["refused"]["low"] <= 71 <= cap["refused"]["high"]
    wide = room.dry(monthly_cap_usd=5).json["cap"]
    assert (wide["reached_on_day"], wide["refused"]) == (None, {"low": 0, "middle": 0, "high": 0})
    assert room.dry(monthly_cap_usd=0).json["cap"]["reached_on_day"] == 1
    assert room.dry().json["cap"] is None


def test_a_cap_counts_by_the_organizations_plan(room: TrialRoom) -> None:
    """As the job does; prices beside it stay LangSmith's list price."""
    wide, _ = room.ask.access.create_key(WORKSPACE, "owner", is_organization_wide=True)
    plan = {"plan": "enterprise", "upgrade_usd_per_1000": "9"}
    assert room.ask_for("PATCH", "/orgs/current/billing", plan, wide).status == 200
    tried = room.dry(monthly_cap_usd=0.1).json
    assert (tried["cap"]["upgrades"], tried["price"]["langsmith_extra_usd"]) == (11, "0.135")


def test_what_a_known_rule_did_stands_beside_the_forecast(room: TrialRoom) -> None:
    """By the days of its upgrades, over the same whole days."""
    made = room.post("/runs/rules", {**room.asked(), "display_name": "errors", "sampling_rate": 1}).json
    yesterday = NOON_US // DAY_US - 1
    counted = [Upgraded(yesterday, room.project(), "rule", made["id"], 3)]
    UsageRows(room.store.control).write_upgrades(WORKSPACE, Month.of(NOON_US), counted, NOON_US)
    tried = room.dry(id=made["id"]).json
    assert (tried["did"]["upgrades"], tried["did"]["forecast_upgrades"], tried["did"]["days"]) == (3, 28, 9)
    assert tried["did"]["langsmith_extra_usd"] == "0.0135"
    assert [one["did"] for one in tried["by_day"]][-2:] == [3, 0]
    assert room.dry().json["did"] is None


def test_the_sample_is_the_newest_and_a_spread(room: TrialRoom) -> None:
    """Twenty traces, newest first, each by its first run that matches; asked again, the same."""
    sample = room.dry().json["sample"]
    newest_first = sorted(room.failed, reverse=True)
    assert len(sample) == NEWEST + SPREAD
    assert [one["trace_id"] for one in sample[:NEWEST]] == newest_first[:NEWEST]
    assert {one["trace_id"] for one in sample[NEWEST:]} < set(newest_first[NEWEST:])
    starts = [datetime.fromisoformat(one["start_time"]) for one in sample]
    assert starts == sorted(starts, reverse=True)
    first = sample[0]
    assert (first["run_id"], first["run_name"], first["matched_runs"]) == (first["trace_id"], "agent", 2)
    assert (first["status"], first["trace_tier"], first["session_id"]) == ("error", "shortlived", room.project())
    assert room.dry().json["sample"] == sample


def test_parts_are_the_whole(room: TrialRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is interrupted, and whatever arrives meanwhile, it finds the same."""
    whole = room.dry(id=A_RULE, monthly_cap_usd=1).json
    monkeypatch.setattr(rule_trial, "_BATCH_TRACES", 7)
    monkeypatch.setattr(Patience, "is_over", lambda *_, **__: True)
    parts = [room.dry(id=A_RULE, monthly_cap_usd=1).json]
    while parts[-1]["cursor"]:
        late_us = room.clock.now_us() - 1
        room.take(envelope(trace(late_us, failed_runs=1), late_us))
        room.clock.advance(60)
        parts.append(room.dry(id=A_RULE, monthly_cap_usd=1, cursor=parts[-1]["cursor"]).json)
    assert len(parts) >= 15
    assert parts[-1] == whole
    shares = [one["progress"]["done"] for one in parts]
    assert shares == sorted(shares)
    assert (shares[0] < 0.2, shares[-2] < 1, shares[-1]) == (True, True, 1)
    assert [one["traces"] for one in parts[:3]] == [7, 14, 21]


def test_a_part_forecasts_from_what_was_looked_at(room: TrialRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest days are whole first; the one in which it stopped is not."""
    monkeypatch.setattr(rule_trial, "_BATCH_TRACES", 25)
    monkeypatch.setattr(Patience, "is_over", lambda *_, **__: True)
    part = room.dry().json
    assert (part["is_complete"], part["month"]["from_days"]) == (False, 2)
    assert part["month"]["upgrades"]["middle"] == 90
    assert [one["day"] for one in part["by_day"]] == ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]


def test_a_cursor_is_of_one_question(room: TrialRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another rule, other days or another workspace do not go on where this one stopped; nor does what is none."""
    monkeypatch.setattr(Patience, "is_over", lambda *_, **__: True)
    monkeypatch.setattr(rule_trial, "_BATCH_TRACES", 7)
    cursor = room.dry().json["cursor"]
    answers = [room.dry(cursor=cursor, days=13), room.dry(cursor=cursor, filter=None), room.dry(cursor="x")]
    answers.append(room.dry(cursor=cursor[:-8]))
    assert [answer.status for answer in answers] == [400] * 4
    assert all(answer.json["detail"].startswith("cursor: ") for answer in answers)
    assert room.dry(cursor=cursor).status == 200


def test_a_cursor_says_what_was_written() -> None:
    """All that a dry run knows comes back as it went."""
    found = Found(matched_runs=3)
    standing = Standing(b"12345678", A_RULE, NOON_US, 5, found, NOON_US - 1, A_RULE)
    assert read_standing(b"12345678", write_standing(standing)) == standing
    assert standing.reached == Position(NOON_US - 1, A_RULE)


def test_its_time_is_asked_for(room: TrialRoom) -> None:
    """The clock is looked at between batches: with none left, one batch is answered."""
    seconds = iter([0.0, 5.0])
    rule = Rule(id=A_RULE, name="r", project=room.project())
    trial = RuleTrial(room.ask, WORKSPACE, rule, [room.project()])
    part = trial.go_on(Found(), Window(0, NOON_US), Patience(2, lambda: next(seconds)))
    assert part.looked_at == 100
    assert part.reached is not None


def test_who_may_not_write_may_try(room: TrialRoom) -> None:
    """A dry run changes nothing; another workspace's project is not there."""
    assert room.post("/runs/rules/dry-run", room.asked(), room.reading_key).json["matched"]["traces"] == 30
    assert room.post("/runs/rules/dry-run", room.asked(), room.other_key).status == 404
    assert room.get("/runs/rules").json == []


@pytest.mark.parametrize("days", [0, 401, "x"])
def test_days_are_within_what_is_kept(room: TrialRoom, days: object) -> None:
    """From one to 400."""
    assert room.dry(days=days).status == 422


def test_what_a_rule_may_not_be_is_not_tried(room: TrialRoom) -> None:
    """The same words as where it is made."""
    answer = room.dry(filter="eq(nmae, 'x')")
    assert (answer.status, answer.json["detail"].startswith("filter, character 4: ")) == (422, True)
    assert room.dry(evaluators=[{}]).status == 400
