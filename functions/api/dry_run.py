"""One part of a dry run, for one caller: from what is asked, by where it stands, to what is answered."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from functions.api.auth import Caller
from functions.api.patience import SOON_S, Patience
from functions.api.progress import ALL, progress_in
from functions.api.rule_desk import RuleDesk
from functions.api.rule_spend import Spend
from functions.api.rule_trial import Found, Part, RuleTrial
from functions.api.schemas.asked import optional_uuid
from functions.api.schemas.moments import utc
from functions.api.schemas.rule import RuleTrialAsked
from functions.api.schemas.rule_trial import Tried, trial_object
from functions.api.trial_cursor import Standing, question_of, read_standing, write_standing
from shared.base.ids import new_uuid
from shared.base.units import US_PER_DAY, US_PER_HOUR
from shared.projects.project import Project
from shared.rules.rule import Alert, Rule, Webhook
from shared.store.billing import Billing
from shared.store.walk import Window
from shared.usage.month import months_between

AHEAD_US = US_PER_HOUR
"""So far ahead of ours a client's clock may be: as the job has it, which looks back over the same."""


class DryRun:
    """What is asked, where it stands, and over what it goes. Raises: BadRequest, Malformed, NotFound."""

    def __init__(self, caller: Caller, asked: RuleTrialAsked) -> None:
        asked.check()
        self._caller = caller
        self._room = caller.room
        self._asked = asked
        self._desk = RuleDesk(caller)
        self._standing = self._begin()
        self._since_us = self._standing.until_us - asked.days * US_PER_DAY

    def part(self, wait_s: float | None) -> dict[str, Any]:
        """What was found until now, some of it just now."""
        standing = self._standing
        window = Window(self._since_us, standing.until_us + AHEAD_US, after=standing.reached)
        patience = Patience(SOON_S if wait_s is None else wait_s)
        part = self._trial().go_on(standing.found, window, patience)
        standing.looked_at += part.looked_at
        return {
            **trial_object(self._tried(part), is_known=self._is_known()),
            "days": self._asked.days,
            "is_complete": part.reached is None,
            "progress": self._progress(part, window),
            "cursor": self._cursor(part),
        }

    @cached_property
    def rule(self) -> Rule:
        """The rule that is tried: all of it that decides what it does to whom, and nothing that is secret."""
        asked = self._asked
        rule = Rule(id=self._standing.rule_id, name=asked.display_name, project=self._desk.project(asked))
        hooks = tuple(Webhook(one.url) for one in asked.webhooks or ())
        alerts = tuple(Alert(one.type) for one in asked.alerts or ())
        return msgspec.structs.replace(rule, **asked.plain(), webhooks=hooks, alerts=alerts)

    @cached_property
    def projects(self) -> list[Project]:
        """Those that the rule is for."""
        projects, workspace = self._room.ask.projects, self._caller.workspace
        return projects.all(workspace) if self.rule.project is None else [projects.get(workspace, self.rule.project)]

    def _begin(self) -> Standing:
        """Its beginning, or where the cursor says."""
        question = question_of(self._caller.workspace, self._asked)
        if self._asked.cursor:
            return read_standing(question, self._asked.cursor)
        rule_id = optional_uuid(self._asked.id, "id") or new_uuid()
        return Standing(question, rule_id, self._caller.now_us, 0, Found(), 0, "")

    def _trial(self) -> RuleTrial:
        ids = [one.id for one in self.projects]
        return RuleTrial(self._room.ask, self._caller.workspace, self.rule, ids)

    def _is_known(self) -> bool:
        return any(one.id == self.rule.id for one in self._desk.rules.all(self._caller.workspace))

    def _tried(self, part: Part) -> Tried:
        until_us = self._standing.until_us
        months = months_between(self._since_us, until_us + 1)
        return Tried(
            rule=self.rule,
            found=part.found,
            since_us=self._since_us,
            until_us=until_us,
            reached_us=None if part.reached is None else part.reached.order_us,
            first_day=self._first_whole_day(part.found),
            spends=[Spend(self._room.store.control, self._caller.workspace, month) for month in months],
            capped_at=self._capped_at(),
        )

    def _capped_at(self) -> Decimal:
        workspace = self._room.ask.access.workspace(self._caller.workspace)
        plan = Billing(self._room.store.control, self._room.clock).plan(workspace.organization)
        return plan.upgrade_usd_per_1000

    def _first_whole_day(self, found: Found) -> int:
        """The first day of which all can be seen, counted since 1970.

        Not of a time before there was a project, or anything in it; nor of one of which the base tier has ended by now.
        """
        until_us = self._standing.until_us
        made_us = min((one.created_us for one in self.projects), default=until_us)
        seen = min(found.days, default=until_us // US_PER_DAY)
        base_us = until_us - self._room.settings.base_days * US_PER_DAY
        return max(max(self._since_us, base_us) // US_PER_DAY, min(made_us // US_PER_DAY, seen)) + 1

    def _progress(self, part: Part, window: Window) -> dict[str, Any]:
        looked_at = self._standing.looked_at
        if part.reached is None:
            return {"looked_at": looked_at, "done": ALL, "reached": None}
        ids = [one.id for one in self.projects]
        came = progress_in(self._room.ask.hours, self._caller.workspace, ids, window, looked_at, part.reached)
        return {"looked_at": looked_at, "done": round(came.share, 4), "reached": utc(came.reached_us)}

    def _cursor(self, part: Part) -> str | None:
        if part.reached is None:
            return None
        order_us, trace_id = part.reached
        return write_standing(msgspec.structs.replace(self._standing, order_us=order_us, trace_id=trace_id))
