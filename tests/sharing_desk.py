"""Shares of a record room's traces, and a look at every byte of their snapshots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shared.base.ids import new_receipt
from shared.base.units import US_PER_DAY
from shared.sharing.redaction import Redaction
from shared.sharing.share import Share
from shared.sharing.token import hash_of, new_token
from shared.store.snapshots import Made, Snapshots
from tests.operations import WORKSPACE
from tests.record_room import RecordRoom


class SharingDesk(RecordRoom):
    """A record room, and snapshots of what it recorded."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.snapshots = Snapshots(self.ask, self.store, self.clock)

    def share(self, trace_id: str) -> Share:
        """A share of a trace, of which there is no snapshot yet."""
        now_us = self.clock.now_us()
        return Share(
            id=new_receipt(now_us),
            token_hash=hash_of(new_token()),
            workspace=WORKSPACE,
            organization="o",
            trace_id=trace_id,
            created_us=now_us,
            trace_ends_us=now_us + 14 * US_PER_DAY,
        )

    def made(self, trace_id: str, redaction: Redaction | None = None) -> tuple[Share, Made]:
        """A snapshot of a trace."""
        return self.snapshots.make(self.share(trace_id), redaction or Redaction())

    def files(self, share: Share) -> dict[str, bytes]:
        """The files of its newest snapshot, by their names below its folder."""
        found = self.store.snapshots.list(share.folder)
        return {key.removeprefix(share.folder): self.store.snapshots.get(key) for key in found}

    def said(self, share: Share, name: str) -> Any:  # noqa: ANN401 any JSON value
        """What a file says."""
        return json.loads(self.files(share)[name])

    def details(self, share: Share) -> list[dict[str, Any]]:
        """The details of all runs, in the order of the skeleton."""
        files = self.files(share)
        parts = sorted((name for name in files if name.startswith("runs/")), key=lambda name: int(name[5:-5]))
        return [one for name in parts for one in json.loads(files[name])]
