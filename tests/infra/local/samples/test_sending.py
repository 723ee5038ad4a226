"""The stories, told to a client that keeps what it is given."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from langsmith import Client

from infra.local.samples import support
from infra.local.samples.rhythm import incident_of
from infra.local.samples.sending import Size, send
from infra.local.samples.timeline import Timeline

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
SIZE = Size(conversations=3, refunds=2, questions=2, reports=5, loop_runs=26)
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Kept(Client):
    """A client that sends nothing."""

    def __init__(self) -> None:
        super().__init__(api_url="http://127.0.0.1:9/api/v1", api_key="none", auto_batch_tracing=False, info={})
        self.kept: list[dict[str, Any]] = []

    def create_run(self, name: str, inputs: dict[str, Any], run_type: Any, **said: Any) -> None:  # noqa: ANN401
        """Keep what was told, but for its ids."""
        said = {key: said.get(key) for key in ("start_time", "tags", "extra")}
        self.kept.append({"name": name, "inputs": inputs, "run_type": run_type, **said})

    def update_run(self, run_id: Any, **said: Any) -> None:  # noqa: ANN401
        """Keep how it ended."""
        words = [event for event in said["events"] if event["name"] == "new_token"]  # others are the client's own
        self.kept.append({key: said.get(key) for key in ("name", "outputs", "error", "end_time")} | {"words": words})

    def create_feedback(self, *said: Any, **more: Any) -> Any:  # noqa: ANN401
        """Keep what was thought."""
        self.kept.append({"feedback": said[1], **{key: more.get(key) for key in ("score", "comment", "value")}})

    def create_project(self, project_name: str, **said: Any) -> Any:  # noqa: ANN401
        """A project with an id."""
        return type("Project", (), {"id": f"id of {project_name}"})

    def flush(self, timeout: float | None = None) -> None:
        """Nothing waits."""


def _told(size: Size = SIZE) -> list[str]:
    client = Kept()
    send(client, size, NOW, lambda _done, _total: None)
    return [IDS.sub("an id", repr(one)) for one in client.kept]


def test_the_same_moment_gives_the_same_samples() -> None:
    """Nothing but ids differs from one time to the next."""
    assert _told() == _told()


def test_in_an_incident_models_are_busy_and_tools_are_down() -> None:
    """Of conversations that begin in the bad hour most end their first turn with an error."""
    client = Kept()
    starts = [incident_of(NOW) + timedelta(minutes=5 * number) for number in range(1, 9)]
    told = list(support.conversations(Timeline(client, "any"), random.Random(1), starts, NOW))
    assert len(told) > len(starts)
    failed = [one["error"] for one in client.kept if one.get("name") == support.AGENT and one.get("error")]
    assert len(failed) >= len(starts) // 2
    assert {error.partition(":")[0] for error in failed} == {"RateLimitError", "ToolFailed"}


@pytest.mark.parametrize("field", ["conversations", "refunds", "questions", "reports"])
def test_none_of_a_kind_is_no_trouble(field: str) -> None:
    """Whoever wants only some of the stories gets them."""
    assert 0 < len(_told(SIZE._replace(**{field: 0}))) < len(_told())
