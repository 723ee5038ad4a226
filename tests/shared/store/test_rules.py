"""Rules in the control table, and how far each is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shared.base.clock import SteppingClock
from shared.base.errors import Conflict, NotFound
from shared.base.ids import new_uuid
from shared.base.units import US_PER_S
from shared.rules.rule import Rule
from shared.store.rules import Backfill, Rules, RuleState
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store


class Desk:
    """Rules over a table of their own, and their clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppingClock(NOON_US)
        self.rules = Rules(local_store(folder, self.clock).control, self.clock)

    def new(self, **said: object) -> Rule:
        """A new rule."""
        rule = msgspec.structs.replace(Rule(id=new_uuid(), name="errors"), **said)
        return self.rules.write(WORKSPACE, rule)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """No rules yet."""
    return Desk(tmp_path)


def test_rules_are_listed_oldest_first_and_read_back(desk: Desk) -> None:
    """What was written is what is read, of its own workspace alone."""
    first = desk.new(name="first", filter='eq(status, "error")')
    desk.clock.advance(1)
    second = desk.new(name="second")
    assert desk.rules.all(WORKSPACE) == [first, second]
    assert desk.rules.get(WORKSPACE, first.id) == first
    assert (first.created_us, first.enabled_us, first.revision) == (NOON_US, NOON_US, 1)
    assert desk.rules.all("another") == []
    with pytest.raises(NotFound, match=first.id):
        desk.rules.get("another", first.id)


def test_a_change_of_what_somebody_else_changed_is_refused(desk: Desk) -> None:
    """Each change names the revision that it is of."""
    rule = desk.new()
    changed = desk.rules.write(WORKSPACE, msgspec.structs.replace(rule, name="other"))
    assert (changed.revision, changed.name) == (2, "other")
    with pytest.raises(Conflict, match="read it again"):
        desk.rules.write(WORKSPACE, msgspec.structs.replace(rule, name="third"))
    with pytest.raises(Conflict, match="exists already"):
        desk.rules.write(WORKSPACE, msgspec.structs.replace(rule, revision=0))


def test_a_rule_that_is_enabled_again_begins_now(desk: Desk) -> None:
    """What was recorded while it was disabled is nothing to it; a change while it is enabled leaves it going."""
    rule = desk.new()
    desk.rules.note(WORKSPACE, rule.id, RuleState(NOON_US + US_PER_S))
    desk.clock.advance(60)
    renamed = desk.rules.write(WORKSPACE, msgspec.structs.replace(rule, name="renamed"))
    assert desk.rules.standing(WORKSPACE, rule.id).since_us == NOON_US + US_PER_S
    off = desk.rules.write(WORKSPACE, msgspec.structs.replace(renamed, is_enabled=False))
    desk.clock.advance(60)
    desk.rules.write(WORKSPACE, msgspec.structs.replace(off, is_enabled=True))
    assert desk.rules.standing(WORKSPACE, rule.id).since_us == desk.clock.now_us()


def test_a_rule_never_looks_back_by_what_a_slow_pass_notes(desk: Desk) -> None:
    """The moment up to which all was looked at only grows."""
    rule = desk.new()
    assert desk.rules.note(WORKSPACE, rule.id, RuleState(NOON_US + 2))
    assert not desk.rules.note(WORKSPACE, rule.id, RuleState(NOON_US + 1, "late"))
    assert desk.rules.standing(WORKSPACE, rule.id).state == RuleState(NOON_US + 2)
    assert desk.rules.note(WORKSPACE, rule.id, RuleState(NOON_US + 2, "it failed", NOON_US))
    assert desk.rules.standing(WORKSPACE, rule.id).state.error == "it failed"


def test_of_two_steps_back_one_counts(desk: Desk) -> None:
    """A step is noted behind the one that it was made after, by whoever is first."""
    rule = desk.new(backfill_from_us=0)
    assert desk.rules.standing(WORKSPACE, rule.id).looks_back
    assert desk.rules.note_backfill(WORKSPACE, rule.id, Backfill(1, looked=10, part=0.25))
    assert not desk.rules.note_backfill(WORKSPACE, rule.id, Backfill(1, looked=20))
    assert desk.rules.note_backfill(WORKSPACE, rule.id, Backfill(2, looked=30, part=1.0, done_us=NOON_US))
    standing = desk.rules.standing(WORKSPACE, rule.id)
    assert (standing.backfill.looked, standing.backfill.part, standing.looks_back) == (30, 1.0, False)


def test_what_is_deleted_is_gone_with_how_far_it_was(desk: Desk) -> None:
    """A rule of the same id begins anew."""
    rule = desk.new()
    desk.rules.note(WORKSPACE, rule.id, RuleState(NOON_US + 5))
    desk.rules.delete(WORKSPACE, rule.id)
    assert desk.rules.all(WORKSPACE) == []
    with pytest.raises(NotFound):
        desk.rules.delete(WORKSPACE, rule.id)
