"""How ingest does: what waits, how long it took, what was refused and given up, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from functions.api.ingest_health import MAX_REASONS, MAX_REJECTED, reason_kind
from functions.record.settings import RecordSettings
from shared.base.ids import new_receipt
from shared.base.units import S_PER_HOUR
from shared.runs.fact import Reject
from shared.store.rejects import reject_item
from tests.api_room import ApiRoom
from tests.operations import WORKSPACE, envelope, uuid7
from tests.record_room import agent_trace
from tests.stores import NOON_US


class Watched(ApiRoom):
    """A room that is asked how it does."""

    @property
    def health(self) -> dict[str, Any]:
        """What it answers."""
        answer = self.get("/workspaces/current/ingest-health")
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def refuse(self, reason: str, count: int = 1) -> None:
        """List so many refusals, as of now."""
        refused = [Reject(f"post.{number}", reason, uuid7(NOON_US), "p") for number in range(count)]
        self.store.traces.put([reject_item(WORKSPACE, new_receipt(self.clock.now_us()), one) for one in refused])


@pytest.fixture
def room(tmp_path: Path) -> Watched:
    """A room at noon to which nothing was sent."""
    return Watched(tmp_path)


def test_nothing_was_sent(room: Watched) -> None:
    """Nothing waits, and what is not known is null, not zero."""
    nothing = {"waiting": 0, "delayed": 0, "in_flight": 0, "dead_letters": 0}
    unknown = ("newest_received_at", "oldest_received_at", "median_s", "max_s")
    assert room.health == {
        "as_of": "2026-11-20T12:00:00Z",
        "lag": {"requests": 0} | dict.fromkeys(unknown),
        "queues": {"operations": nothing, "erasures": nothing},
        "rejected": {"last_hour": 0, "last_day": 0, "is_complete": True, "reasons": []},
        "dead_letters": {"count": 0, "reasons": []},
    }


def test_the_lag_is_from_receipt_to_readable(room: Watched) -> None:
    """Of the requests of this hour and the one before, the newest first."""
    for waited_s in (1, 5, 2.5):
        sent = envelope(agent_trace(), room.clock.now_us())
        room.clock.advance(waited_s)
        room.take(sent)
    lag = room.health["lag"]
    assert (lag["requests"], lag["median_s"], lag["max_s"]) == (3, 2.5, 5.0)
    assert (lag["oldest_received_at"], lag["newest_received_at"]) == ("2026-11-20T12:00:00Z", "2026-11-20T12:00:06Z")
    room.clock.advance(S_PER_HOUR)
    assert room.health["lag"]["requests"] == 3
    room.clock.advance(S_PER_HOUR)
    assert room.health["lag"]["requests"] == 0


def test_what_waits_is_counted(room: Watched) -> None:
    """What nobody took yet, what somebody works on, and what is to come later."""
    for _ in range(3):
        room.store.operations.send("waits", group="w")
    room.store.operations.send("later", group="w", delay_s=900)
    room.store.operations.receive(1, 900)
    room.store.erasures.bury("gave up", "why")
    health = room.health
    assert health["queues"]["operations"] == {"waiting": 2, "delayed": 1, "in_flight": 1, "dead_letters": 0}
    assert health["dead_letters"]["count"] == health["queues"]["erasures"]["dead_letters"] == 1


def test_refusals_are_grouped_by_their_reason(room: Watched) -> None:
    """The most frequent first, whatever ids, numbers and texts are in it; each with its newest example."""
    room.refuse(f"run {uuid7(NOON_US)}: 4 levels of 'one' are too many", 2)
    room.clock.advance(S_PER_HOUR)
    room.refuse(f"run {uuid7(NOON_US)}: 7 levels of 'two' are too many")
    room.refuse("no such thing")
    rejected = room.health["rejected"]
    assert (rejected["last_hour"], rejected["last_day"]) == (4, 4)
    assert [(one["count"], one["reason"]) for one in rejected["reasons"]] == [
        (3, "run <id>: <number> levels of <text> are too many"),
        (1, "no such thing"),
    ]
    newest = rejected["reasons"][0]["newest"]
    assert (newest["received_at"], "'two'" in newest["reason"], newest["project"]) == (
        "2026-11-20T13:00:00Z",
        True,
        "p",
    )


def test_refusals_are_of_the_last_hour_and_day(room: Watched) -> None:
    """The hour and the day end now, not at a full one; what is older is in the list of refusals."""
    room.refuse("old")
    room.clock.advance(23 * S_PER_HOUR)
    room.refuse("new", 2)
    assert [room.health["rejected"][span] for span in ("last_hour", "last_day")] == [2, 3]
    room.clock.advance(S_PER_HOUR + 1)
    rejected = room.health["rejected"]
    assert [rejected["last_hour"], rejected["last_day"]] == [0, 2]
    assert [one["reason"] for one in rejected["reasons"]] == ["new"]
    assert len(room.get("/workspaces/current/rejected-operations").json["items"]) == 3


def test_a_flood_of_refusals_is_counted_as_far_as_it_is_looked_at(room: Watched) -> None:
    """And says that there are more; so many reasons are shown as one can read."""
    for letter in range(MAX_REASONS + 1):
        room.refuse(f"kind {'x' * letter}", MAX_REJECTED // MAX_REASONS)
    rejected = room.health["rejected"]
    assert (rejected["last_day"], rejected["is_complete"]) == (MAX_REJECTED, False)
    assert len(rejected["reasons"]) == MAX_REASONS


def test_what_was_given_up_says_why(room: Watched) -> None:
    """A request that record buries is listed with its last error, as long as it lies among the dead letters."""
    damaged = envelope(agent_trace(), NOON_US)
    damaged.groups[0].facts = b"\x01damaged"
    assert room.take(damaged, attempt=RecordSettings.max_attempts) == []
    room.clock.advance(10 * 24 * S_PER_HOUR)
    dead = room.health["dead_letters"]
    assert (dead["count"], len(dead["reasons"])) == (1, 1)
    assert "failed <number> times" in dead["reasons"][0]["reason"]
    assert dead["reasons"][0]["newest"]["receipt"] == damaged.receipt


def test_another_workspaces_refusals_are_not_seen(room: Watched) -> None:
    """Queues are the deployment's; what was refused is its owner's."""
    room.refuse("ours")
    room.take(envelope(agent_trace(), NOON_US))
    theirs = room.get("/workspaces/current/ingest-health", room.other_key).json
    assert (theirs["rejected"]["last_day"], theirs["lag"]["requests"]) == (0, 0)


def test_what_differs_from_run_to_run_is_left_out() -> None:
    """Ids of either form, numbers, quoted texts; words stay."""
    said = 'post.extra of 019A9C9E-1c00-7000-8000-000000000001: "a 1" at 019abcdef0123456789abcdef0123456 is over 42'
    assert reason_kind(said) == "post.extra of <id>: <text> at <id> is over <number>"
