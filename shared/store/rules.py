"""Rules in the control table, and how far each is: up to when it has looked, and how far it has looked back.

All of a workspace lies in one partition, so that one read a minute tells the job what there is to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import msgspec

from shared.base.clock import Clock
from shared.base.errors import Conflict, NotFound
from shared.rules.rule import Rule
from shared.store import keys
from shared.store.ports import Absent, AtMost, Condition, Equals, Item, Key, KeyRange, Table, Value

MAX_RULES = 200
"""Of a workspace: each is asked of each trace."""
_RULE, _REVISION = "rule", "v"
_FRAME, _LOOKED, _NUMBER = "f", "u", "n"
Record = TypeVar("Record", bound=msgspec.Struct)
_encode = msgspec.json.Encoder().encode
_rule = msgspec.json.Decoder(Rule).decode


class RuleState(msgspec.Struct, frozen=True):
    """How a rule is. Everything that was recorded before `looked_us` was looked at.

    `error` is why its last pass failed, empty where it did not; `tried_us` when that was.
    """

    looked_us: int = 0
    error: str = ""
    tried_us: int = 0


class Backfill(msgspec.Struct, frozen=True):
    """How far a rule has looked back: it has looked at all up to (`project`, `order_us`, `trace_id`).

    `looked` traces were looked at, `matched` of them were acted on; `part` is the share of the time that is done.
    `done_us` is when it was finished; None while it is not. `number` grows by one with each step.
    """

    number: int = 0
    project: str = ""
    order_us: int = 0
    trace_id: str = ""
    looked: int = 0
    matched: int = 0
    part: float = 0.0
    done_us: int | None = None


class Standing(NamedTuple):
    """A rule, and how far it is."""

    rule: Rule
    state: RuleState
    backfill: Backfill

    @property
    def since_us(self) -> int:
        """From when on it looks: nothing of the time when it was disabled."""
        return max(self.state.looked_us, self.rule.enabled_us)

    @property
    def looks_back(self) -> bool:
        """Whether it has still to look back."""
        return self.rule.backfill_from_us is not None and self.backfill.done_us is None


class Rules:
    """Questions and commands about the rules of a workspace."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock

    def all(self, workspace: str) -> list[Rule]:
        """The rules of a workspace, the oldest first. Strongly read."""
        return [one.rule for one in self.standings(workspace, consistent=True)]

    def standings(self, workspace: str, *, consistent: bool = False) -> list[Standing]:
        """The rules of a workspace with how far each is, the oldest first."""
        rows = self._control.query(KeyRange(keys.rules(workspace), consistent=consistent))
        by_sk = {row.sk: row for row in rows}
        found = (_standing(row, by_sk) for row in rows if "#" not in row.sk)
        return sorted(found, key=lambda one: (one.rule.created_us, one.rule.id))

    def standing(self, workspace: str, rule_id: str) -> Standing:
        """A rule, and how far it is. Raises: NotFound."""
        rows = self._control.query(KeyRange(keys.rules(workspace), rule_id, rule_id + keys.LAST, consistent=True))
        by_sk = {row.sk: row for row in rows}
        if rule_id not in by_sk:
            raise NotFound(f"Rule {rule_id} does not exist in this workspace, or was deleted")
        return _standing(by_sk[rule_id], by_sk)

    def get(self, workspace: str, rule_id: str) -> Rule:
        """One rule. Raises: NotFound."""
        return self.standing(workspace, rule_id).rule

    def write(self, workspace: str, rule: Rule) -> Rule:
        """Keep a rule: a new one where its revision is 0, else the change of what that revision was.

        Gives it as it is kept. A rule that is enabled again begins with what is recorded from now on.
        Raises: NotFound; Conflict where it was changed since it was read, or there are too many.
        """
        now_us = self._clock.now_us()
        if rule.revision == 0:
            return self._create(workspace, rule, now_us)
        known = self.get(workspace, rule.id)
        enabled_us = now_us if rule.is_enabled and not known.is_enabled else known.enabled_us
        changed = msgspec.structs.replace(
            rule, updated_us=now_us, enabled_us=enabled_us, created_us=known.created_us, revision=rule.revision + 1
        )
        if not self._put(workspace, changed, Equals(_REVISION, rule.revision)):
            raise Conflict(f"Rule {rule.id} was changed by somebody else in between: read it again, then change it")
        return changed

    def delete(self, workspace: str, rule_id: str) -> None:
        """Forget a rule; what it did stays, and its log. Raises: NotFound."""
        self.get(workspace, rule_id)
        sks = (rule_id, keys.rule_state(rule_id), keys.rule_backfill(rule_id))
        self._control.delete([Key(keys.rules(workspace), sk) for sk in sks])

    def note(self, workspace: str, rule_id: str, state: RuleState) -> bool:
        """Let this be how a rule is, unless it has looked further by now; says whether it had not."""
        said: dict[str, Value] = {_FRAME: _encode(state), _LOOKED: state.looked_us}
        row = Item(keys.rules(workspace), keys.rule_state(rule_id), said)
        return self._control.put_if(row, AtMost(_LOOKED, state.looked_us))

    def note_backfill(self, workspace: str, rule_id: str, step: Backfill) -> bool:
        """Let this be how far a rule has looked back, after the step before; says whether nobody else made one."""
        said: dict[str, Value] = {_FRAME: _encode(step), _NUMBER: step.number}
        row = Item(keys.rules(workspace), keys.rule_backfill(rule_id), said)
        return self._control.put_if(row, Absent() if step.number == 1 else Equals(_NUMBER, step.number - 1))

    def _create(self, workspace: str, rule: Rule, now_us: int) -> Rule:
        if len(self.standings(workspace, consistent=True)) >= MAX_RULES:
            raise Conflict(f"This workspace has {MAX_RULES} rules, the most it may have: delete one first")
        new = msgspec.structs.replace(rule, created_us=now_us, updated_us=now_us, enabled_us=now_us, revision=1)
        if not self._put(workspace, new, Absent()):
            raise Conflict(f"Rule {rule.id} exists already")
        return new

    def _put(self, workspace: str, rule: Rule, condition: Condition) -> bool:
        row = Item(keys.rules(workspace), rule.id, {_RULE: _encode(rule), _REVISION: rule.revision})
        return self._control.put_if(row, condition)


def _standing(row: Item, by_sk: Mapping[str, Item]) -> Standing:
    """A rule with what stands beside it."""
    state, backfill = by_sk.get(keys.rule_state(row.sk)), by_sk.get(keys.rule_backfill(row.sk))
    return Standing(_rule(_bytes(row, _RULE)), _read(state, RuleState), _read(backfill, Backfill))


def _read(row: Item | None, kind: type[Record]) -> Record:
    return kind() if row is None else msgspec.json.decode(_bytes(row, _FRAME), type=kind)


def _bytes(row: Item, name: str) -> bytes:
    value = row.attributes[name]
    if not isinstance(value, bytes):
        raise TypeError(f"attribute {name} of row {row.pk}/{row.sk} is no frame")
    return value
