"""`python -m infra.local.demo`: sample traces for a running Tracekeep, sent by the real LangSmith client.

ENDPOINT   where to: LANGSMITH_ENDPOINT, else the laptop's server on PORT (1984)
API_KEY    the key: LANGSMITH_API_KEY, else the one that the laptop's server keeps in DATA (./.data)
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import time
import uuid
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from langsmith import Client
from langsmith._internal._beta_decorator import LangSmithDeprecationWarning
from langsmith.schemas import TracerSessionResult
from langsmith.utils import LangSmithConnectionError, LangSmithError

from infra.local.samples import research, search, support
from infra.local.samples.timeline import Timeline

_HOURS = 6
_LOOP_RUNS = 3_001
_CONVERSATIONS = 24
_QUESTIONS = 40
_READABLE_WITHIN_S = 120
_LOOK_EVERY_S = 0.2
_BAR = 32
_SEED = 2026


class Size(NamedTuple):
    """How much is sent."""

    conversations: int = _CONVERSATIONS
    questions: int = _QUESTIONS
    loop_runs: int = _LOOP_RUNS


class NoKey(Exception):
    """There is no key to send with; the message says where one may come from."""


class Told(NamedTuple):
    """What was sent to a project: the ids of its traces, and how many runs they have."""

    project: str
    traces: list[uuid.UUID]
    runs: int


def main(environ: Mapping[str, str]) -> int:
    """Send the samples, wait until they are readable, and say what is there; the exit code."""
    try:
        client = Client(api_url=endpoint(environ), api_key=api_key(environ))
        client.has_project("default")  # an address or a key that is wrong is told before anything is sent
        began_s = time.monotonic()
        told = send(client, Size(), datetime.now(UTC))
        sent_s = time.monotonic() - began_s
        _wait(client, told)
    except LangSmithConnectionError:
        print(
            f"Nothing answers at {endpoint(environ)}: start the server with `make run`, or set ENDPOINT",
            file=sys.stderr,
        )
        return 1
    except (NoKey, LangSmithError) as error:
        print(f"The samples could not be sent: {error}", file=sys.stderr)
        return 1
    print(_summary(client, told, sent_s))
    client.close()
    return 0


def endpoint(environ: Mapping[str, str]) -> str:
    """Where to send."""
    said = environ.get("ENDPOINT") or environ.get("LANGSMITH_ENDPOINT")
    return said or f"http://localhost:{environ.get('PORT') or 1984}/api/v1"


def api_key(environ: Mapping[str, str]) -> str:
    """The key to send with. Raises: NoKey."""
    said = environ.get("API_KEY") or environ.get("LANGSMITH_API_KEY")
    kept = Path(environ.get("DATA") or ".data") / "api-key"
    if not said and not kept.exists():
        raise NoKey(f"there is no key in {kept}: start the server with `make run`, or set API_KEY")
    return said or kept.read_text().strip()


def send(client: Client, size: Size, now: datetime) -> list[Told]:
    """Send traces that began within the last hours before `now`; what went where."""
    chance = random.Random(_SEED)
    timelines = {name: Timeline(client, name) for name in (support.PROJECT, search.PROJECT, research.PROJECT)}
    stories = [
        support.conversations(timelines[support.PROJECT], chance, _spread(now, size.conversations)),
        search.questions(timelines[search.PROJECT], chance, _spread(now, size.questions)),
        search.picture(timelines[search.PROJECT], now - timedelta(minutes=12)),
        research.loop(timelines[research.PROJECT], chance, now - timedelta(hours=1), size.loop_runs),
    ]
    total = (
        sum(map(support.turns_of, range(size.conversations))) + size.questions + 1 + research.rounds_of(size.loop_runs)
    )
    for done, _ in enumerate(itertools.chain.from_iterable(stories), 1):
        _show(done, total)
    client.flush()
    return [_told(timeline) for timeline in timelines.values()]


def _spread(now: datetime, count: int) -> list[datetime]:
    """That many moments, evenly over the last hours, the last a few minutes ago."""
    step = timedelta(hours=_HOURS) / (count + 1)
    return [now - timedelta(hours=_HOURS) + step * number for number in range(count)]


def _told(timeline: Timeline) -> Told:
    roots = [run.id for run in timeline.told if run.parent_run_id is None]
    return Told(timeline.project, roots, len(timeline.told))


def _show(done: int, total: int) -> None:
    """A bar that grows in place, for a person; nothing where the output goes to a file."""
    if sys.stdout.isatty():
        full = _BAR * done // total
        end = "" if done < total else "\n"
        print(f"\r  {'█' * full}{'░' * (_BAR - full)} {100 * done // total:3} %", end=end, flush=True)


def _wait(client: Client, told: list[Told]) -> None:
    """Until every trace is readable and ended. Raises: LangSmithError when that takes too long."""
    deadline_s = time.monotonic() + _READABLE_WITHIN_S
    for one in told:
        while (seen := _ended(client, one.traces)) < len(one.traces):
            if time.monotonic() > deadline_s:
                missing = f"{len(one.traces) - seen} of {len(one.traces)} traces of {one.project!r} are not readable"
                raise LangSmithError(f"{missing} after {_READABLE_WITHIN_S} s; look at the server's output")
            time.sleep(_LOOK_EVERY_S)


def _ended(client: Client, traces: list[uuid.UUID]) -> int:
    """How many of the traces can be read to their end."""
    return sum(run.end_time is not None for run in client.list_runs(run_ids=traces, select=["end_time"]))


def _summary(client: Client, told: list[Told], sent_s: float) -> str:
    """What was sent, and what the server makes of each project."""
    traces, runs = sum(len(one.traces) for one in told), sum(one.runs for one in told)
    lines = [f"Sent {traces} traces of {runs:,} runs in {sent_s:.1f} s to {client.api_url}", ""]
    lines.append(f"  {'project':26}{'traces':>8}{'errors':>8}{'p50':>9}{'tokens':>12}{'cost':>11}")
    lines += [_line(client.read_project(project_name=one.project, include_stats=True)) for one in told]
    return "\n".join(lines)


def _line(project: TracerSessionResult) -> str:
    seconds = project.latency_p50.total_seconds() if project.latency_p50 else 0.0
    errors = f"{100 * (project.error_rate or 0):.0f} %"
    cost = f"${project.total_cost or 0:.4f}"
    return (
        f"  {project.name:26}{project.run_count or 0:>8}{errors:>8}{seconds:>7.1f} s"
        f"{project.total_tokens or 0:>12,}{cost:>11}"
    )


if __name__ == "__main__":
    # The client warns of methods that a later year takes away; they are what most applications call today.
    warnings.simplefilter("ignore", LangSmithDeprecationWarning)
    sys.exit(main(os.environ))
