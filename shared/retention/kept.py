"""Why a trace is kept in the extended tier: the cause that put it there, in a form to compute with and to read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

from shared.base.units import US_PER_S

CauseKind = Literal["project", "feedback", "rule", "share", "queue"]
"""What may put a trace into the extended tier. `project` is the one cause that a trace is born with."""


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first cause of a trace's longer life, or a later one that would have done it.

    `id` and `name` are those of the rule, feedback, share, queue or project; `by` says who acted, where that is known.
    Units: `at_us` is microseconds since 1970 UTC.
    """

    kind: CauseKind
    id: str
    at_us: int
    name: str = ""
    by: str = ""

    @property
    def sentence(self) -> str:
        """What people read."""
        said = _SENTENCES[self.kind].format(name=f" “{self.name}”" if self.name else "")
        who = f" by {self.by}" if self.by else ""
        return f"{said} on {_day(self.at_us)}{who}"


_SENTENCES: dict[CauseKind, str] = {
    "project": "Received while its project{name} kept new traces in the extended tier,",
    "feedback": "Feedback{name} was given",
    "rule": "Rule{name} matched",
    "share": "It was shared{name}",
    "queue": "It was added to the annotation queue{name}",
}


def _day(time_us: int) -> str:
    moment = datetime.fromtimestamp(time_us // US_PER_S, UTC)
    return f"{moment.day} {moment:%B %Y}"
