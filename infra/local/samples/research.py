"""An agent that would not stop, one that went deep, and one that was never heard of again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from infra.local.samples.asking import ask
from infra.local.samples.chat import Message, Prompt
from infra.local.samples.models import GPT, GPT_THINKING
from infra.local.samples.rhythm import Weather
from infra.local.samples.timeline import Step, Timeline

PROJECT = "Demo: research loop"
ABOUT = "A research agent: a loop of 3,000 runs, a chain of 30 levels, and a trace that never ended."
LEVELS = 30
_RUNS_OF_A_ROUND = 5
_FINE = Weather(1.0, is_incident=False)
_GOAL = "Which harbour towns of the Baltic had a bookshop before 1800, and who ran it?"
_TOWNS = ("Riga", "Lübeck", "Gdańsk", "Tallinn", "Visby", "Stralsund", "Kalmar", "Klaipėda", "Rostock", "Turku")
_SOURCES = ("the guild's register", "a customs ledger", "letters of a printer", "the town's tax roll", "a travel diary")
_PLAN = "Name the next town and source to look at. Answer with one line."
_NOTHING = (
    "ConnectTimeout: archive.{town}.example did not answer within 10 s\n\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/research/fetch.py", line 31, in fetch\n'
    "    page = client.get(url, timeout=10)\n"
    "httpx.ConnectTimeout: timed out\n"
)


def loop(timeline: Timeline, chance: random.Random, start: datetime, runs: int) -> Iterator[Step]:
    """A trace of about `runs` runs, five to a round; yields after each round."""
    rounds = rounds_of(runs)
    about = {"max_rounds": rounds, "environment": "batch"}
    root = timeline.trace("research", start, {"goal": _GOAL}, about, tags=["long"])
    for number in range(rounds):
        _round(root, chance, number)
        yield root
    root.end(error=f"RecursionError: the goal was not reached in {rounds} rounds; raise max_rounds or narrow the goal")


def rounds_of(runs: int) -> int:
    """How many rounds make about that many runs."""
    return (runs - 1) // _RUNS_OF_A_ROUND


def _round(root: Step, chance: random.Random, number: int) -> None:
    town, source = chance.choice(_TOWNS), chance.choice(_SOURCES)
    step = root.child(f"round {number + 1}", "chain", {"round": number + 1})
    prompt = Prompt([Message("system", _PLAN), Message("user", f"Round {number + 1}. {_GOAL}")])
    ask(step, GPT, prompt, Message("assistant", f"{town}: {source}"), _FINE, chance)
    looked = {"town": town, "source": source}
    failed = chance.random() < 0.02  # noqa: PLR2004 one in fifty
    error = _NOTHING.format(town=town.lower()) if failed else None
    step.call("fetch", "tool", looked, 10 if failed else chance.uniform(0.02, 0.2), {"pages": 3}, error)
    found = [] if failed else [{"page_content": f"Of booksellers in {town}, {source} names none.", "metadata": looked}]
    step.call("read", "retriever", looked, 0.02, {"documents": found})
    step.call("note", "parser", looked, 0.001, {"notes": number + 1})
    step.end({"found": len(found), "town": town})
    root.now = step.now


def chain(timeline: Timeline, chance: random.Random, start: datetime, levels: int = LEVELS) -> Iterator[Step]:
    """A trace in which each run has one below it: citations followed back in time."""
    year, steps = 2024, []
    step = timeline.trace(
        "follow citations", start, {"work": f"Books by the sea ({year})"}, {"levels": levels}, ["deep"]
    )
    root = step
    for level in range(1, levels):
        year -= chance.randint(2, 11)
        steps.append(step)
        step = step.child("follow citation", "chain", {"cited": f"{chance.choice(_TOWNS)}, {year}", "level": level + 1})
        step.waits(chance.uniform(0.02, 0.4))
    step.end({"first_mention": year})
    for outer in reversed(steps):
        outer.now = step.now
        outer.end({"first_mention": year}, seconds=0.003)
        step = outer
    yield root


def lost(timeline: Timeline, chance: random.Random, start: datetime) -> Iterator[Step]:
    """A trace whose process was ended from outside in the middle of a call: it stays pending."""
    about = {"environment": "batch", "host": "worker-3"}
    root = timeline.trace("nightly research", start, {"goal": _GOAL}, about, ["nightly"])
    prompt = Prompt([Message("system", _PLAN), Message("user", _GOAL)])
    for town in _TOWNS[:3]:
        ask(root, GPT_THINKING, prompt, Message("assistant", f"{town}: {_SOURCES[0]}"), _FINE, chance)
        root.call("fetch", "tool", {"town": town}, chance.uniform(0.1, 0.5), {"pages": 2})
    asked = GPT_THINKING.dialect.inputs(GPT_THINKING.name, prompt)
    root.child(GPT_THINKING.dialect.run_name, "llm", asked, extra={"metadata": GPT_THINKING.metadata})
    yield root
