"""An automate room beside a record and a keep room, over one store, and what came of its rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from functions.automate.app import build
from functions.automate.settings import AutomateSettings
from functions.keep.app import build as build_keep
from functions.record.app import build as build_record
from shared.access.workspace import Workspace
from shared.base.ids import new_uuid
from shared.retention.periods import Periods
from shared.rules.rule import Rule
from shared.runs.fact import Fact
from shared.store import keys
from shared.store.applications import Applications
from shared.store.deliveries import Delivery, delivery_of
from shared.store.ports import Key, Store
from shared.store.questions import open_questions
from shared.store.rows import item_of
from shared.store.rules import Rules
from tests.keep_room import KEEP_SETTINGS, KeepRoom
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import SETTINGS
from tests.stores import NOON_US

AUTOMATE_SETTINGS = AutomateSettings(
    traces_table="t",
    control_table="c",
    bucket="b",
    upgrades_queue_url="u",
    upgrade_dead_letter_queue_url="v",
    deliveries_queue_url="d",
    delivery_dead_letter_queue_url="e",
)
ORGANIZATION = "5f0f2a10-0000-4000-8000-00000000000a"


class AutomateRoom(KeepRoom):
    """The three rooms. `automate` may be built anew over a watched store."""

    def __init__(self, folder: Path, settings: AutomateSettings = AUTOMATE_SETTINGS) -> None:
        super().__init__(folder)
        self.settings = settings
        self.move_to(self.store)

    def move_to(self, store: Store) -> None:
        """Let all three rooms work over this store, which is empty."""
        workspace = Workspace(WORKSPACE, "tests", ORGANIZATION, NOON_US)
        store.control.put([item_of(Key(keys.workspaces(), WORKSPACE), workspace)])
        self.store = store
        self.ask = open_questions(store, self.clock, Periods())
        self.handle = build_record(SETTINGS, store, self.clock)
        self.keep = build_keep(KEEP_SETTINGS, store, self.clock)
        self.upgrades = self.ask.upgrades
        self.rules = Rules(store.control, self.clock)
        self.applications = Applications(store.traces, self.clock, self.ask.traces.periods)
        self.over(store)

    def rule(self, **said: Any) -> Rule:  # noqa: ANN401 fields of a rule of any type
        """A new rule that extends, unless it is told otherwise."""
        rule = Rule(id=said.pop("id", None) or new_uuid(), name=said.pop("name", "errors"))
        changes = {"extend_only": True, **said} if "queue" not in said and "dataset" not in said else said
        return self.rules.write(WORKSPACE, msgspec.structs.replace(rule, **changes))

    def over(self, store: Store) -> None:
        """Let the room work over this store, as a process that begins anew."""
        self.automate = build(self.settings, store, self.clock)

    def look(self) -> dict[str, int]:
        """One pass, a second later."""
        self.clock.advance(1)
        return self.automate({}, None)

    def tier_of(self, trace_id: str) -> str:
        """The tier of a trace."""
        stored = self.ask.traces.stored(WORKSPACE, trace_id)
        assert stored is not None
        return stored.tier

    def acted(self, rule: Rule) -> dict[str, list[str]]:
        """By trace, the runs that a rule acted on, as its log names them: each time that one was acted on."""
        logged = [
            *self.applications.log(WORKSPACE, rule.id, 10_000).logged,
            *self.applications.log(WORKSPACE, rule.id, 10_000, looks_back=True).logged,
        ]
        found = self.applications.of_entries(WORKSPACE, rule.id, [one.entry for one in logged])
        runs: dict[str, list[str]] = {}
        for one in found:
            assert one is not None
            assert one.is_done
            runs.setdefault(one.trace_id, []).extend(one.run_ids)
        return {trace_id: sorted(of_trace) for trace_id, of_trace in runs.items()}

    def sent(self) -> list[Delivery]:
        """All deliveries that were handed over and not taken by anybody."""
        found: list[Delivery] = []
        while messages := self.store.deliveries.receive(10, 0):
            found += [delivery_of(one.body) for one in messages]
            self.store.deliveries.delete([one.handle for one in messages])
        return found


def failing(start_us: int = NOON_US, name: str = "agent") -> list[Fact]:
    """A trace whose root succeeds, with a tool that fails."""
    root = post(uuid7(start_us), start_us, name=name, inputs={"question": "refund?"})
    tool = post(uuid7(start_us + 1_000), start_us + 1_000, root, name="search", run_type="tool")
    return [root, tool, patch(tool, start_us + 2_000, error="ValueError: no index"), patch(root, start_us + 3_000)]


def sound(start_us: int = NOON_US) -> list[Fact]:
    """A trace of one run that succeeds."""
    root = post(uuid7(start_us), start_us, inputs={"question": "hours?"})
    return [root, patch(root, start_us + 3_000, outputs={"answer": "9 to 5"})]


def sent_at(room: AutomateRoom, facts: list[Fact], project: str | None = None) -> str:
    """Record a trace now; its id."""
    assert room.take(envelope(facts, room.clock.now_us(), project)) == []
    return facts[0].run_id
