"""Runs told to the real client with times of their own, as if an application had made them days ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from langsmith import Client, RunTree
from langsmith.schemas import Attachments

Content = Mapping[str, Any]
_REVISION = "2026.11.2"
"""Of the application; the client would take that of the repository which the demo runs in."""

Kind = Literal["tool", "chain", "llm", "retriever", "embedding", "parser"]


@dataclass
class Step:
    """One run that has begun. Its clock stands where its last child ended; `end` stops it there or later."""

    tree: RunTree
    now: datetime
    told: list[RunTree]

    def child(self, name: str, run_type: Kind, inputs: Content, **options: Any) -> Step:  # noqa: ANN401 RunTree's own
        """Begin a run below this one, now."""
        tree = self.tree.create_child(name, run_type, inputs=dict(inputs), start_time=self.now, **options)
        tree.post()
        self.told.append(tree)
        return Step(tree, self.now, self.told)

    def call(
        self,
        name: str,
        run_type: Kind,
        inputs: Content,
        seconds: float,
        outputs: Content | None = None,
        error: str | None = None,
        **options: Any,  # noqa: ANN401 RunTree's own
    ) -> Step:
        """A run below this one that begins now and ends after some seconds; then time goes on from there."""
        step = self.child(name, run_type, inputs, **options)
        step.end(outputs, error, seconds)
        self.now = step.now
        return step

    def end(self, outputs: Content | None = None, error: str | None = None, seconds: float = 0) -> None:
        """End this run, some seconds from now on its clock."""
        self.now += timedelta(seconds=seconds)
        self.tree.end(outputs=None if outputs is None else dict(outputs), error=error, end_time=self.now)
        self.tree.patch()

    def streams(self, words: list[str], first_s: float, each_s: float) -> None:
        """Let the words come one by one, the first after `first_s`; the run's clock moves on to the last."""
        self.now += timedelta(seconds=first_s)
        for word in words:
            self.tree.add_event({"name": "new_token", "time": self.now.isoformat(), "kwargs": {"token": word}})
            self.now += timedelta(seconds=each_s)

    def waits(self, seconds: float) -> None:
        """Let time pass in which nothing is traced."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Timeline:
    """Begins traces in one project and remembers every run that was told."""

    client: Client
    project: str
    about: str = ""
    told: list[RunTree] = field(default_factory=list)
    project_id: str = ""

    def make_project(self) -> None:
        """Make the project if it isn't there; feedback names it by its id."""
        self.project_id = str(self.client.create_project(self.project, description=self.about, upsert=True).id)

    def trace(
        self,
        name: str,
        start: datetime,
        inputs: Content,
        metadata: Content,
        tags: list[str] | None = None,
        attachments: Attachments | None = None,
    ) -> Step:
        """Begin a trace at this time."""
        tree = RunTree(
            name=name,
            inputs=dict(inputs),
            start_time=start,
            project_name=self.project,
            extra={"metadata": {"revision_id": _REVISION, **metadata}},
            tags=tags or [],
            attachments=attachments or {},
            ls_client=self.client,
        )
        tree.post()
        self.told.append(tree)
        return Step(tree, start, self.told)

    def judge(self, step: Step, key: str, score: float | None = None, **said: Any) -> None:  # noqa: ANN401 the client's
        """Give feedback on a run of this project."""
        tree = step.tree
        self.client.create_feedback(
            tree.id,
            key,
            score=score,
            trace_id=tree.trace_id,
            session_id=self.project_id,
            start_time=tree.start_time,
            **said,
        )
