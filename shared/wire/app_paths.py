"""Where the page shows things: the paths that the SDKs build links from."""

from __future__ import annotations

from shared.runs.run import Run
from shared.wire.moments import naive


def project_path(workspace: str, project: str) -> str:
    """The page of a project."""
    return f"/o/{workspace}/projects/p/{project}"


def public_url(origin: str, token: str) -> str:
    """The link that a share's token stands for, as the clients build it too."""
    return f"{origin}/public/{token}/r"


def run_path(workspace: str, run: Run) -> str:
    """The page of a run within its trace. The start leads to the run without a search."""
    start = naive(run.start_us)
    when = "" if start is None else f"&start_time={start.isoformat()}"
    return f"{project_path(workspace, run.project)}/r/{run.id}?trace_id={run.trace_id}{when}"
