"""Statistics and threads by the real Python client: what runs add up to, and what was said of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest
from langsmith import BadRequestError, Client

from infra.local.server import RunningServer
from tests.contract.agent import NAMES, Sent, run_agent
from tests.contract.clients import ended_trace, new_project, open_client
from tests.contract.waiting import eventually

# The client says so of every feedback without a session: most applications give none.
pytestmark = pytest.mark.filterwarnings("ignore:Creating feedback for a run without session_id")
T = TypeVar("T")


@dataclass(frozen=True)
class Judged:
    """A thread of two turns, of which the first was judged and the second was not, and another thread."""

    client: Client
    project: str
    project_id: str
    turns: list[Sent]
    runner: asyncio.Runner

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """What the coroutine gives, on the loop that the client's connections belong to."""
        return self.runner.run(work)

    def threads(self, **asked: Any) -> list[Any]:  # noqa: ANN401 the client's own
        """The threads that the client finds."""
        return self.wait(all_of(self.client.threads.query(project_id=self.project_id, **asked)))

    def runs(self, **asked: Any) -> list[str]:  # noqa: ANN401 the client's own
        """The ids of the runs that the client finds."""
        found = self.wait(all_of(self.client.runs.query(project_ids=[self.project_id], **asked)))
        return [str(run.id) for run in found]


async def all_of(pages: AsyncIterable[T]) -> list[T]:
    """The items of all pages."""
    return [item async for item in pages]


@pytest.fixture(scope="module")
def judged(server: RunningServer) -> Iterator[Judged]:
    """Three traces, and feedback that the heads of their traces know of."""
    project = new_project("statistics")
    with open_client(server.endpoint, server.api_key) as client:
        turns = [run_agent(client, project, thread) for thread in ("talk", "talk", "other")]
        client.flush()
        runs = [run for sent in turns for run in ended_trace(client, sent.root.id, len(NAMES))]
        client.create_feedback(turns[0].root.id, "user", score=0.5, trace_id=turns[0].root.id)
        client.create_feedback(turns[0].trees[3].id, "tool", score=0)
        client.flush()
        root = turns[0].root.id
        eventually(lambda: client.read_run(root).feedback_stats, lambda seen: bool(seen and "user" in seen))
        with asyncio.Runner() as runner:
            yield Judged(client, project, str(runs[0].session_id), turns, runner)
            runner.run(client._get_langsmith_api().close())


def counts(stats: dict[str, Any]) -> dict[str, int]:
    """How often each feedback key was given."""
    return {key: one["n"] for key, one in stats["feedback_stats"].items()}


def test_run_stats_tell_what_was_said(judged: Judged) -> None:
    """`get_run_stats`, of all runs and of those that match."""
    everything = judged.client.get_run_stats(project_names=[judged.project])
    assert (everything["run_count"], counts(everything)) == (18, {"user": 1, "tool": 1})
    roots = judged.client.get_run_stats(project_ids=[judged.project_id], is_root=True)
    assert (roots["run_count"], counts(roots)) == (3, {"user": 1})
    failed = judged.client.get_run_stats(project_ids=[judged.project_id], filter='eq(status, "error")')
    assert (failed["run_count"], counts(failed)) == (3, {"tool": 1})
    later = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    assert counts(judged.client.get_run_stats(project_ids=[judged.project_id], start_time=later)) == {}


def test_threads_tell_what_was_said_of_their_turns(judged: Judged) -> None:
    """`threads.query`, `threads.stats` and `list_threads`."""
    found = {one.thread_id: one for one in eventually(judged.threads, lambda seen: len(seen) == 2)}
    assert (found["talk"].count, found["talk"].feedback_stats["user"].avg) == (2, 0.5)
    assert found["other"].feedback_stats is None
    asked: Any = {"session_id": judged.project_id, "selects": ["TURNS", "FEEDBACK_STATS"]}
    stats = judged.wait(judged.client.threads.stats("talk", **asked))
    assert stats.turns == 2
    assert (stats.feedback_stats or {})["user"].n == 1


def test_threads_are_found_by_their_summary(judged: Judged) -> None:
    """`thread_filter` speaks of all turns; other filters of one of them, and the thread is shown whole."""
    assert [one.thread_id for one in judged.threads(thread_filter="gt(count, 1)")] == ["talk"]
    assert [one.thread_id for one in judged.threads(thread_filter="gte(feedback_score, 0.5)")] == ["talk"]
    (talk,) = judged.threads(trace_filter='eq(feedback_key, "user")')
    assert (talk.thread_id, talk.count) == ("talk", 2)


def test_all_threads_add_up(judged: Judged) -> None:
    """`threads.aggregate_stats` over the threads of a window."""
    select: Any = ["THREAD_COUNT", "TRACE_COUNT", "ERROR_RATE", "LATENCY_P50", "TOTAL_TOKENS", "THREAD_FEEDBACK_STATS"]
    found = judged.wait(judged.client.threads.aggregate_stats(project_id=judged.project_id, select=select))
    assert (found.thread_count, found.trace_count, found.error_rate, found.total_tokens) == (2, 3, 0, 3 * 1960)
    assert found.latency_p50_seconds is not None
    assert (found.thread_feedback_stats or {})["user"].n == 1
    one = judged.wait(
        judged.client.threads.aggregate_stats(
            project_id=judged.project_id, select=["THREAD_COUNT"], thread_filter='eq(thread_id, "other")'
        )
    )
    assert (one.thread_count, one.trace_count) == (1, None)


def test_runs_are_found_by_when_they_were_judged(judged: Judged) -> None:
    """`runs.query` with a time of feedback, which needs a condition on feedback."""
    root, now = str(judged.turns[0].root.id), datetime.now(UTC)
    on_user: Any = {"filter": 'eq(feedback_key, "user")', "selects": ["ID"]}
    assert judged.runs(**on_user, min_feedback_modified_at=now - timedelta(hours=1)) == [root]
    assert judged.runs(**on_user, min_feedback_modified_at=now + timedelta(minutes=5)) == []
    assert judged.runs(**on_user, max_feedback_modified_at=now - timedelta(hours=1)) == []
    with pytest.raises(BadRequestError, match="add one"):
        judged.runs(min_feedback_modified_at=now)


def test_projects_are_sorted_by_feedback_and_know_their_metadata(judged: Judged) -> None:
    """By the client's own connection, since it has no method for these."""
    client = judged.client
    by_score = {"sort_by": "feedback", "sort_by_feedback_key": "user", "name_contains": judged.project}
    (found,) = client.request_with_retries("GET", "/sessions", params=by_score).json()
    assert found["id"] == judged.project_id
    path, asked = f"/sessions/{judged.project_id}", {"metadata_keys": ["thread_id"], "root_runs_only": True}
    answer = client.request_with_retries("GET", f"{path}/metadata", params=asked).json()
    assert answer == {"thread_id": ["talk", "other"]}
    facets = client.request_with_retries("GET", f"{path}/facets", params={"k": 3}).json()
    assert (facets["runs_looked_at"], len(facets["names"])) == (18, 3)


def test_formulas_are_retired(judged: Judged, server: RunningServer) -> None:
    """410, as LangSmith answers."""
    answer = httpx.get(f"{server.endpoint}/feedback/formulas", headers={"x-api-key": server.api_key})
    assert (answer.status_code, judged.project in answer.text) == (410, False)
