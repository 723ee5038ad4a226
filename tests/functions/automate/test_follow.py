"""Rules follow what is recorded: nothing is missed however late it comes, nothing is acted on twice."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from functions.record.app import build as build_record
from shared.base.clock import SteppingClock
from shared.base.errors import Unavailable
from shared.base.ids import new_receipt
from shared.base.units import US_PER_DAY, US_PER_S
from shared.retention.kept import Kept
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope, FeedbackFact
from tests.automate_room import AutomateRoom, failing, sent_at, sound
from tests.operations import KEY_ID, WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import SETTINGS
from tests.stores import NOON_US

FAILED = 'eq(status, "error")'


@pytest.fixture
def room(tmp_path: Path) -> AutomateRoom:
    """Three rooms, without a rule."""
    return AutomateRoom(tmp_path)


def test_a_rule_extends_the_traces_with_runs_that_match(room: AutomateRoom) -> None:
    """The run decides, the trace is kept; another trace is left alone; the log names the run."""
    rule = room.rule(filter=FAILED)
    facts = failing()
    kept, left = sent_at(room, facts), sent_at(room, sound())
    assert room.look() == {"rules": 1, "looked": 2, "applied": 1}
    assert (room.tier_of(kept), room.tier_of(left)) == ("extended", "base")
    assert room.acted(rule) == {kept: [facts[1].run_id]}
    stored = room.ask.traces.stored(WORKSPACE, kept)
    assert stored is not None
    assert stored.kept == Kept("rule", rule.id, room.clock.now_us(), name="errors")
    room.finish()
    assert [one.cause_id for one in room.billed()] == [rule.id]


def test_what_was_looked_at_is_not_looked_at_again(room: AutomateRoom) -> None:
    """Neither by the process that remembers it, nor, a while later, by one that begins anew."""
    rule = room.rule(filter=FAILED)
    trace_id = sent_at(room, failing())
    assert room.look()["looked"] == 1
    assert room.look() == {"rules": 1, "looked": 0, "applied": 0}
    room.over(room.store)
    assert room.look()["looked"] == 1  # of the last minute a new process does not know who looked at it
    room.clock.advance(90)
    room.look()
    room.over(room.store)
    assert room.look()["looked"] == 0
    assert len(room.acted(rule)[trace_id]) == 1


def test_a_run_is_matched_when_it_has_ended(room: AutomateRoom) -> None:
    """A pending run is nothing to a rule; its end brings it up again."""
    rule = room.rule()
    [created, ended] = sound()
    trace_id = sent_at(room, [created])
    room.look()
    assert (room.tier_of(trace_id), room.acted(rule)) == ("base", {})
    room.clock.advance(600)
    sent_at(room, [ended])
    room.look()
    assert (room.tier_of(trace_id), room.acted(rule)) == ("extended", {trace_id: [trace_id]})


def test_feedback_makes_a_run_match(room: AutomateRoom) -> None:
    """Given a day later, by its own request, without asking for a longer life itself."""
    room.rule(filter='and(eq(feedback_key, "user"), lt(feedback_score, 0.5))')
    trace_id = sent_at(room, sound())
    assert room.look()["applied"] == 0
    room.clock.advance(US_PER_DAY / US_PER_S)
    body = {"id": uuid7(NOON_US), "key": "user", "score": 0, "run_id": trace_id, "trace_id": trace_id}
    fact = FeedbackFact(
        str(body["id"]), trace_id, trace_id, json.dumps(body | {"extend_trace_retention": False}).encode()
    )
    room.take(Envelope(new_receipt(room.clock.now_us()), WORKSPACE, KEY_ID, [], feedback=[fact]))
    assert room.look()["applied"] == 1
    assert room.tier_of(trace_id) == "extended"


def test_each_run_is_acted_on_once_though_its_trace_comes_up_again(room: AutomateRoom) -> None:
    """A run that comes late is acted on when it comes, the others were before."""
    rule = room.rule()
    facts = failing()
    trace_id = sent_at(room, facts)
    room.look()
    room.clock.advance(7_200)
    late = post(uuid7(NOON_US + 5_000), NOON_US + 5_000, facts[0], name="late")
    sent_at(room, [late, patch(late, NOON_US + 6_000)])
    room.look()
    assert room.acted(rule) == {trace_id: sorted([trace_id, facts[1].run_id, late.run_id])}
    outcomes = [one.outcomes["extend"] for one in room.applications.of_trace(WORKSPACE, trace_id)]
    assert [one.outcome for one in outcomes] == ["success", "skipped"]
    assert outcomes[1].payload["reason"] == "It is in the extended tier already, by this rule."


def test_what_waited_on_the_queue_for_hours_is_not_missed(room: AutomateRoom) -> None:
    """The feed is in order of receipts; a rule goes by when something was recorded."""
    rule = room.rule(filter=FAILED)
    waited = envelope(failing(), NOON_US)
    room.clock.advance(5 * 3_600)
    other = sent_at(room, failing(NOON_US + 5))
    room.look()
    room.clock.advance(120)
    assert room.take(waited) == []
    room.look()
    assert room.acted(rule).keys() == {other, str(waited.groups[0].trace_id)}


def test_a_disabled_rule_does_nothing_and_begins_anew_from_now(room: AutomateRoom) -> None:
    """What was recorded meanwhile is not looked at."""
    rule = room.rule(filter=FAILED)
    off = room.rules.write(WORKSPACE, msgspec.structs.replace(rule, is_enabled=False))
    meanwhile = sent_at(room, failing())
    assert room.look() == {"rules": 0, "looked": 0, "applied": 0}
    room.clock.advance(60)
    room.rules.write(WORKSPACE, msgspec.structs.replace(off, is_enabled=True))
    room.clock.advance(1)
    after = sent_at(room, failing(room.clock.now_us()))
    room.look()
    assert (room.tier_of(meanwhile), room.tier_of(after)) == ("base", "extended")


def test_a_rule_is_for_its_project_alone(room: AutomateRoom) -> None:
    """Traces of another project are not even looked at; a rule without a project looks at all."""
    sent_at(room, failing(), "name:one")
    room.clock.advance(1)
    own = room.rule(project=room.project("one"))
    everywhere = room.rule()
    room.clock.advance(1)
    first, second = sent_at(room, failing(), "name:one"), sent_at(room, failing(NOON_US + 9), "name:two")
    assert room.look()["looked"] == 3
    assert room.acted(own).keys() == {first}
    assert room.acted(everywhere).keys() == {first, second}


def test_a_rule_draws_among_traces(room: AutomateRoom) -> None:
    """A share of the traces is acted on, by a hash, and the others are not read."""
    rule = room.rule(sampling_rate=0.3)
    traces = [sent_at(room, sound(NOON_US + n)) for n in range(60)]
    looked = room.look()["looked"]
    assert 5 <= looked <= 35
    assert len(room.acted(rule)) == looked < len(traces)


def test_the_three_filters_all_count(room: AutomateRoom) -> None:
    """On the run, on its root, on any run of its trace; those that open payloads too."""
    rule = room.rule(
        filter='eq(run_type, "tool")', trace_filter='search(inputs, "refund")', tree_filter='eq(status, "error")'
    )
    facts = failing()
    trace_id = sent_at(room, facts)
    sent_at(room, sound())
    room.look()
    assert room.acted(rule) == {trace_id: [facts[1].run_id]}


def test_a_trace_that_has_ended_or_was_kept_before_is_not_kept_by_a_rule(room: AutomateRoom) -> None:
    """Expired traces match nothing; of those that are kept, the log says by what."""
    rule = room.rule()
    kept, ended = sent_at(room, sound()), sent_at(room, sound(NOON_US + 7))
    room.extend(kept, Kept("share", "s", NOON_US))
    room.clock.advance(15 * US_PER_DAY / US_PER_S)
    assert room.look()["applied"] == 1
    [application] = room.applications.of_trace(WORKSPACE, kept)
    assert application.outcomes["extend"].payload == {"reason": "It is in the extended tier already, by a share."}
    assert room.acted(rule).keys() == {kept}
    assert room.tier_of(ended) == "base"


def test_what_fails_for_one_rule_stops_that_rule_alone(room: AutomateRoom) -> None:
    """A filter that cannot be read is told beside its rule, and when it can, the rule goes on from where it was."""
    broken, sane = room.rule(filter="eq(status"), room.rule(filter=FAILED)
    trace_id = sent_at(room, failing())
    with pytest.raises(Unavailable, match=broken.id):
        room.look()
    assert room.acted(sane).keys() == {trace_id}
    assert room.rules.standing(WORKSPACE, broken.id).state.error
    room.rules.write(WORKSPACE, msgspec.structs.replace(broken, filter=FAILED))
    room.look()
    assert room.acted(broken).keys() == {trace_id}
    assert room.rules.standing(WORKSPACE, broken.id).state.error == ""


def test_who_writes_what_he_stamped_a_while_ago_is_not_missed(room: AutomateRoom) -> None:
    """An entry of the feed says when its writer began; it may be there half a minute later, behind several looks."""
    rule = room.rule(filter=FAILED)
    others = []
    slow = SteppingClock(room.clock.now_us() + 2 * US_PER_S)
    for _ in range(4):
        others.append(sent_at(room, failing(room.clock.now_us())))
        room.clock.advance(8)
        room.look()
    late = envelope(failing(NOON_US), slow.now_us())
    record = {"messageId": "m", "body": pack_envelope(late), "attributes": {"ApproximateReceiveCount": "1"}}
    assert build_record(SETTINGS, room.store, slow)({"Records": [record]}, None)["batchItemFailures"] == []
    room.over(room.store)
    room.look()
    assert room.acted(rule).keys() == {*others, str(late.groups[0].trace_id)}
    assert {len(runs) for runs in room.acted(rule).values()} == {1}
