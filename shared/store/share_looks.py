"""Looks at shares on their way to be counted: a message for each of the first, then one for many.

A message costs what its counting costs, $3 a million (docs/sharing.md); a link that everybody opens would be billed
by its fame. So a process sends what it saw at once as long as that is little, and from then on when a tenth more has
come together, or when something has waited for `WAIT_S`. What waits in a process that ends is never counted: that is
none of its first twenty looks of a minute at a share, and less than a tenth of the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from shared.base.clock import Clock
from shared.base.errors import Unavailable
from shared.base.units import US_PER_MINUTE, US_PER_S
from shared.sharing.share import Share
from shared.store.shares import Shares

WAIT_S = 10
_ONE_BY_ONE = 20
_PART = 10
"""As many looks go together as are a tenth of what was sent in this minute."""
_MOST_SHARES = 10_000
"""That a process remembers at once."""

Later = Callable[[float, Callable[[], None]], None]
"""Has something called in so many seconds, if the process is awake then."""


@dataclass
class _Seen:
    """What one process saw of one share; `looks` of them were not sent yet."""

    share: Share
    minute_us: int
    sent: int = 0
    looks: int = 0
    newest_id: str = ""
    newest_us: int = 0
    oldest_us: int = 0


def later(seconds: float, call: Callable[[], None]) -> None:
    """On a thread, which ends with the process. In Lambda it sleeps as long as nothing is asked: so does the room."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


class ShareLooks:
    """The looks that one process saw. Threads may share it."""

    def __init__(self, shares: Shares, clock: Clock, call_later: Later = later) -> None:
        self._shares = shares
        self._clock = clock
        self._later = call_later
        self._seen: dict[str, _Seen] = {}
        self._lock = threading.Lock()
        self._is_waiting = False

    def note(self, share: Share, look_id: str) -> None:
        """Count a look, now or soon. Never worth a failed request: what cannot be sent now goes with what comes."""
        now_us = self._clock.now_us()
        with self._lock:
            seen = self._of(share, now_us)
            seen.looks += 1
            seen.newest_id, seen.newest_us = look_id, now_us
            seen.oldest_us = seen.oldest_us or now_us
            is_due = seen.sent < _ONE_BY_ONE or seen.looks * _PART >= seen.sent
            if not is_due and not self._is_waiting:
                self._is_waiting = True
                self._later(WAIT_S, self._waited)
        if is_due:
            self._send(seen)

    def flush(self, *, everything: bool = False) -> None:
        """Send what has waited long enough: before each request, as nobody knows whether there will be another."""
        now_us = self._clock.now_us()
        with self._lock:
            waiting = [one for one in self._seen.values() if one.looks]
        for seen in waiting:
            if everything or now_us - seen.oldest_us >= WAIT_S * US_PER_S:
                self._send(seen)

    def _of(self, share: Share, now_us: int) -> _Seen:
        """What is known of a share in this minute."""
        seen = self._seen.get(share.id)
        if seen is None:
            if len(self._seen) >= _MOST_SHARES:
                self._seen = {key: one for key, one in self._seen.items() if one.looks}
            seen = self._seen.setdefault(share.id, _Seen(share, now_us))
        if now_us - seen.minute_us >= US_PER_MINUTE:
            seen.minute_us, seen.sent = now_us, 0
        return seen

    def _waited(self) -> None:
        with self._lock:
            self._is_waiting = False
        self.flush(everything=True)

    def _send(self, seen: _Seen) -> None:
        with self._lock:
            looks, seen.looks = seen.looks, 0
            seen.sent += looks
            seen.oldest_us = 0
        if not looks:
            return
        try:
            self._shares.viewed(seen.share, seen.newest_id, seen.newest_us, looks)
        except Unavailable:
            with self._lock:
                seen.looks, seen.oldest_us = seen.looks + looks, seen.oldest_us or seen.newest_us
