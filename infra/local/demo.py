"""`python -m infra.local.demo`: sample traces for a running Tracekeep, sent by the real LangSmith client.

ENDPOINT   where to: LANGSMITH_ENDPOINT, else the laptop's server on PORT (1984)
API_KEY    the key: LANGSMITH_API_KEY, else the one that the laptop's server keeps in DATA (./.data)

With `--live` it then sends one trace step by step for a minute, to be watched as it grows.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from langsmith import Client
from langsmith._internal._beta_decorator import LangSmithDeprecationWarning
from langsmith.schemas import TracerSessionResult
from langsmith.utils import LangSmithConnectionError, LangSmithError

from infra.local.samples import reports
from infra.local.samples.live import live
from infra.local.samples.sending import Sent, Size, Told, send
from infra.local.samples.timeline import Timeline

_ALL = Size()
_LIVE_S = 60.0
_READABLE_WITHIN_S = 120
_LOOK_EVERY_S = 0.2
_BAR = 32


class NoKey(Exception):
    """There is no key to send with; the message says where one may come from."""


def main(environ: Mapping[str, str], arguments: Sequence[str] = (), size: Size = _ALL) -> int:
    """Send the samples, wait until they are readable, and say what is there; the exit code."""
    wanted = _arguments(arguments)
    try:
        client = Client(api_url=endpoint(environ), api_key=api_key(environ))
        client.has_project("default")  # an address or a key that is wrong is told before anything is sent
        _demonstrate(client, size, wanted.live)
    except LangSmithConnectionError:
        print(
            f"Nothing answers at {endpoint(environ)}: start the server with `make run`, or set ENDPOINT",
            file=sys.stderr,
        )
        return 1
    except (NoKey, LangSmithError) as error:
        print(f"The samples could not be sent: {error}", file=sys.stderr)
        return 1
    client.close()
    return 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo ARGS=", description="Send sample traces to a running Tracekeep.")
    about = "then send one trace step by step for so many seconds"
    parser.add_argument("--live", nargs="?", type=float, const=_LIVE_S, default=0.0, metavar="SECONDS", help=about)
    return parser.parse_args(arguments)


def _demonstrate(client: Client, size: Size, live_s: float) -> None:
    began_s = time.monotonic()
    sent = send(client, size, datetime.now(UTC), _show)
    sent_s = time.monotonic() - began_s
    wait_until_readable(client, sent.told)
    print(_summary(client, sent, sent_s))
    if live_s:
        print(f"\nFor {live_s:.0f} s a trace grows in {reports.PROJECT!r}; Ctrl-C leaves it unfinished.", flush=True)
        with suppress(KeyboardInterrupt):
            live(Timeline(client, reports.PROJECT), live_s, time.sleep)


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


def _show(done: int, total: int) -> None:
    """A bar that grows in place, for a person; nothing where the output goes to a file."""
    if sys.stdout.isatty():
        full = _BAR * done // total
        end = "" if done < total else "\n"
        print(f"\r  {'█' * full}{'░' * (_BAR - full)} {100 * done // total:3} %", end=end, flush=True)


def wait_until_readable(client: Client, told: list[Told]) -> None:
    """Until every trace is counted, and readable to its end. Raises: LangSmithError when that takes too long."""
    deadline_s = time.monotonic() + _READABLE_WITHIN_S
    for one in told:
        while missing := _missing(client, one):
            if time.monotonic() > deadline_s:
                what = f"{missing} of {len(one.traces)} traces of {one.project!r} are not readable"
                raise LangSmithError(f"{what} after {_READABLE_WITHIN_S} s; look at the server's output")
            time.sleep(_LOOK_EVERY_S)


def _missing(client: Client, told: Told) -> int:
    """How many of the traces are not there yet: to their end if they ended, and in the project's count."""
    counted = client.read_project(project_name=told.project, include_stats=True).run_count or 0
    return max(len(told.traces) - counted, len(told.ended) - _ended(client, told.ended), 0)


def _ended(client: Client, traces: list[uuid.UUID]) -> int:
    """How many of the traces can be read to their end."""
    return sum(run.end_time is not None for run in client.list_runs(run_ids=traces, select=["end_time"]))


def _summary(client: Client, sent: Sent, sent_s: float) -> str:
    """What was sent, what the server makes of each project, and where to look first."""
    traces, runs = sum(len(one.traces) for one in sent.told), sum(one.runs for one in sent.told)
    lines = [f"Sent {traces} traces of {runs:,} runs in {sent_s:.1f} s to {client.api_url}", ""]
    lines.append(f"  {'project':26}{'traces':>8}{'errors':>8}{'p50':>9}{'tokens':>12}{'cost':>11}")
    lines += [_line(client.read_project(project_name=one.project, include_stats=True)) for one in sent.told]
    lines += ["", "Look at"]
    lines += [f"  {what:32}{page_of(client, trace)}" for what, trace in sent.best.items()]
    return "\n".join(lines)


def page_of(client: Client, trace: uuid.UUID) -> str:
    """Where the page shows this trace; the client's own `run.url` leaves out the port of a laptop's address."""
    return client.api_url.removesuffix("/api/v1") + str(client.read_run(trace).app_path)


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
    sys.exit(main(os.environ, sys.argv[1:]))
