"""Shares traces and takes them back, for one caller. Another workspace's trace and share are not there."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from functions.api.auth import Caller
from functions.api.schemas.share import ShareAsked
from functions.api.trace_runs import TraceRuns
from shared.base.errors import Conflict, NotFound
from shared.base.ids import new_receipt
from shared.base.units import MIB
from shared.retention.kept import Kept
from shared.sharing.redaction import Redaction, redaction_in
from shared.sharing.scopes import share_id_of
from shared.sharing.settings import SharingSettings
from shared.sharing.share import Share, SharedTrace
from shared.sharing.token import hash_of, new_token, token_or_new
from shared.store.shares import Shares, ShareTask
from shared.store.snapshots import Size, Snapshots
from shared.store.whole import ReadRun

AT_ONCE = Size(2_000, 16 * MIB)
"""Snapshots of smaller traces are made by the request that shares them: the link works when it is answered."""
_LOOK_AGAIN_S = 60
MOST_PREVIEWED = Size(5_000, 64 * MIB)

Found = tuple[Share, SharedTrace]


class Sharing:
    """What a caller may do with shares."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._room = caller.room
        self.shares = Shares(caller.room.store.control, caller.room.store.shares, caller.room.clock)
        self._snapshots = Snapshots(caller.room.ask, caller.room.store, caller.room.clock)

    def trace_of(self, run_id: str, project: str | None = None) -> str:
        """The trace of any run. Raises: NotFound."""
        trace_id = self._room.ask.locator.trace_of(self._caller.workspace, run_id, project)
        if trace_id is None or not self._runs(trace_id, run_id):
            raise NotFound(f"Run {run_id} does not exist, has expired, or has not been recorded yet")
        return trace_id

    def of_trace(self, trace_id: str) -> Found | None:
        """What a trace is shared by now."""
        return self.shares.of_trace(self._caller.workspace, trace_id)

    def settings(self) -> tuple[SharingSettings, SharingSettings]:
        """How the caller's workspace shares, and its organization."""
        return self.shares.settings(self._caller.workspace), self.shares.settings(self.organization())

    def organization(self) -> str:
        """The organization of the caller's workspace."""
        return self._room.ask.access.workspace(self._caller.workspace).organization

    def share(self, trace_id: str, brought: str | None = None, asked: ShareAsked | None = None) -> Found:
        """Share a trace; one that is shared keeps its token. Raises: NotFound, NotAllowed, Malformed."""
        settings, organization = self.settings()
        settings.check_on()
        organization.check_on()
        asked = asked or ShareAsked()
        found = self.of_trace(trace_id)
        if found is None:
            return self._shared(*self._new(trace_id, brought, asked, settings), keeps_trace=asked.keep_trace)
        return self._changed(*found, asked, settings) if asked.model_fields_set else found

    def unshare(self, told: SharedTrace, reason: str = "unshared", workspace: str | None = None) -> None:
        """Take a share back, of the caller's workspace or of another that he sees: it is refused when this returns."""
        key = self._caller.key
        by = {"reason": reason, "asked_by": key.id, "asked_by_description": key.description}
        self.shares.take_back(workspace or self._caller.workspace, told, by)

    def preview(self, trace_id: str, redaction: Redaction | None, run_id: str | None) -> dict[str, Any]:
        """What a share with these rules would show and hide, of which nothing is kept. Raises: NotFound, Conflict."""
        now_us = self._caller.now_us
        rules = redaction or redaction_in(self.settings()[0].redaction)
        ends_us = now_us
        share = Share("preview", "", self._caller.workspace, "", trace_id, now_us, ends_us)
        drawing = self._snapshots.drawn(share, rules)
        size = drawing.size()
        if not size.is_within(MOST_PREVIEWED):
            raise Conflict(
                f"Trace {trace_id} has {size.runs} runs of {size.payload_bytes >> 20} MiB; a preview is made of "
                f"{MOST_PREVIEWED.runs} runs and {MOST_PREVIEWED.payload_bytes >> 20} MiB at most"
            )
        shown: dict[str, Any] = {"trace": None, "run": None}
        for file in drawing.files():
            if file.name == "trace.json":
                shown["trace"] = msgspec.Raw(file.content)
            elif file.name.startswith("runs/") and shown["run"] is None:
                parts = msgspec.json.decode(file.content)
                shown["run"] = next((one for one in parts if one["id"] == (run_id or trace_id)), None)
        return {**dataclasses.asdict(drawing.made), **shown}

    def _runs(self, trace_id: str, run_id: str) -> dict[str, ReadRun]:
        """This run and the root of its trace, as far as they are there. Raises: NotFound."""
        runs = TraceRuns(self._room.ask, self._room.reader)
        found = {read.run.id: read for read in runs.some(self._caller.workspace, trace_id, [trace_id, run_id])}
        return found if run_id in found else {}

    def _new(self, trace_id: str, brought: str | None, asked: ShareAsked, settings: SharingSettings) -> Found:
        """Both records of a new share. Raises: NotFound, Malformed."""
        read = self._first(trace_id)
        now_us, key, organization = self._caller.now_us, self._caller.key, self.organization()
        token = token_or_new(brought)
        token = token if self.shares.is_free(hash_of(token)) else new_token()
        share = Share(
            id=share_id_of(new_receipt(now_us), self._caller.workspace, organization),
            token_hash=hash_of(token),
            workspace=self._caller.workspace,
            organization=organization,
            trace_id=trace_id,
            created_us=now_us,
            trace_ends_us=read.ends_us,
            expires_us=settings.expires_us(now_us, asked.expires_us(now_us), is_asked=asked.says_end),
        )
        told = SharedTrace(
            id=share.id,
            token=token,
            token_hash=share.token_hash,
            trace_id=trace_id,
            project=read.run.project,
            project_name=self._room.ask.projects.get(self._caller.workspace, read.run.project).name,
            run_name=read.run.name,
            run_type=read.run.run_type,
            created_us=now_us,
            key_id=key.id,
            key_description=key.description,
            redaction=(asked.rules() or redaction_in(settings.redaction)).text(),
            expires_us=share.expires_us,
        )
        return share, told

    def _first(self, trace_id: str) -> ReadRun:
        """The root of a trace, or its first run while that is not here. Raises: NotFound."""
        found = self._runs(trace_id, trace_id)
        if trace_id in found:
            return found[trace_id]
        return self._room.reader.trace(self._caller.workspace, trace_id)[0]

    def _shared(self, share: Share, told: SharedTrace, *, keeps_trace: bool) -> Found:
        """Write a new share, and have its snapshot made: here where that is quick."""
        standing = self.shares.create(share, told)
        if standing.id != told.id:
            return self.of_trace(share.trace_id) or (share, standing)
        self._keep(told, keeps_trace=keeps_trace)
        return self._made(share, told), told

    def _keep(self, told: SharedTrace, *, keeps_trace: bool) -> None:
        """Put the trace into the extended tier, if that is asked: once, and it stays there when the share has ended."""
        if keeps_trace:
            kept = Kept("share", told.id, self._caller.now_us, by=self._caller.key.description)
            self._room.ask.upgrades.extend(self._caller.workspace, told.trace_id, kept, project=told.project)

    def _changed(self, share: Share, told: SharedTrace, asked: ShareAsked, settings: SharingSettings) -> Found:
        """Give a share what is asked of it. Raises: Malformed, NotFound."""
        now_us, rules = self._caller.now_us, asked.rules()
        if asked.says_end:
            expires_us = settings.expires_us(now_us, asked.expires_us(now_us), is_asked=True)
            share = dataclasses.replace(share, expires_us=expires_us)
        told = dataclasses.replace(
            told, expires_us=share.expires_us, redaction=told.redaction if rules is None else rules.text()
        )
        if not self.shares.change(share, told):
            raise NotFound(f"The share of trace {share.trace_id} was taken back meanwhile; share it again")
        self._keep(told, keeps_trace=asked.keep_trace)
        return self._made(share, told), told

    def _made(self, share: Share, told: SharedTrace) -> Share:
        """The share with its newest snapshot, or without where the share room makes it.

        The room looks in any case, in a minute: whoever dies here leaves a link that shows nothing until then.
        """
        task = ShareTask("make", share.id, share.token_hash, share.workspace, share.trace_id)
        redaction = redaction_in(told.redaction)
        if not self._snapshots.drawn(share, redaction).size().is_within(AT_ONCE):
            self.shares.send(task)
            return share
        self.shares.send(msgspec.structs.replace(task, step="check"), _LOOK_AGAIN_S)
        made, _ = self._snapshots.make(share, redaction)
        self.shares.keep_snapshot(made)
        return made
