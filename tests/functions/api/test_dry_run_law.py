"""The law of dry runs: what one says of some days is what the rule then does with them, when it looks back."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from functions.automate.app import build as build_automate
from functions.keep.app import build as build_keep
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.runs.fact import Fact
from shared.store.fates import Upgrade, month_of, upgrades_in
from shared.store.rules import Rules
from shared.store.upgrades import Upgrades
from shared.usage.aws_cost import measured
from tests.api_room import ApiRoom
from tests.automate_room import AUTOMATE_SETTINGS
from tests.keep_room import KEEP_SETTINGS
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.stores import NOON_US

DAY_US = 86_400_000_000
NAMES = ("agent", "search", "answer")
MODELS = ("gpt-4o", "claude", "mixtral")
FILTERS: dict[str, dict[str, str]] = {
    "errors": {"filter": 'eq(status, "error")'},
    "roots": {"filter": "eq(is_root, true)"},
    "roots that failed": {"filter": 'and(eq(is_root, true), eq(status, "error"))'},
    "slow tools": {"filter": 'and(eq(run_type, "tool"), gt(latency, "40s"))'},
    "of an agent": {"filter": 'eq(run_type, "tool")', "trace_filter": 'eq(name, "agent")'},
    "where any failed": {
        "filter": "eq(is_root, true)",
        "tree_filter": 'and(eq(run_type, "tool"), eq(status, "error"))',
    },
    "words": {"filter": 'search("refund")'},
    "tags": {"filter": 'or(has(tags, "prod"), eq(metadata_key, "customer"))'},
    "everything": {},
}


class LawRoom(ApiRoom):
    """An API and an automate room over one store, and traces of all kinds over twelve days."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder)
        self._dice = random.Random(seed)
        self.automate = build_automate(AUTOMATE_SETTINGS, self.store, self.clock)
        self.sent: list[str] = []

    def fill(self, traces: int) -> None:
        """Send traces of one to five runs in two projects; some pending, some failed, some extended already."""
        for project in (None, "name:other"):
            facts = [self._trace() for _ in range(traces // 2)]
            for at in range(0, len(facts), 50):
                told = [fact for one in facts[at : at + 50] for fact in one]
                assert self.take(envelope(told, self.clock.now_us(), project)) == []
            self.sent += [one[0].run_id for one in facts]
        upgrades = Upgrades(self.store, self.clock, Periods())
        for trace_id in self._dice.sample(self.sent, len(self.sent) // 20):
            upgrades.extend(WORKSPACE, trace_id, Kept("feedback", "f", self.clock.now_us()))
        self.finish()

    def live(self, days: int, traces_a_day: int) -> None:
        """Let days pass in which traces arrive, about so many each, and rules run every six hours."""
        for _ in range(4 * days):
            told = [self._trace(self.clock.now_us() - 1) for _ in range(self._dice.randrange(traces_a_day // 2))]
            assert self.take(envelope([fact for one in told for fact in one], self.clock.now_us())) == []
            self.clock.advance(6 * 3_600)
            self.automate({}, None)
        self.finish()

    def asked(self, **fields: object) -> dict[str, Any]:
        """The body of a rule that extends, and of its dry run."""
        return {"id": uuid7(NOON_US), "display_name": "r", "sampling_rate": 1, "extend_only": True, **fields}

    def dry(self, asked: dict[str, Any], days: int = 10) -> dict[str, Any]:
        """A dry run to its end."""
        found: dict[str, Any] = {"cursor": None, "is_complete": False}
        while not found["is_complete"]:
            body = {**asked, "days": days, "cursor": found["cursor"]}
            found = self.post("/runs/rules/dry-run", body).json
        return found

    def look_back(self, asked: dict[str, Any], since: str) -> list[dict[str, Any]]:
        """Make the rule, let it look back to its end, and read its log."""
        made = self.post("/runs/rules", {**asked, "backfill_from": since})
        assert made.status == 200, made.text
        while Rules(self.store.control, self.clock).standing(WORKSPACE, asked["id"]).looks_back:
            self.clock.advance(1)
            self.automate({}, None)
        self.finish()
        path = f"/runs/rules/{asked['id']}/logs/v2"
        page = self.get(path, "", backfill=True, limit=1_440).json
        entries: list[dict[str, Any]] = page["logs"]
        while page["cursor"]:
            page = self.get(path, "", backfill=True, limit=1_440, cursor=page["cursor"]).json
            entries += page["logs"]
        return entries

    def upgraded_by(self, rule_id: str) -> set[str]:
        """The traces that a rule is billed for this month."""
        return {one.trace_id for one in self.billed_in(self.clock.now_us(), rule_id)}

    def billed_in(self, time_us: int, rule_id: str) -> list[Upgrade]:
        """What a rule is billed for in the month of a moment."""
        found = upgrades_in(self.store.traces, WORKSPACE, month_of(time_us))
        return [one for one in found if one.cause_id == rule_id]

    def finish(self) -> None:
        """Write what upgrades are billed by, as the keep room does, from their fates."""
        keep = build_keep(KEEP_SETTINGS, self.store, self.clock)
        for _ in range(3):
            while messages := self.store.upgrades.receive(10, 60):
                attributes = {"ApproximateReceiveCount": "1"}
                records = [{"messageId": one.id, "body": one.body, "attributes": attributes} for one in messages]
                assert keep({"Records": records}, None) == {"batchItemFailures": []}
                self.store.upgrades.delete([one.handle for one in messages])
            self.pump()
            self.clock.advance(60)

    def _trace(self, start_us: int | None = None) -> list[Fact]:
        dice = self._dice
        start_us = NOON_US - dice.randrange(12 * DAY_US) if start_us is None else start_us
        is_failed, is_pending = dice.random() < 0.2, dice.random() < 0.1
        metadata: dict[str, Any] = {"extra": {"metadata": {"customer": "acme"}}} if dice.random() < 0.1 else {}
        question = {"question": "a refund" if dice.random() < 0.3 else "hours"}
        tags: dict[str, Any] = {"tags": ["prod"]} if dice.random() < 0.5 else {}
        root = post(uuid7(start_us), start_us, name=dice.choice(NAMES), inputs=question, **tags, **metadata)
        runs, ends = [root], [] if is_pending else [patch(root, start_us + 90_000_000, **_error(is_failed))]
        for n in range(dice.randrange(5)):
            begin_us = start_us + n * 1_000_000
            run = post(uuid7(begin_us), begin_us, root, name=dice.choice(MODELS), run_type=dice.choice(("tool", "llm")))
            runs.append(run)
            end_us = begin_us + dice.randrange(80_000_000)
            ends.append(patch(run, end_us, **_error(is_failed and dice.random() < 0.6)))
        return [*runs, *ends]


def _error(is_failed: bool) -> dict[str, Any]:
    return {"error": "ValueError: no index"} if is_failed else {}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> LawRoom:
    """400 traces over twelve days in two projects."""
    room = LawRoom(tmp_path_factory.mktemp("law"), seed=7)
    room.fill(400)
    return room


@pytest.mark.parametrize("rate", [1, 0.3])
@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("named", FILTERS)
def test_a_dry_run_is_what_the_rule_then_does(room: LawRoom, named: str, everywhere: bool, rate: float) -> None:
    """The same traces, the same runs, the same upgrades: for each filter, sampled or not, in one project or all."""
    session = {} if everywhere else {"session_id": room.project()}
    asked = room.asked(sampling_rate=rate, **session, **FILTERS[named])
    tried = room.dry(asked)
    assert tried["acted_on"]["traces"] > 0
    done = room.look_back(asked, tried["since"])
    assert tried["acted_on"] == {"traces": len({one["trace_id"] for one in done}), "runs": len(done)}
    assert tried["upgrades"] == len({one["trace_id"] for one in done if one["extend_only"]["outcome"] == "success"})
    assert {one["trace_id"] for one in tried["sample"] if one["is_drawn"]} <= {one["trace_id"] for one in done}


def test_a_forecast_is_what_is_billed(tmp_path: Path) -> None:
    """To the trace, and to the cent: what is upgraded, what is billed for it, and what a dry run says afterwards."""
    room = LawRoom(tmp_path, seed=11)
    room.fill(300)
    asked = room.asked(**FILTERS["errors"])
    tried = room.dry(asked)
    room.look_back(asked, tried["since"])
    billed = room.upgraded_by(asked["id"])
    assert (len(billed), len(billed) > 20) == (tried["upgrades"], True)
    assert Decimal(tried["price"]["langsmith_extra_usd"]) == len(billed) * Decimal("0.0045")
    again = room.dry(asked)
    assert (again["upgraded_by_this_rule"], again["upgrades"]) == (len(billed), len(billed))
    assert again["extended_already"] == tried["extended_already"]
    assert measured().upgrade_source in again["price"]["source"]


def test_a_cap_refuses_as_was_said(tmp_path: Path) -> None:
    """So many upgrades as the dry run said that it allows, and the others are acted on without."""
    room = LawRoom(tmp_path, seed=13)
    room.fill(300)
    asked = room.asked(filter="eq(is_root, true)", monthly_cap_usd=0.2)
    tried = room.dry(asked)
    assert tried["cap"]["upgrades"] == 44 < tried["upgrades"]
    done = room.look_back(asked, tried["since"])
    kept = [one for one in done if one["extend_only"]["outcome"] == "success"]
    refused = [one for one in done if "cap" in str(one["extend_only"]["payload"].get("reason"))]
    assert len(kept) == tried["cap"]["upgrades"]
    assert len(refused) == tried["upgrades"] - len(kept)


def test_a_months_forecast_holds_what_the_rule_then_did(tmp_path: Path) -> None:
    """Two weeks of traffic, a dry run, the rule switched on for 30 days: what it upgraded lies in the range said."""
    room = LawRoom(tmp_path, seed=17)
    room.live(days=14, traces_a_day=40)
    asked = room.asked(session_id=room.project(), filter=FILTERS["roots that failed"]["filter"])
    month = room.dry(asked, days=14)["month"]
    assert room.post("/runs/rules", asked).status == 200
    since = room.clock.now_us()
    room.live(days=30, traces_a_day=40)
    did = len({one.trace_id for at in (since, room.clock.now_us()) for one in room.billed_in(at, asked["id"])})
    assert month["upgrades"]["low"] <= did <= month["upgrades"]["high"]
    assert month["upgrades"]["high"] < 3 * month["upgrades"]["low"]
