"""By which tokens a workspace's traces are shared, looked up when an answer first speaks of it."""

from __future__ import annotations

from functools import cached_property

from shared.base.clock import Clock
from shared.sharing.share import SharedTrace
from shared.store import keys
from shared.store.ports import KeyRange, Table
from shared.store.rows import record_of


class SharedTokens:
    """The tokens of one workspace, as of one request. Asked nothing, it reads nothing."""

    def __init__(self, control: Table, workspace: str, clock: Clock) -> None:
        self._control = control
        self._workspace = workspace
        self._clock = clock

    def __call__(self, trace_id: str) -> str | None:
        """The token that a trace is shared by, or None."""
        return self._tokens.get(trace_id)

    @cached_property
    def _tokens(self) -> dict[str, str]:
        """All of them by trace. A share that ends with its trace ends when no answer speaks of the trace any more."""
        now_us = self._clock.now_us()
        items = self._control.query(KeyRange(keys.shared_traces(self._workspace), consistent=True))
        told = (record_of(item, SharedTrace) for item in items)
        return {one.trace_id: one.token for one in told if one.expires_us is None or one.expires_us > now_us}
