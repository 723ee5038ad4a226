"""The sample traces as the page shows them: each view, and an address where it has something to show."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from langsmith import Client
from langsmith.schemas import Run
from langsmith.utils import LangSmithError

from infra.local.demo import wait_until_readable
from infra.local.samples import refunds, reports, research, support
from infra.local.samples.sending import Sent, Size, send
from infra.local.server import RunningServer

VIEWS = (
    "projects",
    "traces",
    "runs",
    "threads",
    "groups",
    "peek",
    "dashboard",
    "trace",
    "conversation",
    "timeline",
    "statistics",
    "loop",
    "thread",
    "compare",
    "as public",
    "rules",
    "new rule",
    "rule",
    "rule log",
    "queues",
    "queue",
    "datasets",
    "dataset",
    "example",
    "workspace",
    "keys",
    "ingest",
    "prices",
    "retention",
    "usage",
    "sharing",
    "shared",
)
"""Every view, by a name."""

_SETTINGS = ("workspace", "keys", "ingest", "prices", "retention", "usage", "sharing", "shared")
_HIDING = '{"keys":["*payment*"],"patterns":["email","api_key"]}'
_FAILED_REFUND = "a refund that failed"
_REFUNDS_LOOKED_AT = 30
_LISTED_WITHIN_S = 60
_LONG_AGO = "2026-01-01T00:00:00Z"
_LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Ruled:
    """A rule, and what it collected into."""

    rule: str
    queue: str
    dataset: str
    example: str


@dataclass(frozen=True)
class SamplePages:
    """Where the samples are at one server."""

    workspace: str
    projects: Mapping[str, str]
    best: Mapping[str, uuid.UUID]
    failed_step: uuid.UUID
    refunded: uuid.UUID
    thread: str
    rule: Ruled

    def project(self, name: str) -> str:
        """The address of a project."""
        return f"/o/{self.workspace}/projects/p/{self.projects[name]}"

    def trace(self, name: str, trace: uuid.UUID) -> str:
        """The address of a trace in a project."""
        return f"{self.project(name)}/r/{trace}"

    @property
    def support(self) -> str:
        """The address of the project that has conversations and refunds."""
        return self.project(support.PROJECT)

    @property
    def failure(self) -> str:
        """The address of the step at which the refund failed."""
        return f"{self.trace(support.PROJECT, self.failed_refund)}?run={self.failed_step}"

    @property
    def failed_refund(self) -> uuid.UUID:
        """The refund that failed."""
        return self.best[_FAILED_REFUND]

    def views(self) -> dict[str, str]:
        """Where each of `VIEWS` has something to show."""
        refund = self.trace(support.PROJECT, self.failed_refund)
        widest = self.trace(reports.PROJECT, self.best["40 calls at once, and a failure"])
        loop = next(trace for what, trace in self.best.items() if what.startswith("a loop"))
        return {
            "projects": f"/o/{self.workspace}/projects",
            "traces": self.support,
            "runs": f"{self.support}?tab=runs",
            "threads": f"{self.support}?tab=threads",
            "groups": f"{self.support}?group=name",
            "peek": f"{self.support}?peek={self.failed_refund}",
            "dashboard": f"{self.support}?tab=dashboard",
            "trace": refund,
            "conversation": f"{refund}?view=conversation",
            "timeline": f"{widest}?view=timeline",
            "statistics": f"{widest}?view=statistics",
            "loop": self.trace(research.PROJECT, loop),
            "thread": f"{self.support}/t/{self.thread}",
            "as public": f"{refund}/public?{urlencode({'rules': _HIDING})}",
            "compare": f"{self.support}/compare/{self.failed_refund}/{self.refunded}",
            "rules": f"/o/{self.workspace}/rules",
            "new rule": f"/o/{self.workspace}/rules/new?{_failures_of(self.projects[support.PROJECT])}",
            "rule": f"/o/{self.workspace}/rules/{self.rule.rule}",
            "rule log": f"/o/{self.workspace}/rules/{self.rule.rule}?tab=log",
            "queues": f"/o/{self.workspace}/annotation-queues",
            "queue": f"/o/{self.workspace}/annotation-queues/{self.rule.queue}",
            "datasets": f"/o/{self.workspace}/datasets",
            "dataset": f"/o/{self.workspace}/datasets/{self.rule.dataset}",
            "example": f"/o/{self.workspace}/datasets/{self.rule.dataset}?example={self.rule.example}",
            **{section: f"/o/{self.workspace}/settings/{section}" for section in _SETTINGS},
        }


def send_samples(server: RunningServer, client: Client, size: Size) -> SamplePages:
    """Send the samples, and wait until they are readable."""
    sent = send(client, size, datetime.now(UTC), lambda _done, _all: None)
    wait_until_readable(client, sent.told)
    server.local("POST", "jobs/meter")
    projects = {one.project: str(client.read_project(project_name=one.project).id) for one in sent.told}
    return SamplePages(
        _workspace(server),
        projects,
        sent.best,
        failed_step=_failed_step(client, sent.best[_FAILED_REFUND]),
        refunded=_refunded(client),
        thread=_longest_thread(client, sent),
        rule=_rule(server, projects[support.PROJECT]),
    )


def _first(what: str, ask: Callable[[], Iterable[Run]]) -> uuid.UUID:
    """The id of the first: lists may show a trace a moment after it can be read. Raises: LangSmithError."""
    deadline_s = time.monotonic() + _LISTED_WITHIN_S
    while (found := next(iter(ask()), None)) is None:
        if time.monotonic() > deadline_s:
            raise LangSmithError(f"{what} is not listed after {_LISTED_WITHIN_S} s; look at the server's output")
        time.sleep(_LOOK_EVERY_S)
    return uuid.UUID(str(found.id))


def _failures_of(project: str) -> str:
    """What a new rule begins with that keeps what failed."""
    return urlencode({"project": project, "tree_filter": 'eq(status, "error")'})


def _workspace(server: RunningServer) -> str:
    return str(_asked(server, "/me")["tenant_id"])


def _rule(server: RunningServer, project: str) -> Ruled:
    """A rule that puts some of what failed before a person, and into a dataset; it has looked back."""
    queue = _asked(server, "/annotation-queues", {"name": "Refunds to look at"})["id"]
    dataset = _asked(server, "/datasets", {"name": "Tools that failed"})["id"]
    rule = {
        "display_name": "Failed tools, for a person",
        "session_id": project,
        "sampling_rate": 0.5,
        "filter": 'and(eq(run_type, "tool"), eq(status, "error"))',
        "add_to_annotation_queue_id": queue,
        "add_to_dataset_id": dataset,
        "backfill_from": _LONG_AGO,
    }
    made = _asked(server, "/runs/rules", rule)["id"]
    _wait_until_looked_back(server, made)
    return Ruled(made, queue, dataset, _asked(server, f"/examples?dataset={dataset}&limit=1")[0]["id"])


def _wait_until_looked_back(server: RunningServer, rule: str) -> None:
    """Raises: LangSmithError."""
    deadline_s = time.monotonic() + _LISTED_WITHIN_S
    while _asked(server, f"/runs/rules/{rule}")["backfill_status"] != "completed":
        if time.monotonic() > deadline_s:
            raise LangSmithError(f"Rule {rule} has not looked back after {_LISTED_WITHIN_S} s")
        time.sleep(_LOOK_EVERY_S)


def _asked(server: RunningServer, path: str, body: object = None) -> Any:  # noqa: ANN401 as JSON is
    """What the API answers; a body is posted."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"x-api-key": server.api_key, "content-type": "application/json"}
    request = urllib.request.Request(f"{server.endpoint}{path}", content, headers)  # noqa: S310 our own http URL
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 as above
        return json.load(answer)


def _refunded(client: Client) -> uuid.UUID:
    """The newest refund that succeeded, of the other prompt: what to compare the failed one with."""
    wanted = f'and(eq(name, "{refunds.AGENT}"), has(metadata, \'{{"prompt_version": "v2"}}\'))'
    asked = partial(client.list_runs, project_name=support.PROJECT, is_root=True, error=False, filter=wanted)
    return _first("A refund that succeeded", partial(asked, limit=_REFUNDS_LOOKED_AT))


def _failed_step(client: Client, trace: uuid.UUID) -> uuid.UUID:
    """The tool that failed in a trace."""
    return _first(
        "The step that failed", partial(client.list_runs, trace_id=trace, run_type="tool", error=True, limit=1)
    )


def _longest_thread(client: Client, sent: Sent) -> str:
    """The conversation with the most turns."""
    project = next(one for one in sent.told if one.project == support.PROJECT)
    roots = client.list_runs(run_ids=project.traces, select=["extra"])
    threads = [str(run.metadata.get("thread_id")) for run in roots]
    return max(threads, key=threads.count)
