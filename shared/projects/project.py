"""A project groups traces; the wire calls it a session."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from shared.base.errors import Malformed
from shared.retention.periods import Tier

DEFAULT_NAME = "default"
MAX_NAME_CHARS = 1_000
_TIERS_REMEMBERED = 20
"""Changes: a request may wait for weeks, until it is recorded, or recorded again."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[tuple[int, Tier | None]]).decode

BY_NAME = "name:"
BY_ID = "id:"
"""How a reference begins that names a project: a name is made a project on the way, an id is not."""


@dataclass(frozen=True, slots=True)
class Project:
    """One project.

    `extra` is the JSON text of what the client keeps with it. `shards` is over how many partitions
    its hours and days are spread: one takes about 1,000 writes a second. `trace_tier` is None where the workspace's
    default counts; `tiers_before` says in JSON which it was until when, so that what was received before a change goes
    by that. `ttl_days` and `longlived_days`
    end its traces, or those in the extended tier, sooner than their tier does (a daily job erases them).
    """

    id: str
    workspace: str
    name: str
    created_us: int
    description: str | None = None
    extra: str | None = None
    start_us: int | None = None
    end_us: int | None = None
    reference_dataset_id: str | None = None
    default_dataset_id: str | None = None
    trace_tier: Tier | None = None
    shards: int = 1
    deleted_us: int | None = None
    tiers_before: str | None = None
    ttl_days: int | None = None
    longlived_days: int | None = None

    def tier_at(self, time_us: int) -> Tier | None:
        """The tier that the project itself gave a trace that was first received then; None where it gave none."""
        before = (tier for until_us, tier in self._tiers_before if time_us < until_us)
        return next(before, self.trace_tier)

    def in_tier(self, tier: Tier | None, now_us: int) -> Project:
        """The project with another tier for what is received from now on."""
        if tier == self.trace_tier:
            return self
        before = [*self._tiers_before, (now_us, self.trace_tier)][-_TIERS_REMEMBERED:]
        return replace(self, trace_tier=tier, tiers_before=_encode(before).decode())

    @property
    def _tiers_before(self) -> list[tuple[int, Tier | None]]:
        return _decode(self.tiers_before or "[]")


def check_name(name: str) -> str:
    """The name, if a project may have it. Raises: Malformed."""
    if not name.strip():
        raise Malformed("A project's name must not be empty")
    if len(name) > MAX_NAME_CHARS:
        raise Malformed(f"A project's name may have {MAX_NAME_CHARS} characters; this one has {len(name)}")
    return name
