"""Owners are told once for each limit and month: at 80 %, and when it is reached; whoever dies tells it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.base.clock import SteppingClock
from shared.base.errors import Unavailable
from shared.store.limit_alerts import LimitAlerts
from shared.usage.limits import UPGRADES, Standing
from shared.usage.month import Month
from tests.stores import NOON_US, local_store

NOVEMBER = Month(2026, 11)
ORGANIZATION = "O"


class Told:
    """A topic that remembers; it fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.said: list[tuple[str, str, dict[str, str]]] = []
        self._failures = failures

    def publish(self, subject: str, message: str, attributes: Any) -> None:  # noqa: ANN401 a mapping
        """As Topic."""
        if self._failures:
            self._failures -= 1
            raise Unavailable("the topic does not answer")
        self.said.append((subject, message, dict(attributes)))


def standing(used: int, limit: int = 10, month: Month = NOVEMBER, **more: Any) -> Standing:  # noqa: ANN401 its fields
    """A limit of the workspace, and what is used of it."""
    return Standing(month.text, used, limit, "the owner of the workspace", month.end_us, "W", "L", **more)


@pytest.fixture
def alerts(tmp_path: Path) -> LimitAlerts:
    """With nothing told."""
    clock = SteppingClock(NOON_US)
    return LimitAlerts(local_store(tmp_path, clock).control, clock)


def test_each_level_is_told_once_a_month(alerts: LimitAlerts) -> None:
    """Below 80 % nothing; from there on once, and once more when it is reached; in the next month again."""
    topic = Told()
    told = [alerts.tell(ORGANIZATION, [standing(used)], topic) for used in (7, 8, 9, 9, 10, 11)]
    assert told == [0, 1, 0, 0, 1, 0]
    assert [attributes["level"] for _, _, attributes in topic.said] == ["near", "reached"]
    assert "8 of the 10 traces that the owner of the workspace allows in 2026-11 are used" in topic.said[0][1]
    assert "is reached" in topic.said[1][1]
    assert alerts.tell(ORGANIZATION, [standing(10, month=NOVEMBER.next)], topic) == 1
    assert [one.level for one in alerts.of_month(ORGANIZATION, "2026-11")] == ["near", "reached"]
    assert len(alerts.of_month(ORGANIZATION, "2026-12")) == 1


def test_an_organizations_limit_is_told_once_for_all_its_workspaces(alerts: LimitAlerts) -> None:
    """Its standing is the same in each of them."""
    topic = Told()
    assert alerts.tell(ORGANIZATION, [standing(10), standing(10)], topic) == 1


def test_a_limit_of_another_value_is_another_limit(alerts: LimitAlerts) -> None:
    """Raised, and near again: its owner is told again."""
    topic = Told()
    alerts.tell(ORGANIZATION, [standing(10)], topic)
    assert alerts.tell(ORGANIZATION, [standing(10, 100)], topic) == 0
    assert alerts.tell(ORGANIZATION, [standing(80, 100)], topic) == 1


def test_what_could_not_be_told_is_told_later(alerts: LimitAlerts) -> None:
    """The topic does not answer: it is listed at once, and told by the next run."""
    topic = Told(failures=1)
    upgrades = standing(10, limit_type=UPGRADES)
    assert alerts.tell(ORGANIZATION, [upgrades], topic) == 0
    assert len(alerts.of_month(ORGANIZATION, "2026-11")) == 1
    assert alerts.tell(ORGANIZATION, [upgrades], topic) == 1
    assert alerts.tell(ORGANIZATION, [upgrades], topic) == 0
    assert "extended traces" in topic.said[0][0]
    assert len(alerts.of_month(ORGANIZATION, "2026-11")) == 1
