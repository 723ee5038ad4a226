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
from shared.store.standings import Standings
from shared.store.usage import UsageRows
from shared.usage.limits import Limit, Used, standing_of
from shared.usage.month import Month
from shared.usage.plan import plan_of

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

    def review(self, organization: str, workspaces: Sequence[Workspace]) -> None:
        """Note where each workspace of an organization stands by what is counted now; cheap where nothing limits it."""
        month = Month.of(self._clock.now_us())
        terms, limits = self._billing.terms(organization), self.all(organization)
        plan = plan_of(terms)
        if not limits and (terms.has_billing or not plan.stops_without_billing):
            for one in workspaces:
                self.standings.note(one.id, None)
            return
        traces = {one.id: self._usage.month(one.id, month).traces for one in workspaces}
        for one in workspaces:
            own = [limit for limit in limits if limit.workspace in (None, one.id)]
            used = Used(traces[one.id], sum(traces.values()))
            self.standings.note(one.id, standing_of(month, terms, plan, own, used))
