"""A trace that came into the extended tier lives there whole; whatever it shared its rows with does not."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from shared.base.ids import new_receipt
from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_S
from shared.retention.choices import Choice
from shared.retention.kept import Kept
from shared.runs.fact import Envelope, Fact, FeedbackFact
from shared.store import keys
from shared.store.erased import set_tombstones
from shared.store.fates import UPGRADED_DAYS, month_of, noted_causes
from shared.store.ports import Key, KeyRange
from shared.store.upgrades import Task
from shared.store.usage_audit import recount_hour
from tests.keep_room import KeepRoom, by_rule
from tests.operations import KEY_ID, WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import ALL_TIME
from tests.stores import NOON_US

NOTHING = {"payloads": {}, "log": [], "head": 0, "failed": [], "found": [], "feedback": [], "listed": []}
READ = ("payloads", "log", "head", "feedback", "listed")
"""What says itself that it has ended; rows that only lead to a trace are there until they are deleted."""
THREAD = "order 4711"


@pytest.fixture
def room(tmp_path: Path) -> KeepRoom:
    """An empty room."""
    return KeepRoom(tmp_path)


def story(start_us: int = NOON_US, bulk: int = 900) -> list[Fact]:
    """A trace whose payload goes to a segment, with a failed run that only a pointer finds, in a thread."""
    noise = [uuid.uuid4().hex for _ in range(bulk)]
    metadata = {"metadata": {"thread_id": THREAD}}
    root = post(uuid7(start_us), start_us, name="agent", inputs={"noise": noise}, extra=metadata)
    tool = post(str(uuid.uuid4()), start_us + 2000, root, name="search")
    ends = [patch(tool, start_us + 9000, error="ValueError: none"), patch(root, start_us + US_PER_S, outputs={"a": 1})]
    return [root, tool, *ends]


def feedback_on(root: str, after_us: int = 0, **said: object) -> Envelope:
    """A request with one feedback about a root."""
    body: dict[str, Any] = {"id": str(uuid.uuid4()), "key": "user", "run_id": root, "trace_id": root, **said}
    fact = FeedbackFact(body["id"], root, root, json.dumps(body).encode())
    return Envelope(new_receipt(NOON_US + after_us), WORKSPACE, KEY_ID, [], feedback=[fact])


def seen(room: KeepRoom, trace: list[Fact]) -> dict[str, Any]:
    """What each way of reading finds of a trace, but for threads, whose rows say nothing of an end."""
    found = room.everywhere(trace[0].run_id, [fact.run_id for fact in trace[:2]], THREAD)
    found.pop("turns")
    return found


def tier_of(room: KeepRoom, trace: list[Fact]) -> str:
    """The tier of a trace that may be read."""
    stored = room.ask.traces.load(WORKSPACE, trace[0].run_id)
    assert stored is not None
    return stored.tier


def project_in(room: KeepRoom, tier: Any) -> None:  # noqa: ANN401 a tier, or None
    """Let new traces of the default project be born in this tier from now on."""
    project = room.ask.projects.resolve(WORKSPACE, None)
    room.ask.projects.change(project.in_tier(tier, room.clock.now_us()))


def test_an_upgraded_trace_is_whole_until_its_400_days_are_over(room: KeepRoom) -> None:
    """By every way of reading, though TTL and lifecycle ran; what shared its rows and segment is gone after 14."""
    kept, other = story(), story(NOON_US + 7)
    willing = feedback_on(kept[0].run_id, extend_trace_retention=False)
    room.take(envelope([*kept, *other], NOON_US), willing)
    before, others = seen(room, kept), seen(room, other)
    assert len(before["payloads"]) == len(before["log"]) == len(before["found"]) == 2
    assert before["failed"] == before["found"][:1] or before["failed"] == before["found"][1:]
    assert before["feedback"] == before["listed"] != []
    assert room.extend(kept[0].run_id)
    room.finish()
    room.let_days_pass(13)
    assert (seen(room, kept), seen(room, other)) == (before, others)
    room.let_days_pass(2)
    assert (seen(room, kept), seen(room, other)) == (before, NOTHING)
    room.let_days_pass(384)
    assert seen(room, kept) == before
    assert room.everywhere(kept[0].run_id, [], THREAD)["turns"] == [kept[0].run_id]
    room.clock.advance(86_400)
    over = seen(room, kept)
    assert {name: over[name] for name in READ} == {name: NOTHING[name] for name in READ}
    room.let_days_pass(2)
    left = [key for tier in ("base", "extended") for key in room.store.objects.list(f"{tier}/")]
    assert (room.store.traces.query(KeyRange(keys.trace(WORKSPACE, kept[0].run_id))), left) == ([], [])


def test_a_trace_is_born_where_its_project_puts_it(room: KeepRoom) -> None:
    """In the extended tier at once, with its cause, counted once in the month; put by once, when it has ended."""
    project_in(room, "extended")
    trace = story()
    room.take(envelope(trace[:2], NOON_US), envelope(trace[2:], NOON_US + 5000))
    assert tier_of(room, trace) == "extended"
    assert room.store.upgrades.depth() == (0, 1, 0, 0)
    [billed] = room.billed()
    assert (billed.trace_id, billed.cause, billed.is_born) == (trace[0].run_id, "project", True)
    before = seen(room, trace)
    room.finish()
    assert len(list(room.store.objects.list("extended/segments/"))) == 1
    room.let_days_pass(399)
    assert seen(room, trace) == before


def test_a_setting_counts_for_new_traces_alone(room: KeepRoom) -> None:
    """What was received before the change stays where it was, whatever comes of it later, or again."""
    old, new = story(bulk=1), story(NOON_US + 90 * US_PER_S, bulk=1)
    first = envelope(old[:2], NOON_US)
    room.take(first)
    room.clock.advance(60)
    project_in(room, "extended")
    room.take(first, envelope(old[2:], room.clock.now_us()), envelope(new[:2], room.clock.now_us()))
    assert (tier_of(room, old), tier_of(room, new)) == ("base", "extended")
    room.clock.advance(60)
    project_in(room, "base")
    room.take(envelope(new[2:], room.clock.now_us()), first)
    assert (tier_of(room, old), tier_of(room, new)) == ("base", "extended")
    room.finish()
    room.let_days_pass(15)
    assert room.trace(old[0].run_id) is None
    assert len(seen(room, new)["payloads"]) == 2


def test_a_waiting_request_is_born_by_the_setting_of_when_it_was_received(room: KeepRoom) -> None:
    """It was accepted before the change, and recorded after it."""
    trace, now_us = story(bulk=1), room.clock.now_us()
    room.ask.projects.resolve(WORKSPACE, None)
    room.clock.advance(60)
    project_in(room, "extended")
    room.take(envelope(trace, now_us))
    assert tier_of(room, trace) == "base"


def test_projects_inherit_from_workspace_and_organization(room: KeepRoom) -> None:
    """The narrowest scope that says something counts."""
    organization = room.ask.access.create_workspace("ours", WORKSPACE).organization
    room.ask.retention.choose(organization, Choice(default_tier="extended"))
    tiers = []
    for scope, choice in ((None, None), (WORKSPACE, Choice(default_tier="base")), (WORKSPACE, Choice())):
        if scope is not None and choice is not None:
            room.clock.advance(10)
            room.ask.retention.choose(scope, choice)
            room.clock.advance(10)
        trace = story(room.clock.now_us(), bulk=1)
        room.take(envelope(trace, room.clock.now_us()))
        tiers.append(tier_of(room, trace))
    assert tiers == ["extended", "base", "extended"]


def test_a_trace_is_upgraded_once_whoever_asks(room: KeepRoom) -> None:
    """A rule, a feedback and a share of one trace: one fate, one row for the bill, the others noted beside it."""
    trace = story(bulk=1)
    root = trace[0].run_id
    room.take(envelope(trace, NOON_US))
    assert room.extend(root)
    assert not room.extend(root, Kept("share", "s-1", NOON_US + 1))
    assert not room.extend(root)
    room.take(feedback_on(root, 5000))
    room.finish()
    room.extend(root, by_rule(NOON_US + 9, "r-2"))
    room.finish()
    stored = room.ask.traces.load(WORKSPACE, root)
    assert stored is not None
    assert stored.kept_because == "Rule “errors” matched on 20 November 2026 by automation"
    assert [(one.trace_id, one.cause, one.cause_id) for one in room.billed()] == [(root, "rule", "r-1")]
    assert [(one.kind, one.id) for one in noted_causes(room.store.traces, WORKSPACE, root, 9)] == [
        ("share", "s-1"),
        ("rule", "r-2"),
    ]


def test_what_is_billed_for_needs_no_row_when_its_month_was_billed(room: KeepRoom) -> None:
    """The row of an upgrade ends after 100 days; an audit of that hour misses it until then, and not behind."""
    trace = story(bulk=1)
    room.take(envelope(trace, NOON_US))
    room.extend(trace[0].run_id)
    room.finish()
    [row] = room.store.traces.query(KeyRange(keys.upgraded(WORKSPACE, month_of(NOON_US))))
    assert (row.expires_epoch_s or 0) // 86_400 == NOON_US // US_PER_DAY + UPGRADED_DAYS
    room.store.traces.delete([Key(row.pk, row.sk)])
    for days, missing in ((0, [trace[0].run_id]), (UPGRADED_DAYS + 1, [])):
        now_us = room.clock.now_us() + days * US_PER_DAY
        counted = recount_hour(room.store.traces, room.ask.traces, WORKSPACE, NOON_US // US_PER_HOUR, now_us)
        assert (counted.verified, counted.missing_upgrades) == (1, missing)


def test_lists_show_the_tier_at_once(room: KeepRoom) -> None:
    """The head is made again without waiting for what settles."""
    trace = story(bulk=1)
    room.take(envelope(trace, NOON_US))
    room.extend(trace[0].run_id)
    room.work()
    room.record_waiting()
    [head] = room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME)
    assert (head.tier, head.ends_us) == ("extended", NOON_US + 400 * US_PER_DAY)
    assert head.kept_because is not None


@pytest.mark.parametrize(
    ("said", "choice", "is_kept"),
    [
        ({}, Choice(), True),
        ({"extend_trace_retention": False}, Choice(), False),
        ({"_skip_trace_upgrade": True}, Choice(), False),
        ({"feedback_source": {"type": "app"}}, Choice(), False),
        ({"feedback_source": {"type": "app"}, "extend_trace_retention": True}, Choice(), True),
        ({"feedback_source": {"type": "app"}}, Choice(feedback_in_app=True), True),
        ({}, Choice(feedback_by_api=False), False),
        ({"extend_trace_retention": True}, Choice(feedback_by_api=False), True),
    ],
)
def test_feedback_keeps_its_trace_as_it_was_sent(
    room: KeepRoom, said: dict[str, Any], choice: Choice, *, is_kept: bool
) -> None:
    """By what it says itself, else by where it was given and what the workspace chose; early or late."""
    room.ask.retention.choose(WORKSPACE, choice)
    room.clock.advance(10)
    late, early = story(bulk=1), story(NOON_US + 5, bulk=1)
    room.take(envelope(late, NOON_US), feedback_on(early[0].run_id, 20 * US_PER_S, **said))
    room.take(feedback_on(late[0].run_id, 20 * US_PER_S, **said), envelope(early, NOON_US + 30 * US_PER_S))
    room.finish()
    assert [tier_of(room, one) == "extended" for one in (late, early)] == [is_kept, is_kept]
    assert len(room.billed()) == 2 * is_kept


def test_what_comes_late_lives_as_long(room: KeepRoom) -> None:
    """A run of another week, whose payload went into a segment of the base tier, and feedback of yet another."""
    trace = story()
    room.take(envelope(trace[:1], NOON_US))
    room.extend(trace[0].run_id)
    room.finish()
    room.clock.advance(7 * 86_400)
    late_us = room.clock.now_us()
    noise = {"noise": [uuid.uuid4().hex for _ in range(900)]}
    late = post(str(uuid.uuid4()), NOON_US + 5000, trace[0], name="late", inputs=noise)
    room.take(envelope([late, patch(late, late_us, error="late")], late_us))
    room.take(feedback_on(trace[0].run_id, 7 * US_PER_DAY, key="late"))
    room.finish()
    facts = [trace[0], late]
    before = seen(room, facts)
    assert before["failed"] == [late.run_id]
    room.let_days_pass(390)
    assert seen(room, facts) == before


def test_attachments_move_with_their_trace(room: KeepRoom) -> None:
    """The run names the copy, in its chunk as in the log, and the copy is there when the base tier has ended."""
    key = keys.attachment("base", WORKSPACE, "t", "r", "photo", "019a")
    room.store.objects.put(key, b"pixels", "image/png")
    trace = story(bulk=1)
    trace[0].fields["attachment.photo"] = ["image/png", 6, key]
    room.take(envelope(trace, NOON_US))
    room.extend(trace[0].run_id)
    room.finish()
    room.let_days_pass(20)
    [minute] = room.ask.log.minutes(WORKSPACE, room.project(), ALL_TIME)
    read = room.trace(trace[0].run_id)
    assert read is not None
    assert read.root is not None
    named = {run.attachments["photo"][2] for run in (read.root, *minute.runs) if run.id == trace[0].run_id}
    assert [room.store.objects.get(one) for one in named] == [b"pixels"]


def test_what_is_over_is_not_kept(room: KeepRoom) -> None:
    """Neither a trace that has ended, nor one that was erased, nor one that never was: and nobody pays for them."""
    ended, erased = story(bulk=1), story(NOON_US + 5, bulk=1)
    room.take(envelope([*ended, *erased], NOON_US))
    set_tombstones(room.store.traces, WORKSPACE, "e", [erased[0].run_id], NOON_US)
    room.upgrades.send(Task(WORKSPACE, erased[0].run_id, by_rule(NOON_US)))
    room.upgrades.send(Task(WORKSPACE, uuid7(NOON_US), by_rule(NOON_US)))
    room.clock.advance(14 * 86_400)
    room.upgrades.send(Task(WORKSPACE, ended[0].run_id, by_rule(NOON_US)))
    room.finish()
    assert room.billed() == []
    assert room.trace(ended[0].run_id) is None
