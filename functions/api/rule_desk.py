"""Makes, changes and removes automation rules for one caller."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from functions.api.auth import Caller
from functions.api.errors import BadRequest
from functions.api.rule_secrets import RuleSecrets, Sealed, SecretsByPlace
from functions.api.schemas.asked import optional_uuid
from functions.api.schemas.rule import RuleAsked, RuleFields
from shared.base.errors import Conflict, NotFound
from shared.base.ids import new_uuid
from shared.retention.periods import Periods
from shared.rules.rule import Rule
from shared.store.annotation_queues import AnnotationQueues
from shared.store.applications import Applications
from shared.store.datasets import Datasets
from shared.store.rules import Rules
from shared.store.sealing import Sealing


class Written(NamedTuple):
    """A rule as it is now, and the signing secrets that were made for it just now."""

    rule: Rule
    secrets: SecretsByPlace


class RuleDesk:
    """What a caller may do with rules. Another workspace's are not there."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._workspace = caller.workspace
        store, clock = caller.room.store, caller.room.clock
        self.rules = Rules(store.control, clock)
        settings = caller.room.settings
        periods = Periods(settings.base_days, settings.extended_days)
        self.applications = Applications(store.traces, clock, periods)
        self.queues = AnnotationQueues(store, clock, periods)
        self.datasets = Datasets(store, caller.room.ask.traces, clock)
        self._secrets = RuleSecrets(Sealing(store.hooks), is_local=settings.is_local)

    def create(self, asked: RuleAsked) -> Written:
        """A new rule. Raises: BadRequest, Malformed, NotFound, Conflict."""
        key = self._caller.key
        plain = Rule(
            id=optional_uuid(asked.id, "id") or new_uuid(),
            name=asked.name,
            project=self.project(asked),
            backfill_from_us=self._backfill_from_us(asked),
            is_transient=asked.transient,
            created_by=key.description or key.short,
        )
        return self._written(plain, asked, None)

    def change(self, rule_id: str, asked: RuleAsked) -> Written:
        """The rule as it is to be from now on. Raises: BadRequest, Malformed, NotFound."""
        known = self.rules.get(self._workspace, rule_id)
        _check_unchanged(known, asked)
        if asked.revision not in (None, known.revision):
            raise Conflict(f"Rule {rule_id} was changed since it was read: read it again, then change it")
        return self._written(msgspec.structs.replace(known, name=asked.name), asked, known)

    def delete(self, rule_id: str) -> Rule:
        """Forget a rule; what it did stays done. Raises: NotFound."""
        known = self.rules.get(self._workspace, rule_id)
        self.rules.delete(self._workspace, rule_id)
        return known

    def ready(self, rule_id: str) -> Rule:
        """A rule that runs. Raises: NotFound; Conflict where it is switched off."""
        known = self.rules.get(self._workspace, rule_id)
        if not known.is_enabled:
            raise Conflict(f"Rule {rule_id} is switched off; switch it on by is_enabled, and it runs by itself")
        return known

    def rotate(self, rule_id: str, index: int) -> tuple[Rule, str]:
        """Sign what one webhook is sent from now on by a new secret. Raises: NotFound."""
        known = self.rules.get(self._workspace, rule_id)
        hooks = list(known.webhooks)
        check_webhook(known, index)
        secret, sealed = self._secrets.new_secret()
        hooks[index] = msgspec.structs.replace(hooks[index], sealed_secret=sealed)
        return self.rules.write(self._workspace, msgspec.structs.replace(known, webhooks=tuple(hooks))), secret

    def last_applied_us(self, rule_id: str) -> int | None:
        """When a rule last acted, on what is new or on what is past; None where it never did."""
        both = (self.applications.last_applied_us(self._workspace, rule_id, looks_back=one) for one in (False, True))
        return max((at_us for at_us in both if at_us is not None), default=None)

    def project(self, asked: RuleFields) -> str | None:
        """The project that a rule is for; None is all of the workspace. Raises: Malformed, NotFound."""
        named = optional_uuid(asked.session_id, "session_id")
        return None if named is None else self._caller.room.ask.projects.get(self._workspace, named).id

    def _written(self, rule: Rule, asked: RuleAsked, known: Rule | None) -> Written:
        asked.check()
        asked.check_actions()
        fields = asked.plain()
        if fields["queue"] is not None:
            self.queues.get(self._workspace, fields["queue"])
        if fields["dataset"] is not None:
            self.datasets.get(self._workspace, fields["dataset"])
        sealed: Sealed = self._secrets.sealed(asked.webhooks or (), asked.alerts or (), known)
        rule = msgspec.structs.replace(rule, **fields, webhooks=sealed.webhooks, alerts=sealed.alerts)
        return Written(self.rules.write(self._workspace, rule), sealed.made)

    def _backfill_from_us(self, asked: RuleAsked) -> int | None:
        since_us = asked.backfill_from_us
        if since_us is not None and since_us > self._caller.now_us:
            raise BadRequest("backfill_from: lies ahead; what comes from now on is looked at without it")
        if asked.transient and since_us is None:
            raise BadRequest("transient: such a rule looks back only; say since when by backfill_from")
        return since_us


def check_webhook(rule: Rule, index: int) -> None:
    """Nothing, if the rule has this webhook. Raises: NotFound."""
    if not 0 <= index < len(rule.webhooks):
        raise NotFound(f"Rule {rule.id} has {len(rule.webhooks)} webhooks, counted from 0; there is no {index}")


def _check_unchanged(known: Rule, asked: RuleAsked) -> None:
    """Nothing, if what is said once is as it was. Raises: BadRequest, Malformed."""
    named = optional_uuid(asked.session_id, "session_id")
    if named not in (None, known.project):
        raise BadRequest("session_id: a rule stays with its project; delete it and make another")
    if asked.backfill_from_us not in (None, known.backfill_from_us):
        raise BadRequest("backfill_from: past runs are acted on when a rule is made; make another that is transient")
    if asked.transient and not known.is_transient:
        raise BadRequest("transient: a rule that looks back only is made so; make another")
