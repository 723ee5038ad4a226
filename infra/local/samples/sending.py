"""All samples, sent: which stories there are, how many of each, and when they happened."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from langsmith import Client, RunTree

from infra.local.samples import refunds, reports, research, search, support
from infra.local.samples.rhythm import starts
from infra.local.samples.timeline import Step, Timeline

_SEED = 2026
_LONGEST_CONVERSATION = timedelta(minutes=30)
_MINUTES = timedelta(minutes=3)

Show = Callable[[int, int], None]


class Size(NamedTuple):
    """How much is sent."""

    conversations: int = 170
    refunds: int = 70
    questions: int = 260
    reports: int = 45
    loop_runs: int = 3_001


class Told(NamedTuple):
    """What was sent to a project: the ids of its traces, those of them that ended, and how many runs they have."""

    project: str
    traces: list[uuid.UUID]
    ended: list[uuid.UUID]
    runs: int


class Sent(NamedTuple):
    """All that was sent, and the traces to look at first: what each shows, and its id."""

    told: list[Told]
    best: dict[str, uuid.UUID]


class _Projects(NamedTuple):
    support: Timeline
    search: Timeline
    reports: Timeline
    research: Timeline


def send(client: Client, size: Size, now: datetime, show: Show) -> Sent:
    """Send traces that began within the last 13 days before `now`; `show` is told how many are done, of how many.

    Law: the same size, seed and moment give the same traces, but for their ids.
    """
    chance = random.Random(_SEED)
    projects = _projects(client)
    best: dict[str, uuid.UUID] = {}
    for done, _ in enumerate(_stories(projects, chance, size, now, best), 1):
        show(done, _steps_of(size))
    client.flush()
    return Sent([_told(timeline) for timeline in projects], best)


def _projects(client: Client) -> _Projects:
    """The projects, made if they aren't there."""
    made = _Projects(*(Timeline(client, each.PROJECT, each.ABOUT) for each in (support, search, reports, research)))
    for timeline in made:
        timeline.make_project()
    return made


def _stories(
    projects: _Projects, chance: random.Random, size: Size, now: datetime, best: dict[str, uuid.UUID]
) -> Iterator[None]:
    """Tell one after the other; the last of a story that is worth a look is noted in `best`."""

    def when(count: int, ended_before: timedelta = _MINUTES) -> list[datetime]:
        return starts(now, count, chance, ended_before)

    def noted(what: str, story: Iterable[Step]) -> Iterator[None]:
        for step in story:
            best[what] = step.tree.id
            yield

    talks = when(size.conversations, _LONGEST_CONVERSATION)[::-1]
    yield from support.conversations(projects.support, chance, talks, now)
    yield from noted("a refund that failed", refunds.refunds(projects.support, chance, when(size.refunds), now))
    yield from search.questions(projects.search, chance, when(size.questions), now)
    yield from _each(reports.reports(projects.reports, chance, when(size.reports)[::-1], now))
    yield from noted("40 calls at once, and a failure", reports.widest(projects.reports, chance, now))
    yield from _each(reports.longest(projects.reports, chance, now))
    hour = timedelta(hours=1)
    yield from _each(research.chain(projects.research, chance, now - 5 * hour))
    yield from _each(research.lost(projects.research, chance, now - 9 * hour))
    loop = research.loop(projects.research, chance, now - 4 * hour, size.loop_runs)
    yield from noted(f"a loop of {size.loop_runs:,} runs", loop)


def _each(story: Iterable[object]) -> Iterator[None]:
    for _ in story:
        yield


def _steps_of(size: Size) -> int:
    """How often the stories yield."""
    turns = sum(len(support.errands_of(number)) for number in range(size.conversations))
    extremes = 4
    return turns + size.refunds + size.questions + size.reports + extremes + research.rounds_of(size.loop_runs)


def _told(timeline: Timeline) -> Told:
    roots = [run for run in timeline.told if run.parent_run_id is None]
    return Told(timeline.project, _ids(roots), _ids([run for run in roots if run.end_time]), len(timeline.told))


def _ids(runs: list[RunTree]) -> list[uuid.UUID]:
    return [run.id for run in runs]
