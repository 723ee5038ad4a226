"""Rules as one answer shows them: names, spend and the look at the past are read once for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from functions.api.auth import Caller
from functions.api.rule_desk import RuleDesk
from functions.api.rule_secrets import SecretsByPlace
from functions.api.rule_spend import Spend
from functions.api.schemas.rule_object import Known, Names, rule_object
from shared.rules.rule import Rule
from shared.store.parallel import side_by_side
from shared.store.rules import Standing
from shared.usage.month import Month


class RuleRows:
    """What is known of the rules of a workspace now."""

    def __init__(self, caller: Caller, desk: RuleDesk) -> None:
        self._caller = caller
        self._desk = desk

    def shown(self, standings: Sequence[Standing], secrets: SecretsByPlace | None = None) -> list[dict[str, Any]]:
        """These rules; `secrets` are those that were made just now, for one that was written."""
        workspace, rules = self._caller.workspace, [one.rule for one in standings]
        ids = [one.id for one in rules]
        applied_us = dict(zip(ids, side_by_side(self._desk.last_applied_us, ids), strict=True))
        spend = Spend(self._caller.room.store.control, workspace, Month.of(self._caller.now_us))
        known = Known(self._names(rules), spend, applied_us)
        return [rule_object(one, workspace, known, secrets) for one in standings]

    def one(self, rule_id: str, secrets: SecretsByPlace | None = None) -> dict[str, Any]:
        """One rule. Raises: NotFound."""
        return self.shown([self._desk.rules.standing(self._caller.workspace, rule_id)], secrets)[0]

    def _names(self, rules: Iterable[Rule]) -> Names:
        workspace, known = self._caller.workspace, list(rules)
        projects = self._caller.room.ask.projects.all(workspace) if any(one.project for one in known) else []
        queues = self._desk.queues.all(workspace) if any(one.queue for one in known) else []
        datasets = self._desk.datasets.all(workspace) if any(one.dataset for one in known) else []
        return Names(
            {one.id: one.name for one in projects},
            {one.id: one.name for one in queues},
            {one.id: one.name for one in datasets},
        )
