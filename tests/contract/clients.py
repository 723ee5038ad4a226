"""The real Python client, opened as applications open it, and what it reads when all has arrived."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from langsmith import Client, utils
from langsmith.schemas import Run
from langsmith.utils import LangSmithNotFoundError

from tests.contract.waiting import eventually


@contextmanager
def open_client(endpoint: str, api_key: str, **options: Any) -> Iterator[Client]:  # noqa: ANN401 the client's own
    """A client that is closed at the end, so that none of its threads lives on."""
    opened = Client(api_url=endpoint, api_key=api_key, **options)
    try:
        yield opened
    finally:
        opened.close(timeout=10)


def forget_environment() -> None:
    """Let the client look at the environment again: it reads each variable once a process."""
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]


def new_project(about: str) -> str:
    """A project name that no other test uses."""
    return f"{about} {uuid.uuid4().hex[:8]}"


def run_or_none(client: Client, run_id: uuid.UUID | str) -> Run | None:
    """The run as the client reads it, or None where it answers that there is none."""
    try:
        run: Run = client.read_run(run_id)
    except LangSmithNotFoundError:
        return None
    return run


def settle(client: Client) -> None:
    """Wait until all that the server has accepted is recorded: an update may have overtaken its create."""
    queue = urlsplit(client.api_url)._replace(path="/__local/queue").geturl()
    eventually(lambda: httpx.get(queue).json(), lambda seen: not (seen["waiting"] or seen["in_flight"]))


def ended_run(client: Client, run_id: uuid.UUID | str) -> Run:
    """The run, once its end has arrived."""
    eventually(lambda: run_or_none(client, run_id), lambda seen: seen is not None and seen.end_time is not None)
    settle(client)
    run: Run = client.read_run(run_id)
    return run


def ended_trace(client: Client, trace_id: uuid.UUID | str, count: int) -> list[Run]:
    """All runs of a trace in order of execution, once `count` of them have ended."""

    def look() -> list[Run]:
        return list(client.list_runs(trace_id=trace_id))

    eventually(look, lambda seen: len(seen) >= count and all(run.end_time for run in seen))
    settle(client)
    runs = look()
    assert len(runs) == count, [run.name for run in runs]
    return sorted(runs, key=lambda run: run.dotted_order)
