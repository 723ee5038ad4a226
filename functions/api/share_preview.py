"""A trace as the public would see it, before there is a link: the files of a snapshot that nobody writes."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from functions.api.auth import Caller
from functions.api.previews import Previewed
from functions.api.schemas.share import PreviewFilesAsked
from functions.api.sharing import MOST_PREVIEWED
from shared.base.errors import Conflict
from shared.sharing.redaction import Redaction, redaction_in
from shared.sharing.settings import SharingSettings
from shared.sharing.share import Share
from shared.store.snapshots import Snapshots

_PREVIEW = "preview"
"""The id of a share that there is not."""
_REVISION_CHARS = 20


class Preview:
    """What one caller may look at."""

    def __init__(self, caller: Caller, settings: SharingSettings) -> None:
        self._caller = caller
        self._settings = settings
        self._snapshots = Snapshots(caller.room.ask, caller.room.store, caller.room.clock)

    def files(self, trace_id: str, asked: PreviewFilesAsked) -> Previewed:
        """All files, as a share that is asked for so would have them. Raises: NotFound, Conflict, Malformed."""
        rules = asked.rules() or redaction_in(self._settings.redaction)
        looked_at = self._snapshots.looked_at(self._share(trace_id), rules)
        revision = _revision(looked_at, asked)
        workspace, kept = self._caller.workspace, self._caller.room.previews
        known = kept.find(workspace, revision)
        if known is None:
            known = self._drawn(dataclasses.replace(looked_at, expires_us=self._end(asked)), rules, revision)
            kept.keep(workspace, known)
        return known

    def _share(self, trace_id: str) -> Share:
        now_us = self._caller.now_us
        return Share(_PREVIEW, "", self._caller.workspace, "", trace_id, now_us, now_us)

    def _end(self, asked: PreviewFilesAsked) -> int | None:
        now_us = self._caller.now_us
        return self._settings.expires_us(now_us, asked.expires_us(now_us), is_asked=asked.says_end)

    def _drawn(self, share: Share, rules: Redaction, revision: str) -> Previewed:
        drawing = self._snapshots.drawn(dataclasses.replace(share, revision=revision), rules)
        size = drawing.size()
        if not size.is_within(MOST_PREVIEWED):
            raise Conflict(
                f"Trace {share.trace_id} has {size.runs} runs of {size.payload_bytes >> 20} MiB; a preview is made of "
                f"{MOST_PREVIEWED.runs} runs and {MOST_PREVIEWED.payload_bytes >> 20} MiB at most"
            )
        files = {file.name: file for file in drawing.files()}
        return Previewed(revision, files, drawing.made)


def _revision(share: Share, asked: PreviewFilesAsked) -> str:
    """Of what the snapshot is made of, and of the end that was asked for, in words: a moment from now is no time."""
    made_of: tuple[Any, ...] = (share.trace_id, share.revision, asked.expires_in, asked.expires_at, asked.says_end)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:_REVISION_CHARS]
