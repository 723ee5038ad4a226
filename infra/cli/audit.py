"""`./tracekeep audit-usage`: whether what is billed is what is stored, hour by hour."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TextIO

from infra.cli.failures import CommandFailed
from infra.cli.progress import Progress
from infra.cli.server import Server
from shared.base.errors import Malformed
from shared.base.units import US_PER_DAY, US_PER_HOUR
from shared.runs.times import time_us

_PATH = "/orgs/current/usage-audit"


@dataclass
class Findings:
    """What an audit found. `differences` are lines for people."""

    counted: int = 0
    recounted: int = 0
    verified: int = 0
    gone: int = 0
    unbilled: int = 0
    differences: list[str] = field(default_factory=list)


def audit(server: Server, start: str | None, end: str | None, progress: Progress | None = None) -> Findings:
    """The hours of a stretch, the last 14 days where none is given: what is counted beside what is there.

    Raises: CommandFailed.
    """
    hours = _hours(server, start, end)
    progress = progress or Progress("auditing", unit="traces")
    found = Findings()
    for number, hour in enumerate(hours, 1):
        before = found.recounted
        _audit_hour(server, hour, found)
        progress.add(found.recounted - before, number / len(hours))
    progress.end("audited")
    return found


def report(found: Findings, out: TextIO = sys.stdout) -> int:
    """Say what was found; 0 where all agrees."""
    out.write(f"counted    {found.counted:,} traces\nrecounted  {found.recounted:,} traces\n")
    out.write(f"of these   {found.verified:,} by their own rows, {found.gone:,} by the feed alone (deleted or ended)\n")
    if found.unbilled:
        out.write(f"unbilled   {found.unbilled:,} traces, recorded when their hour was final\n")
    out.writelines(f"DIFFERS    {line}\n" for line in found.differences)
    out.write("all agrees\n" if not found.differences else f"{len(found.differences)} differences\n")
    return 1 if found.differences else 0


def _audit_hour(server: Server, hour: int, found: Findings) -> None:
    recounted: Counter[str] = Counter()
    after: str | None = None
    while True:
        page = _page(server, hour, after)
        recounted.update(page["recounted"])
        for name in ("verified", "gone", "unbilled"):
            setattr(found, name, getattr(found, name) + page[name])
        found.differences.extend(f"trace {one} is kept for long and not billed" for one in page["missing_upgrades"])
        after = page["next"]
        if after is None:
            break
    counted = Counter(page["counted"])
    found.counted += counted.total()
    found.recounted += recounted.total()
    for project in sorted(counted.keys() | recounted.keys()):
        if counted[project] != recounted[project]:
            said = f"project {project}: counted {counted[project]:,}, recounted {recounted[project]:,}"
            found.differences.append(f"{page['hour']} {said}")


def _page(server: Server, hour: int, after: str | None) -> Any:  # noqa: ANN401 any JSON
    answer = server.v1("GET", _PATH, hour=hour, after=after)
    if answer.status != HTTPStatus.OK:
        raise CommandFailed(f"{_PATH} answered {answer.status}: {answer.shown()}")
    return answer.json()


def _hours(server: Server, start: str | None, end: str | None) -> range:
    """The whole hours of the stretch. The server's clock counts: the laptop's may be ahead."""
    told = server.v1("GET", "/me").json()["server"]
    try:
        end_us = time_us(end or told["now"])
        start_us = time_us(start) if start else end_us - told["retention_days"]["base"] * US_PER_DAY
    except Malformed as wrong:
        raise CommandFailed(wrong.message) from None
    return range(start_us // US_PER_HOUR, end_us // US_PER_HOUR + 1)
