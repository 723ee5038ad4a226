"""What an owner chose about retention, for a whole organization or for one workspace.

A choice counts for what is received from then on. Each scope remembers its earlier choices, so that a request which was
received before a change, and is recorded or recorded again after it, goes by what counted then.
"""

from __future__ import annotations

import msgspec

from shared.base.errors import Malformed
from shared.retention.periods import Periods, Tier


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one scope says; None where it says nothing, and the scope above it counts.

    `longlived_days` shortens the extended tier. The other two say whether feedback keeps its trace longer when its
    sender does not say: feedback by the API, and feedback that people give in the page.
    """

    default_tier: Tier | None = None
    longlived_days: int | None = None
    feedback_by_api: bool | None = None
    feedback_in_app: bool | None = None

    def above(self, below: Choice) -> Choice:
        """What counts where `below` says something and this scope says the rest."""
        said = {name: value for name, value in msgspec.structs.asdict(below).items() if value is not None}
        return msgspec.structs.replace(self, **said)


_REMEMBERED = 20
"""Changes: a request may wait for weeks, until it is recorded, or recorded again."""
SHIPPED = Choice(default_tier="base", feedback_by_api=True, feedback_in_app=False)
"""What counts where nobody chose anything. Source: LangSmith's SDK, `extend_trace_retention=True` by default."""


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """The choices of one scope in time: `before` has each earlier one with the moment until which it counted.

    Units: microseconds since 1970 UTC.
    """

    now: Choice
    created_us: int
    updated_us: int
    before: tuple[tuple[int, Choice], ...] = ()

    def at(self, time_us: int) -> Choice:
        """What counted then."""
        return next((choice for until_us, choice in self.before if time_us < until_us), self.now)

    def changed(self, now: Choice, now_us: int) -> Chosen:
        """The same scope with another choice from now on."""
        if now == self.now:
            return self
        before = (*self.before, (now_us, self.now))[-_REMEMBERED:]
        return Chosen(now, self.created_us, now_us, before)


def first_chosen(choice: Choice, now_us: int) -> Chosen:
    """A scope's first choice."""
    return Chosen(choice, now_us, now_us, ((now_us, Choice()),))


def optional_days(days: int | None, name: str, periods: Periods) -> int | None:
    """The days, if traces may be kept so long; None stays None. Raises: Malformed, which says `name`."""
    if days is not None and not 1 <= days <= periods.extended_days:
        raise Malformed(
            f"{name}: {days} is not between 1 and {periods.extended_days}, the days for which this deployment keeps "
            "traces of the extended tier"
        )
    return days
