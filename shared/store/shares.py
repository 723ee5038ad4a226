"""Shares in the control table: by the hash of their token for the public, by trace for the owners, and receipts.

Making one writes its trace's row, which only one can win, then the token's; so what died in between is mended by
whoever shares the trace again. Taking one back is one conditional write of the token's row, which the public reads
strongly: from then on it is refused. The rest is work for the share room, which is told before that write.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

import msgspec

from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.base.units import US_PER_S
from shared.sharing.settings import SharingSettings
from shared.sharing.share import Share, SharedTrace, ShareReceipt
from shared.sharing.token import hash_of
from shared.store import keys
from shared.store.ports import Absent, Equals, Item, Key, KeyRange, Queue, Table, Value
from shared.store.rows import item_of, record_of

Step = Literal["make", "check", "view", "end", "take_back", "sweep", "switch"]
_ASK_AGAIN_US = 3 * US_PER_S
_MOST_ASKED = 10_000
_SWITCH_MENDED_S = 20
"""When the edge is told of a switch again: later than whoever switched may be writing."""
_MOST_ENDED = 500
"""That are taken back by one look of the clock."""


class ShareTask(msgspec.Struct, omit_defaults=True):
    """One message to the share room, which failed at it `tries` times before.

    make       make the first snapshot of a share, or one with what it hides changed
    check      make it anew if its trace has changed
    view       count looks at it, then check
    end        take it back, if `at_us` is still its end
    take_back  revoke, deny, delete, invalidate
    sweep      delete what no link leads to any more
    switch     have the edge refuse the shares of those who have sharing switched off, and of no others
    """

    step: Step
    share_id: str
    token_hash: str
    workspace: str
    trace_id: str
    view_id: str = ""
    at_us: int = 0
    looks: int = 1
    tries: int = 0


class Shares:
    """Questions and commands about shares. A room that never asks anything of the queue may be given none."""

    def __init__(self, control: Table, queue: Queue, clock: Clock) -> None:
        self._control = control
        self._queue = queue
        self._clock = clock
        self._asked: dict[str, int] = {}

    def public(self, token: str) -> Share:
        """The share that a token leads to now. Raises: NotFound, alike for unknown, revoked, ended and switched off."""
        share = self.by_token_hash(hash_of(token))
        if share is None or not share.is_open(self._clock.now_us()) or self.is_off(share):
            raise NotFound("There is nothing shared under this link: it may have ended, or been taken back")
        return share

    def by_token_hash(self, token_hash: str) -> Share | None:
        """The share with this token, open or not; strongly read."""
        item = self._control.get(keys.share(token_hash), consistent=True)
        return None if item is None else record_of(item, Share)

    def is_off(self, share: Share) -> bool:
        """Whether its workspace or its organization has switched sharing off."""
        return any(self.settings(scope).is_off for scope in (share.workspace, share.organization))

    def settings(self, scope: str) -> SharingSettings:
        """How a workspace, or an organization, shares; strongly read."""
        item = self._control.get(keys.share_settings(scope), consistent=True)
        return SharingSettings() if item is None else record_of(item, SharingSettings)

    def keep_settings(self, scope: str, settings: SharingSettings) -> None:
        """Change how a workspace, or an organization, shares: for every link, at once; within seconds at the edge.

        Whoever dies in between has the edge told by the message that went before.
        """
        is_switched = self.settings(scope).is_off != settings.is_off
        if is_switched:
            place = Key(keys.sharing_switched_off(), scope)
            self._control.put([Item(place.pk, place.sk, {"changed_us": self._clock.now_us()})])
            self._switch(scope, _SWITCH_MENDED_S)
        self._control.put([item_of(keys.share_settings(scope), settings)])
        if is_switched:
            self._switch(scope)

    def switched_off(self) -> list[str]:
        """The workspaces and organizations that have sharing switched off now, strongly read."""
        items = self._control.query(KeyRange(keys.sharing_switched_off(), consistent=True))
        return [item.sk for item in items if self.settings(item.sk).is_off]

    def create(self, share: Share, told: SharedTrace) -> SharedTrace:
        """Share a trace; gives what it is shared by, which is not this where it was shared already.

        Raises: Conflict never: a token that leads elsewhere is another's secret, and `told` must bring a new one.
        """
        row = item_of(Key(keys.shared_traces(share.workspace), share.trace_id), told)
        if not self._control.put_if(row, Absent()):
            standing = self._told(share.workspace, share.trace_id)
            if standing is not None and not self._is_over(standing):
                self._write(_of(share, standing), standing)
                return standing
            self._control.put([row])
        self._write(share, told)
        return told

    def is_free(self, token_hash: str) -> bool:
        """Whether no share, open or over, was ever made with this token."""
        return self.by_token_hash(token_hash) is None

    def change(self, share: Share, told: SharedTrace) -> bool:
        """Give a share another end and other things to hide; says whether it was there to be changed."""
        ends: dict[str, Value] = {"expires_us": share.expires_us, "trace_ends_us": share.trace_ends_us}
        if not self._control.update(keys.share(share.token_hash), ends, Equals("is_revoked", value=False)):
            return False
        place = Key(keys.shared_traces(share.workspace), share.trace_id)
        said: dict[str, Value] = {"expires_us": told.expires_us, "redaction": told.redaction}
        self._control.update(place, said, Equals("id", told.id))
        self.note(share.workspace, share.id, {"expires_us": share.expires_us})
        self.note_end(share)
        return True

    def of_trace(self, workspace: str, trace_id: str) -> tuple[Share, SharedTrace] | None:
        """What a trace is shared by now, strongly read; None where it is not, or not any more."""
        told = self._told(workspace, trace_id)
        share = None if told is None else self.by_token_hash(told.token_hash)
        if told is None or share is None or share.id != told.id:
            return None
        is_over = share.is_revoked or share.ends_us <= self._clock.now_us()
        return None if is_over else (share, told)

    def of_workspace(self, workspace: str) -> list[SharedTrace]:
        """All that a workspace shares, newest first; what has ended may be among them until it is cleared away."""
        items = self._control.query(KeyRange(keys.shared_traces(workspace), consistent=True))
        told = [record_of(item, SharedTrace) for item in items]
        return sorted(told, key=lambda one: (one.created_us, one.id), reverse=True)

    def ending(self, until_us: int, limit: int) -> list[ShareTask]:
        """Shares whose end was noted for no later than this: what to take back, where that is still their end."""
        items = self._control.query(KeyRange(keys.shares_ending(), end=keys.moment(until_us + 1), limit=limit))
        return [msgspec.convert({"step": "end", **item.attributes}, ShareTask) for item in items]

    def send_ended(self) -> int:
        """Have shares taken back whose end has come; says how many, of which there may be more."""
        tasks = self.ending(self._clock.now_us(), _MOST_ENDED)
        for task in tasks:
            self.send(task)
        return len(tasks)

    def forget_end(self, ends_us: int, share_id: str) -> None:
        """Let the clock look for this end no more."""
        self._control.delete([Key(keys.shares_ending(), keys.share_ending(ends_us, share_id))])

    def keep_snapshot(self, made: Share) -> bool:
        """Lead the public to another snapshot; says whether the share was still there for it."""
        said: dict[str, Value] = {
            "revision": made.revision,
            "made_us": made.made_us,
            "is_growing": made.is_growing,
            "trace_ends_us": made.trace_ends_us,
        }
        return self._control.update(keys.share(made.token_hash), said, Equals("is_revoked", value=False))

    def take_back(self, workspace: str, told: SharedTrace, by: Mapping[str, Value]) -> None:
        """Refuse a share from now on, and have all of it removed. `by` says in the receipt who asked, and why.

        The message goes first: whoever dies behind it has it carried out all the same.
        """
        self.send(ShareTask("take_back", told.id, told.token_hash, workspace, told.trace_id))
        self.note(workspace, told.id, {"asked_us": self._clock.now_us(), **by})
        self.revoke(workspace, told.id, told.token_hash, told.trace_id)

    def revoke(self, workspace: str, share_id: str, token_hash: str, trace_id: str) -> int:
        """The one write that refuses a share, once however often it is done; gives when it was."""
        now_us = self._clock.now_us()
        said: dict[str, Value] = {"is_revoked": True, "revoked_us": now_us}
        if self._control.update(keys.share(token_hash), said, Equals("is_revoked", value=False)):
            self.note(workspace, share_id, {"revoked_us": now_us})
        told = self._told(workspace, trace_id)
        if told is not None and told.id == share_id:
            self._control.delete([Key(keys.shared_traces(workspace), trace_id)])
        share = self.by_token_hash(token_hash)
        return now_us if share is None else share.revoked_us or now_us

    def send(self, task: ShareTask, delay_s: int = 0) -> None:
        """Give the share room something to do."""
        self._queue.send(encoded_task(task), group=task.workspace, delay_s=delay_s)

    def ask_to_check(self, share: Share) -> None:
        """Have a snapshot looked after that a reader may find outdated: of one process once every few seconds."""
        now_us = self._clock.now_us()
        if not share.may_be_outdated(now_us) or now_us - self._asked.get(share.id, 0) < _ASK_AGAIN_US:
            return
        if len(self._asked) >= _MOST_ASKED:
            self._asked.clear()
        self._asked[share.id] = now_us
        self.send(ShareTask("check", share.id, share.token_hash, share.workspace, share.trace_id))

    def viewed(self, share: Share, view_id: str, at_us: int, looks: int = 1) -> None:
        """Have looks at a share counted, the last of which was then; the same `view_id` is counted once."""
        self.send(ShareTask("view", share.id, share.token_hash, share.workspace, share.trace_id, view_id, at_us, looks))

    def _switch(self, scope: str, delay_s: int = 0) -> None:
        self.send(ShareTask("switch", "", "", scope, ""), delay_s)

    def note(self, workspace: str, share_id: str, said: Mapping[str, Value]) -> None:
        """Add to a share's receipt."""
        self._control.update(Key(keys.share_receipts(workspace), share_id), dict(said))

    def note_reason(self, workspace: str, share_id: str, reason: str) -> None:
        """Say in a share's receipt why it ends, where nobody asked for it."""
        receipt = self.receipt(workspace, share_id)
        if receipt is not None and receipt.reason is None:
            self.note(workspace, share_id, {"reason": reason})

    def receipt(self, workspace: str, share_id: str) -> ShareReceipt | None:
        """The receipt of one share, strongly read."""
        item = self._control.get(Key(keys.share_receipts(workspace), share_id), consistent=True)
        return None if item is None else record_of(item, ShareReceipt)

    def receipts(self, workspace: str, limit: int, before: str | None = None) -> list[ShareReceipt]:
        """The receipts of the newest shares, newest first; of those older than share `before`, where one is named."""
        asked = KeyRange(keys.share_receipts(workspace), newest_first=True, limit=limit, after=before)
        items = self._control.query(asked)
        return [record_of(item, ShareReceipt) for item in items]

    def _told(self, workspace: str, trace_id: str) -> SharedTrace | None:
        item = self._control.get(Key(keys.shared_traces(workspace), trace_id), consistent=True)
        return None if item is None else record_of(item, SharedTrace)

    def _is_over(self, told: SharedTrace) -> bool:
        """Whether what a trace's row tells of was made and is no more; what was never made is not over."""
        share = self.by_token_hash(told.token_hash)
        if share is None:
            return False
        return share.id != told.id or share.is_revoked or share.ends_us <= self._clock.now_us()

    def _write(self, share: Share, told: SharedTrace) -> None:
        """The receipt comes first: there is no share without one."""
        self._keep_receipt_of(share, told)
        if self._control.put_if(item_of(keys.share(share.token_hash), share), Absent()):
            self.note_end(share)

    def note_end(self, share: Share) -> None:
        """Have the clock look for a share at its end."""
        place = Key(keys.shares_ending(), keys.share_ending(share.ends_us, share.id))
        names = ("token_hash", "workspace", "trace_id")
        row = item_of(place, share)
        said = {name: row.attributes[name] for name in names} | {"share_id": share.id, "at_us": share.ends_us}
        self._control.put([dataclasses.replace(row, attributes=said)])

    def _keep_receipt_of(self, share: Share, told: SharedTrace) -> None:
        receipt = ShareReceipt(
            id=share.id,
            trace_id=share.trace_id,
            token_hash=share.token_hash,
            created_us=share.created_us,
            created_by=told.key_id,
            created_by_description=told.key_description,
            expires_us=share.expires_us,
        )
        self._control.put_if(item_of(Key(keys.share_receipts(share.workspace), share.id), receipt), Absent())


def _of(share: Share, standing: SharedTrace) -> Share:
    """The share that the standing row tells of, should its maker have died before writing it."""
    return dataclasses.replace(
        share,
        id=standing.id,
        token_hash=standing.token_hash,
        created_us=standing.created_us,
        expires_us=standing.expires_us,
    )


def encoded_task(task: ShareTask) -> str:
    """The body of a task's message."""
    return msgspec.json.encode(task).decode()


def share_task_of(body: str) -> ShareTask:
    """The task of a message. Raises: msgspec.DecodeError when it is none."""
    return msgspec.json.decode(body, type=ShareTask)
