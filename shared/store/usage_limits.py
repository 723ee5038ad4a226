"""The limits that owners set, and where their workspaces stand."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shared.access.workspace import Workspace
from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.store import keys
from shared.store.billing import Billing
from shared.store.ports import Item, Key, KeyRange, Table
from shared.store.standings import Noted, Standings
from shared.store.usage import UsageRows
from shared.usage.counts import together
from shared.usage.limits import UPGRADES, Limit, Place, Standing, Used, first_reached, standings_of
from shared.usage.month import Month
from shared.usage.plan import plan_of
from shared.usage.sampling import stretches_of

_LIMIT = "limit"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Limit).decode


class UsageLimits:
    """Questions and commands about the limits of organizations."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._billing = Billing(control, clock)
        self._usage = UsageRows(control)
        self.standings = Standings(control, clock)

    def all(self, organization: str) -> list[Limit]:
        """All limits of an organization and its workspaces, in order of their making."""
        items = self._control.query(KeyRange(keys.usage_limits(organization), consistent=True))
        found = [_decode(bytes(item.attributes[_LIMIT])) for item in items]  # type: ignore[arg-type]
        return sorted(found, key=lambda limit: (limit.created_us, limit.id))

    def write(self, organization: str, limit: Limit) -> None:
        """Let this limit be, in the place of the one with its id."""
        self._control.put([Item(keys.usage_limits(organization), limit.id, {_LIMIT: _encode(limit)})])

    def delete(self, organization: str, limit: Limit) -> None:
        """Let it not be."""
        self._control.delete([Key(keys.usage_limits(organization), limit.id)])

    def get(self, organization: str, limit_id: str) -> Limit:
        """One limit. Raises: NotFound."""
        found = next((limit for limit in self.all(organization) if limit.id == limit_id), None)
        if found is None:
            raise NotFound(f"Usage limit {limit_id} does not exist in this organization")
        return found

    def review(
        self, organization: str, workspaces: Sequence[Workspace], counted_us: int | None = None
    ) -> list[Standing]:
        """Note where each workspace of an organization stands by what is counted now; cheap where nothing limits it.

        `counted_us` is when the count began, where this follows one; else it is the one that is known.
        """
        now_us = self._clock.now_us()
        month, limits = Month.of(now_us), self.all(organization)
        terms = self._billing.terms(organization)
        plan = plan_of(terms)
        is_limited = bool(limits) or (plan.stops_without_billing and not terms.has_billing)
        uses = {one.id: self._usage.month(one.id, month) for one in workspaces} if is_limited else {}
        whole = together(uses)
        standings: list[Standing] = []
        for one in workspaces:
            before, found = self.standings.of(one.id, consistent=True), list[Standing]()
            if is_limited:
                own = [limit for limit in limits if limit.workspace in (None, one.id)]
                use = uses[one.id]
                used = Used(use.traces, whole.traces, use.upgraded, whole.upgraded)
                found = standings_of(month, terms, plan, own, used, Place(one.id, organization))
            standings += found
            self._note(one.id, before, found, before.counted_us if counted_us is None else counted_us, now_us)
        return standings

    def has_upgrade_limit(self, organization: str) -> bool:
        """Whether anything limits the upgrades of the organization, or of any of its workspaces."""
        return any(limit.limit_type == UPGRADES for limit in self.all(organization))

    def _note(self, workspace: str, before: Noted, found: list[Standing], counted_us: int, now_us: int) -> None:
        reached = first_reached(found, before.standings, now_us)
        stretches = stretches_of(reached, before.stretches, now_us)
        noted = Noted(tuple(reached), tuple(stretches), counted_us if reached else 0)
        if noted != before:
            self.standings.note(workspace, noted, now_us)
