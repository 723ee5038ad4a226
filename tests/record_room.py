"""A record room over a store of its own, and what a reader sees of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from functions.record.app import build
from functions.record.settings import RecordSettings
from shared.base.clock import SteppingClock
from shared.base.units import US_PER_S
from shared.pricing.prices import PriceTable
from shared.retention.periods import Periods
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope, Fact
from shared.runs.trace import Trace
from shared.store.ports import Store
from shared.store.questions import Questions, open_questions
from shared.store.traces import PayloadAt
from shared.store.walk import Window
from tests.operations import WORKSPACE, patch, post, uuid7
from tests.stores import NOON_US, local_store

ALL_TIME = Window(0, NOON_US * 2)
SETTINGS = RecordSettings(
    traces_table="t",
    control_table="c",
    bucket="b",
    operations_queue_url="q",
    dead_letter_queue_url="d",
    erasures_queue_url="e",
    erasure_dead_letter_queue_url="f",
    upgrades_queue_url="u",
    upgrade_dead_letter_queue_url="v",
)


class RecordRoom:
    """A record room over a store of its own, and the questions that read it back."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppingClock(NOON_US)
        self.store: Store = local_store(folder, self.clock)
        self.ask: Questions = open_questions(self.store, self.clock, Periods())
        self.handle = build(SETTINGS, self.store, self.clock)

    def take(self, *envelopes: Envelope, attempt: int = 1) -> list[str]:
        """Deliver the envelopes as one batch; the ids of those that must come again."""
        return self.deliver([pack_envelope(one) for one in envelopes], attempt)

    def deliver(self, bodies: Sequence[str], attempt: int = 1) -> list[str]:
        """Deliver message texts as one batch."""
        records = [
            {"messageId": str(number), "body": body, "attributes": {"ApproximateReceiveCount": str(attempt)}}
            for number, body in enumerate(bodies)
        ]
        answer = self.handle({"Records": records}, None)
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def trace(self, trace_id: str) -> Trace | None:
        """The trace as a reader sees it."""
        stored = self.ask.traces.load(WORKSPACE, trace_id)
        return None if stored is None else Trace(trace_id, stored.merged(), PriceTable.load())

    def project(self, name: str = "default") -> str:
        """The id of a project."""
        project = self.ask.projects.named(WORKSPACE, name)
        assert project is not None
        return project.id

    def seen(self, trace_id: str) -> dict[str, Any]:
        """Everything that a reader can learn of a trace, in a form that can be compared."""
        trace = self.trace(trace_id)
        assert trace is not None
        project = self.project()
        logged = {
            run.id: (run.name, run.status, run.start_us, run.end_us, run.tags, run.metadata, run.inputs_preview)
            for minute in self.ask.log.minutes(WORKSPACE, project, ALL_TIME)
            for run in minute.runs
        }
        heads = [
            (head.trace_id, head.root.name, head.root.status, head.runs, head.failed_runs, head.totals)
            for head in self.ask.heads.walk(WORKSPACE, project, ALL_TIME)
        ]
        failed = {failure.position.run_id for failure in self.ask.failures.walk(WORKSPACE, project, ALL_TIME)}
        runs = {
            run.id: (run.name, run.status, run.end_us, run.tags, self.payload_texts(run.fields))
            for run in trace.in_order
        }
        return {"runs": runs, "log": logged, "heads": heads, "failed": failed}

    def payload_texts(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The payload values of a run, opened."""
        names = [name for name in ("inputs", "outputs", "error", "extra") if name in fields]
        places = [PayloadAt(fields[name][3], fields[name][1], fields[name][2]) for name in names]
        return {name: json.loads(text) for name, text in zip(names, self.ask.traces.payloads(places), strict=True)}


def agent_trace(start_us: int = NOON_US) -> list[Fact]:
    """A root with a model call and a tool that fails."""
    root = post(uuid7(start_us), start_us, name="agent", inputs={"question": "refund?"}, tags=["prod"])
    llm = post(
        uuid7(start_us + 1000),
        start_us + 1000,
        root,
        name="gpt",
        run_type="llm",
        extra={"metadata": {"ls_model_name": "gpt-4o"}},
    )
    tool = post(uuid7(start_us + 2000), start_us + 2000, root, name="search", run_type="tool")
    return [
        root,
        llm,
        tool,
        patch(llm, start_us + 900_000, outputs={"text": "yes"}),
        patch(tool, start_us + 950_000, error="ValueError: no index"),
        patch(root, start_us + US_PER_S, outputs={"answer": "yes"}, tags=["prod", "done"]),
    ]
