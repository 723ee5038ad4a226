"""A record room and a share room over one store, and an edge that remembers what it was told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from functions.share.app import build
from functions.share.settings import ShareSettings
from shared.sharing.redaction import Redaction
from shared.sharing.share import Share, SharedTrace, ShareReceipt
from shared.sharing.token import hash_of, new_token
from shared.store.shares import Shares, ShareTask, Step
from tests.operations import WORKSPACE
from tests.sharing_desk import SharingDesk

SHARE_SETTINGS = ShareSettings(
    traces_table="t",
    control_table="c",
    bucket="b",
    snapshots_bucket="s",
    shares_queue_url="q",
    share_dead_letter_queue_url="d",
    denied_store_arn="k",
    distribution_id="e",
)
_MANY_TASKS = 200


class FakeEdge:
    """What an edge was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def deny(self, share_id: str) -> None:
        """As Edge."""
        self.told.append(("deny", share_id))

    def deny_scopes(self, find: Callable[[], Sequence[str]]) -> None:
        """As Edge."""
        self.told.append(("deny_scopes", " ".join(find())))

    def invalidate(self, share_id: str) -> None:
        """As Edge."""
        self.told.append(("invalidate", share_id))

    def forget(self, share_id: str) -> None:
        """As Edge."""
        self.told.append(("forget", share_id))


class ShareRoom(SharingDesk):
    """The two rooms."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.edge = FakeEdge()
        self.store = dataclasses.replace(self.store, edge=self.edge)
        self.shares = Shares(self.store.control, self.store.shares, self.clock)
        self.room = build(SHARE_SETTINGS, self.store, self.clock)

    def shared(self, trace_id: str, redaction: Redaction | None = None, **said: Any) -> SharedTrace:  # noqa: ANN401 fields of a share
        """Share a trace, as the api room does, and have its snapshot made."""
        token = new_token()
        share = dataclasses.replace(self.share(trace_id), token_hash=hash_of(token), **said)
        told = SharedTrace(
            id=share.id,
            token=token,
            token_hash=share.token_hash,
            trace_id=trace_id,
            project=self.project(),
            project_name="default",
            run_name="agent",
            run_type="chain",
            created_us=share.created_us,
            key_id="k",
            key_description="a key",
            redaction=(redaction or Redaction()).text(),
            expires_us=share.expires_us,
        )
        self.shares.create(share, told)
        self.do(told, "make")
        return told

    def do(self, told: SharedTrace, step: Step, **more: Any) -> None:  # noqa: ANN401 fields of a task
        """Have one task done at once."""
        self.shares.send(ShareTask(step, told.id, told.token_hash, WORKSPACE, told.trace_id, **more))
        self.work()

    def work(self, attempt: int = 1) -> list[str]:
        """Do the tasks that wait now; the bodies of those that failed."""
        failed = []
        for message in self.store.shares.receive(10, 60):
            self.store.shares.delete([message.handle])
            sent = {"ApproximateReceiveCount": str(attempt)}
            record = {"messageId": message.id, "body": message.body, "attributes": sent}
            if self.room({"Records": [record]}, None)["batchItemFailures"]:
                failed.append(message.body)
        return failed

    def finish(self) -> None:
        """Do all tasks until none is left, letting time pass where they wait."""
        for _ in range(_MANY_TASKS):
            assert self.work() == []
            counts = self.store.shares.depth()
            if not counts.waiting and not counts.delayed:
                return
            if not counts.waiting:
                self.clock.advance(SHARE_SETTINGS.sweep_after_s)
        raise AssertionError(f"the tasks do not end: {self.store.shares.depth()}")

    def public(self, told: SharedTrace) -> Share:
        """The share as its token leads to it."""
        return self.shares.public(told.token)

    def receipt(self, told: SharedTrace) -> ShareReceipt:
        """The receipt of a share."""
        found = self.shares.receipt(WORKSPACE, told.id)
        assert found is not None
        return found

    def left(self, told: SharedTrace) -> list[str]:
        """The files of a share that are left."""
        return list(self.store.snapshots.list(f"s/{told.id}/"))
