"""The plans that organizations chose, each from its moment on."""

from __future__ import annotations

import msgspec

from shared.base.clock import Clock
from shared.store import keys
from shared.store.ports import Item, Table
from shared.usage.month import Month
from shared.usage.plan import Change, Plan, Terms, plan_of, terms_of

_CHANGES = "changes"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Change]).decode


class Billing:
    """Questions and commands about what was chosen."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock

    def changes(self, organization: str) -> list[Change]:
        """All that was chosen, the oldest first; nothing where nobody chose."""
        item = self._control.get(keys.billing(organization), consistent=True)
        return [] if item is None else _decode(bytes(item.attributes[_CHANGES]))  # type: ignore[arg-type]

    def terms(self, organization: str, month: Month | None = None) -> Terms:
        """What counts for a month, or now."""
        return terms_of(month or Month.of(self._clock.now_us()), self.changes(organization))

    def plan(self, organization: str, month: Month | None = None) -> Plan:
        """The same with its rates."""
        return plan_of(self.terms(organization, month))

    def choose(self, organization: str, terms: Terms) -> Terms:
        """Let this count from now on, for this month too. Raises: Malformed."""
        plan_of(terms)
        changes = _last_of_each_month([*self.changes(organization), Change(self._clock.now_us(), terms)])
        key = keys.billing(organization)
        self._control.put([Item(key.pk, key.sk, {_CHANGES: _encode(changes)})])
        return terms


def _last_of_each_month(changes: list[Change]) -> list[Change]:
    """Those that any month is billed by."""
    return list({Month.of(change.since_us): change for change in changes}.values())
