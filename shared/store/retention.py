"""What owners chose about retention, as it counts for a project or a workspace at a moment."""

from __future__ import annotations

import msgspec

from shared.base.clock import Clock
from shared.base.units import US_PER_S
from shared.projects.project import Project
from shared.retention.choices import SHIPPED, Choice, Chosen, first_chosen
from shared.retention.periods import Tier
from shared.store import keys
from shared.store.access import Access
from shared.store.ports import Item, Table

CACHE_S = 5
"""So long a process goes by what it read: at most one read of 0.5 units for each batch of messages."""
_CHOICES = "choices"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Chosen).decode


class Retention:
    """Questions and commands about what was chosen."""

    def __init__(self, control: Table, access: Access, clock: Clock) -> None:
        self._control = control
        self._access = access
        self._clock = clock
        self._read: dict[str, tuple[int, Chosen | None]] = {}

    def tier_of(self, project: Project, at_us: int) -> Tier:
        """The tier that a trace of this project is born in when it is first received then."""
        own = project.tier_at(at_us)
        return own or self.choice(project.workspace, at_us).default_tier or "base"

    def choice(self, workspace: str, at_us: int) -> Choice:
        """What counted in a workspace then: its own choices over its organization's over those we ship.

        May be as old as `CACHE_S`.
        """
        found = SHIPPED
        for scope in (self._access.organization_of(workspace), workspace):
            chosen = None if scope is None else self._recent(scope)
            found = found if chosen is None else found.above(chosen.at(at_us))
        return found

    def chosen(self, scope: str) -> Chosen | None:
        """What was chosen for this workspace or organization, strongly read; None where nothing was."""
        item = self._control.get(keys.retention(scope), consistent=True)
        return None if item is None else _decode(bytes(item.attributes[_CHOICES]))  # type: ignore[arg-type]

    def choose(self, scope: str, choice: Choice) -> Chosen:
        """Let this count for the workspace or organization from now on."""
        now_us, known = self._clock.now_us(), self.chosen(scope)
        chosen = first_chosen(choice, now_us) if known is None else known.changed(choice, now_us)
        key = keys.retention(scope)
        self._control.put([Item(key.pk, key.sk, {_CHOICES: _encode(chosen)})])
        self._read.pop(scope, None)
        return chosen

    def _recent(self, scope: str) -> Chosen | None:
        now_us = self._clock.now_us()
        read_us, chosen = self._read.get(scope, (None, None))
        if read_us is None or now_us - read_us > CACHE_S * US_PER_S:
            chosen = self.chosen(scope)
            self._read[scope] = (now_us, chosen)
        return chosen
