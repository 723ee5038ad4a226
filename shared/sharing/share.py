"""A share: a link that shows one trace to whoever has it, until it ends or is taken back (ADR 15).

Two records tell of it. `Share` is what the public may lead to: it holds neither the token nor what was hidden.
`SharedTrace` is what the owners of the trace know, and goes when the share is taken back. A `ShareReceipt` stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.units import US_PER_MINUTE, US_PER_S
from shared.sharing.signing import folder_of

_FOLLOWED_US = 3 * US_PER_S
_LOOKED_AFTER_US = US_PER_MINUTE
STILL_ARRIVING_US = 10 * US_PER_MINUTE
"""So long after the last operation a trace is taken to be growing."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a token leads to. Times are microseconds since 1970; None is never.

    `revision` names the newest snapshot, of the trace as it was at `made_us`; it is empty until the first is made.
    `is_growing` says that something of it had come within minutes before. `trace_ends_us` is the end of the trace.

    Law: nothing is shown before `revision` is there, after it was revoked, nor from `ends_us` on.
    """

    id: str
    token_hash: str
    workspace: str
    organization: str
    trace_id: str
    created_us: int
    trace_ends_us: int
    expires_us: int | None = None
    is_revoked: bool = False
    revoked_us: int | None = None
    revision: str = ""
    made_us: int = 0
    is_growing: bool = False

    @property
    def ends_us(self) -> int:
        """When it ends by itself: when it was told to, and with its trace at the latest."""
        return self.trace_ends_us if self.expires_us is None else min(self.expires_us, self.trace_ends_us)

    @property
    def folder(self) -> str:
        """Where the files of its newest snapshot lie."""
        return folder_of(self.id, self.revision)

    def is_open(self, now_us: int) -> bool:
        """Whether it may be shown now, as far as it knows: its workspace may have switched sharing off."""
        return bool(self.revision) and not self.is_revoked and now_us < self.ends_us

    def may_be_outdated(self, now_us: int) -> bool:
        """Whether it is time to look if the trace has changed: every few seconds while it grows, else each minute."""
        return now_us - self.made_us >= (_FOLLOWED_US if self.is_growing else _LOOKED_AFTER_US)


@dataclass(frozen=True, slots=True)
class SharedTrace:
    """A share as the owners of the trace see it, who are told its token again. `redaction` is JSON of a `Redaction`.

    `project` and the names are those of the root, when it was shared.
    """

    id: str
    token: str
    token_hash: str
    trace_id: str
    project: str
    project_name: str
    run_name: str
    run_type: str
    created_us: int
    key_id: str
    key_description: str
    redaction: str
    expires_us: int | None = None


@dataclass(frozen=True, slots=True)
class ShareReceipt:
    """What became of a share, without a word of its trace; kept for good. None is not yet, or not needed.

    revoked      no public answer shows it any more
    denied       CloudFront answers no signature of it any more, also those that were given before
    deleted      the files of its snapshots are gone: `objects` of them
    invalidated  the edge has forgotten copies of them
    swept        looked again, when whoever might still have been writing had ended: `late_objects` were found
    """

    id: str
    trace_id: str
    token_hash: str
    created_us: int
    created_by: str
    created_by_description: str
    expires_us: int | None = None
    asked_us: int | None = None
    reason: str | None = None
    asked_by: str | None = None
    asked_by_description: str | None = None
    erasure_id: str | None = None
    revoked_us: int | None = None
    denied_us: int | None = None
    deleted_us: int | None = None
    objects: int = 0
    invalidated_us: int | None = None
    swept_us: int | None = None
    late_objects: int = 0
    views: int = 0
