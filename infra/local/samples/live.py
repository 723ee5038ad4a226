"""One trace that grows before one's eyes: told step by step, as long as one likes to watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from infra.local.samples import writing
from infra.local.samples.chat import Message, Prompt, tokens_of
from infra.local.samples.models import CLAUDE
from infra.local.samples.timeline import Step, Timeline

NAME = "live report"
_CHAPTERS = 4
_OF_THE_TIME = 0.5
"""The share of it in which chapters are read; in the rest the report is written."""


def live(timeline: Timeline, seconds: float, sleep: Callable[[float], None]) -> Step:
    """A report that takes so long; each step is sent when it happens."""
    root = timeline.trace(NAME, _now(), {"week": "2026-W47"}, {"environment": "live"}, ["live"])
    for number in range(_CHAPTERS):
        _read(timeline, root, number, seconds * _OF_THE_TIME / _CHAPTERS, sleep)
    _write(timeline, root, seconds * (1 - _OF_THE_TIME), sleep)
    root.now = _now()
    root.end({"report": writing.WEEKLY})
    timeline.client.flush()
    return root


def _read(timeline: Timeline, root: Step, number: int, seconds: float, sleep: Callable[[float], None]) -> None:
    root.now = _now()
    step = root.child("read department", "tool", {"department": writing.SHELVES[number]})
    timeline.client.flush()
    sleep(seconds)
    step.now = _now()
    step.end({"orders": 100 + 37 * number})
    timeline.client.flush()


def _write(timeline: Timeline, root: Step, seconds: float, sleep: Callable[[float], None]) -> None:
    """The answer of a model, sent again with each line that has come."""
    prompt = Prompt([Message("system", "You write short reports in Markdown."), Message("user", "Write week 47.")])
    root.now = _now()
    inputs = CLAUDE.dialect.inputs(CLAUDE.name, prompt)
    step = root.child(CLAUDE.dialect.run_name, "llm", inputs, extra={"metadata": CLAUDE.metadata})
    lines = writing.WEEKLY.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        step.streams([line], first_s=0, each_s=0)
        reply = Message("assistant", "".join(lines[:number]))
        step.tree.outputs = CLAUDE.dialect.outputs(CLAUDE.name, reply, tokens_of(prompt, reply))
        step.tree.post()  # once more: of two creates the later one counts
        timeline.client.flush()
        sleep(seconds / len(lines))
        step.now = _now()
    step.end(step.tree.outputs)


def _now() -> datetime:
    return datetime.now(UTC)
