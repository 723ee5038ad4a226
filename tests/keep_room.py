"""A record room and a keep room over one store, with the clock that TTL and lifecycle go by."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from functions.keep.app import build
from functions.keep.settings import KeepSettings
from functions.record.app import build as build_record
from infra.local.folder_objects import FolderObjects
from shared.base.units import S_PER_DAY, US_PER_S
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.runs.codec import unpack_envelope
from shared.store.fates import Upgrade, month_of, upgrades_in
from shared.store.questions import open_questions
from shared.store.threads import Threads
from shared.store.upgrades import Extended
from tests.operations import WORKSPACE
from tests.record_room import ALL_TIME, SETTINGS, RecordRoom
from tests.stores import NOON_US

KEEP_SETTINGS = KeepSettings(
    traces_table="t",
    control_table="c",
    bucket="b",
    operations_queue_url="q",
    dead_letter_queue_url="d",
    upgrades_queue_url="u",
    upgrade_dead_letter_queue_url="v",
)
_MANY_TASKS = 300
_VISIBILITY_S = 181


class KeepRoom(RecordRoom):
    """The two rooms, and what time deletes by itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        objects = FolderObjects(folder, "http://127.0.0.1:1984", self.clock, {"base/": 15, "extended/": 401})
        self.store = dataclasses.replace(self.store, objects=objects)
        self.ask = open_questions(self.store, self.clock, Periods())
        self.handle = build_record(SETTINGS, self.store, self.clock)
        self.keep = build(KEEP_SETTINGS, self.store, self.clock)
        self.upgrades = self.ask.upgrades

    def extend(self, trace_id: str, kept: Kept | None = None) -> Extended:
        """Keep a trace, by a rule unless another cause is given."""
        return self.upgrades.extend(WORKSPACE, trace_id, kept or by_rule(self.clock.now_us()))

    def work(self) -> int:
        """Do the tasks that wait now; those that fail come again later. Says how many there were."""
        messages = self.store.upgrades.receive(10, 60)
        records = [
            {"messageId": one.id, "body": one.body, "attributes": {"ApproximateReceiveCount": "1"}} for one in messages
        ]
        if records:
            answer = self.keep({"Records": records}, None)
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            for one in messages:
                if one.id in failed:
                    self.store.upgrades.send(one.body, group="again", delay_s=_VISIBILITY_S)
        self.store.upgrades.delete([one.handle for one in messages])
        return len(messages)

    def finish(self) -> None:
        """Let both rooms do all that waits, letting time pass where something waits for it."""
        upgrades: Any = self.store.upgrades
        for _ in range(_MANY_TASKS):
            self.record_waiting()
            if not self.work():
                if not upgrades.depth().delayed and not self.store.operations.depth().waiting:
                    return
                self.clock.advance(KEEP_SETTINGS.settle_s)
        raise AssertionError(f"the upgrade does not end: {upgrades.depth()}, {upgrades.list_dead()}")

    def record_waiting(self) -> None:
        """Let record take all that waits for it."""
        while messages := self.store.operations.receive(10, 60):
            self.take(*(unpack_envelope(one.body) for one in messages))
            self.store.operations.delete([one.handle for one in messages])

    def everywhere(self, trace_id: str, runs: list[str], thread: str) -> dict[str, Any]:
        """What each way of reading finds of a trace."""
        project, now = self.project(), self.ask
        failed = now.failures.walk(WORKSPACE, project, ALL_TIME)
        logged = [run for minute in now.log.minutes(WORKSPACE, project, ALL_TIME) for run in minute.runs]
        trace = self.trace(trace_id)
        return {
            "payloads": {} if trace is None else {r.id: self.payload_texts(r.fields) for r in trace.in_order},
            "log": sorted(run.id for run in logged if run.trace_id == trace_id),
            "head": [head.trace_id for head in now.heads.walk(WORKSPACE, project, ALL_TIME)].count(trace_id),
            "failed": sorted(one.position.run_id for one in failed if one.trace_id == trace_id),
            "found": sorted(run_id for run_id in runs if now.locator.trace_of(WORKSPACE, run_id) == trace_id),
            "turns": [turn.run_id for turn in Threads(self.store.traces).turns(WORKSPACE, project, thread, ALL_TIME)],
            "feedback": sorted(one.id for one in now.feedbacks.of_traces(WORKSPACE, [trace_id])),
            "listed": sorted(one.id for one in now.feedbacks.listed(WORKSPACE, project) if one.trace_id == trace_id),
        }

    def billed(self) -> list[Upgrade]:
        """The upgrades of the month in which the tests begin."""
        return upgrades_in(self.store.traces, WORKSPACE, month_of(NOON_US))

    def let_days_pass(self, days: float) -> None:
        """Let time pass, and TTL and lifecycle delete what has ended by then: a day late for objects."""
        self.clock.advance(days * S_PER_DAY)
        stores: Any = self.store
        now_s = self.clock.now_us() // US_PER_S
        for holder in (stores.traces, stores.control, stores.objects):
            holder.expire(now_s)


def by_rule(at_us: int, rule: str = "r-1") -> Kept:
    """The cause that a rule is."""
    return Kept("rule", rule, at_us, name="errors", by="automation")
