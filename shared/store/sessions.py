"""Sessions in the control table: one row each, read strongly at every request, so that signing out is at once."""

from __future__ import annotations

import dataclasses

from shared.access.api_key import ApiKey, hash_of
from shared.access.session import Session, ended, new_token, session_of
from shared.base.clock import Clock
from shared.base.units import US_PER_S
from shared.store import keys
from shared.store.ports import Table
from shared.store.rows import item_of, record_of


class Sessions:
    """Questions and commands about who is signed in."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock

    def open(self, key: ApiKey) -> tuple[str, Session]:
        """A new session of this key: its token, which is not kept, and its record."""
        token = new_token()
        session = session_of(token, key.hash, key.expires_us, self._clock.now_us())
        item = item_of(keys.session(session.hash), session)
        # A second more: TTL counts in whole seconds, and must not come first.
        self._control.put([dataclasses.replace(item, expires_epoch_s=session.expires_us // US_PER_S + 1)])
        return token, session

    def find(self, token: str) -> Session:
        """The session with this token. Raises: Unauthenticated when it has ended, or never was."""
        item = self._control.get(keys.session(hash_of(token)), consistent=True)
        if item is None:
            raise ended()
        session = record_of(item, Session)
        session.check(self._clock.now_us())
        return session

    def end(self, token: str) -> None:
        """End a session: at once, everywhere. One that is over already is no error."""
        self._control.delete([keys.session(hash_of(token))])
