"""An agent that would not stop: one trace of thousands of runs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from infra.local.samples.timeline import Step, Timeline, asked, model, said, usage

PROJECT = "Demo: research loop"
_RUNS_OF_A_ROUND = 5
_TOPICS = ["prices", "tides", "whales", "bridges", "storms", "harbours", "lighthouses"]


def loop(timeline: Timeline, chance: random.Random, start: datetime, runs: int) -> Iterator[None]:
    """A trace of about `runs` runs, five to a round; yields after each round."""
    rounds = rounds_of(runs)
    root = timeline.trace("research", start, {"goal": "Find out everything."}, {"max_rounds": rounds}, tags=["long"])
    for number in range(rounds):
        _round(root, chance, number)
        yield
    root.end(error=f"RecursionError: the goal was not reached in {rounds} rounds")


def rounds_of(runs: int) -> int:
    """How many rounds make about that many runs."""
    return (runs - 1) // _RUNS_OF_A_ROUND


def _round(root: Step, chance: random.Random, number: int) -> None:
    topic = chance.choice(_TOPICS)
    step = root.child(f"round {number + 1}", "chain", {"round": number + 1})
    plan, extra = said(f"Look for {topic}.", usage(300 + number, 12, cached=256)), model("openai", "gpt-4o-mini")
    step.call("plan", "llm", asked("What next?"), chance.uniform(0.1, 0.4), plan, extra=extra)
    failed = chance.random() < 0.02  # noqa: PLR2004 one in fifty
    error = f"ConnectionError: nothing answers about {topic}" if failed else None
    step.call("fetch", "tool", {"topic": topic}, chance.uniform(0.02, 0.2), None if failed else {"pages": 3}, error)
    step.call("read", "retriever", {"topic": topic}, 0.02, {"documents": [{"page_content": f"About {topic}."}]})
    step.call("note", "parser", {"topic": topic}, 0.001, {"notes": number + 1})
    step.end({"found": topic})
    root.now = step.now
