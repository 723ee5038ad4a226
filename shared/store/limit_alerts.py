"""What owners are told of their limits: once for each limit and month when 80 % are used, and once when it is reached.

A row is written first, on condition that there is none, and marked when it was told: whoever dies in between is told
for by the next run of the meter. A limit that is set to another value is another limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from shared.base.clock import Clock
from shared.base.errors import ServiceError
from shared.base.log import logger
from shared.base.units import US_PER_DAY
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import Absent, Item, Key, KeyRange, Table, Topic
from shared.usage.limits import Standing

Level = Literal["near", "reached"]
_KEPT_DAYS = 400
_SAID, _TOLD = "said", "told"


class LimitAlert(msgspec.Struct, frozen=True):
    """One alert: `standing` is as it was then. Units: `at_us` is microseconds since 1970 UTC."""

    level: Level
    at_us: int
    standing: Standing

    @property
    def sentence(self) -> str:
        """What people read."""
        return self.standing.sentence if self.level == "reached" else self.standing.warning


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(LimitAlert).decode


class LimitAlerts:
    """Tells, and lists what was told."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock

    def tell(self, organization: str, standings: Iterable[Standing], topic: Topic) -> int:
        """Tell what was not told yet of these; says how many were."""
        told = 0
        for standing in dict.fromkeys(standings):
            if standing.is_near:
                told += self._tell(organization, standing, topic)
        return told

    def of_month(self, organization: str, month: str) -> list[LimitAlert]:
        """What was told in a month, such as `2026-11`, of an organization and its workspaces, in order of time."""
        rows = KeyRange(keys.limit_alerts(organization), f"{month}#", f"{month}#{keys.LAST}")
        found = [_decode(bytes(row.attributes[_SAID])) for row in self._control.query(rows)]  # type: ignore[arg-type]
        return sorted(found, key=lambda one: one.at_us)

    def _tell(self, organization: str, standing: Standing, topic: Topic) -> bool:
        level: Level = "reached" if standing.is_reached else "near"
        sk = keys.limit_alert(standing.month, standing.limit_id, standing.limit, level)
        key = Key(keys.limit_alerts(organization), sk)
        known = self._control.get(key, consistent=True)
        if known is not None and known.attributes.get(_TOLD):
            return False
        now_us = self._clock.now_us()
        alert = LimitAlert(level, now_us, standing)
        if known is None:
            ends = deletable_epoch_s(now_us + _KEPT_DAYS * US_PER_DAY)
            self._control.put_if(Item(key.pk, key.sk, {_SAID: _encode(alert)}, ends), Absent())
        try:
            topic.publish(_subject(alert), alert.sentence, _attributes(organization, alert))
        except ServiceError:
            logger.exception("an alert is not told, and tried again", extra={"limit_id": standing.limit_id})
            return False
        self._control.update(key, {_TOLD: True})
        return True


def _subject(alert: LimitAlert) -> str:
    what = "reached" if alert.level == "reached" else "80 % used"
    return f"Tracekeep: limit of {alert.standing.limit:,} {alert.standing.noun} a month {what}"


def _attributes(organization: str, alert: LimitAlert) -> dict[str, str]:
    standing = alert.standing
    return {
        "kind": "usage_limit",
        "level": alert.level,
        "limit_type": standing.limit_type,
        "organization": organization,
        "scope": standing.scope,
        "month": standing.month,
    }
