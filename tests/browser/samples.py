"""Where the samples are in the page: addresses of their projects and traces."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from operator import eq

import httpx
from langsmith import Client

from infra.local.samples import refunds, reports, research, search, support
from infra.local.samples.sending import Sent, Told
from infra.local.server import RunningServer
from tests.contract.waiting import eventually


@dataclass(frozen=True)
class Samples:
    """The sample traces at one server."""

    workspace: str
    projects: Mapping[str, str]
    best: Mapping[str, uuid.UUID]
    thread: str

    @classmethod
    def of(cls, client: Client, server: RunningServer, sent: Sent) -> Samples:
        """Where what was sent can be read."""
        me = httpx.get(f"{server.endpoint}/me", headers={"x-api-key": server.api_key}).json()
        projects = {one.project: str(client.read_project(project_name=one.project).id) for one in sent.told}
        roots = client.list_runs(project_name=support.PROJECT, is_root=True, select=["extra", "name"])
        talks = (run.metadata["thread_id"] for run in roots if run.name != refunds.AGENT)
        return cls(me["tenant_id"], projects, sent.best, max(seen := list(talks), key=seen.count))

    def project(self, name: str) -> str:
        """The address of a project."""
        return f"/o/{self.workspace}/projects/p/{self.projects[name]}"

    def trace(self, name: str, trace: uuid.UUID) -> str:
        """The address of a trace in a project."""
        return f"{self.project(name)}/r/{trace}"

    @property
    def refund(self) -> str:
        """The refund that failed."""
        return self.trace(support.PROJECT, self.best["a refund that failed"])

    @property
    def loop(self) -> str:
        """The trace with many runs."""
        what = next(what for what in self.best if what.startswith("a loop"))
        return self.trace(research.PROJECT, self.best[what])

    @property
    def widest(self) -> str:
        """Forty calls at once."""
        return self.trace(reports.PROJECT, self.best["40 calls at once, and a failure"])

    def views(self) -> dict[str, str]:
        """Every view by a name, and an address that shows it with something in it."""
        refund, other = self.refund, self.best["a refund that failed"]
        workspace = f"/o/{self.workspace}"
        return {
            "projects": f"{workspace}/projects",
            "traces": self.project(support.PROJECT),
            "search": self.project(search.PROJECT),
            "trace": refund,
            "conversation": f"{refund}?view=conversation",
            "timeline": f"{self.widest}?view=timeline",
            "statistics": f"{self.widest}?view=statistics",
            "loop": self.loop,
            "thread": f"{self.project(support.PROJECT)}/t/{self.thread}",
            "compare": f"{self.project(support.PROJECT)}/compare/{other}/{other}",
            "settings": f"{workspace}/settings",
        }


def wait_until_readable(client: Client, told: list[Told]) -> None:
    """Until every trace that ended is readable to its end."""
    for one in told:
        eventually(partial(_ended, client, one.ended), partial(eq, len(one.ended)), 60)


def _ended(client: Client, traces: list[uuid.UUID]) -> int:
    return sum(run.end_time is not None for run in client.list_runs(run_ids=traces, select=["end_time"]))
