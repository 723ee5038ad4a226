"""Whether a run that was read is the run that was sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from langsmith import RunTree
from langsmith.schemas import Run

SAME = ("id", "name", "run_type", "trace_id", "parent_run_id", "dotted_order", "outputs", "error")


def assert_same_run(read: Run, sent: RunTree) -> None:
    """Every field that the tracer knew is in the run that was read, unchanged."""
    wanted = {field: getattr(sent, field) for field in SAME}
    assert {field: getattr(read, field) for field in SAME} == wanted
    assert (read.start_time, read.end_time) == (_aware(sent.start_time), _aware(sent.end_time))
    assert read.inputs == {name: value for name, value in sent.inputs.items() if name not in sent.attachments}
    assert (read.tags or []) == (sent.tags or [])
    assert read.status == ("error" if sent.error else "success")
    assert sent.metadata.items() <= read.metadata.items()
    assert (read.extra or {})["runtime"]["sdk"] == "langsmith-py"
    assert [event["name"] for event in read.events or []] == [event["name"] for event in sent.events]


def tree_of(runs: list[Run]) -> dict[str, Any]:
    """The names of the runs as they hang together."""
    children: dict[Any, list[Run]] = {}
    for run in runs:
        children.setdefault(run.parent_run_id, []).append(run)

    def below(run_id: object) -> dict[str, Any]:
        return {child.name: below(child.id) for child in children.get(run_id, [])}

    return below(None)


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
