"""Attachments: each an object of its own, so that a signed link can read one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from functions.receive.refused import Refused
from shared.base.multipart import Part
from shared.runs.fact import ATTACHMENT_PREFIX
from shared.store import keys
from shared.store.ports import Objects

MAX_NAME_CHARS = 255
MAX_ATTACHMENTS = 500
"""In one request: at 16 side by side and some 30 ms a PUT they take a second of the client's ten."""
_SIDE_BY_SIDE = 16
_MIME_TYPE = re.compile(r"[!-~]+/[!-~]+(?: *;[ -~]*)?")
_MAX_MIME_CHARS = 255
_UNKNOWN_TYPE = "application/octet-stream"


class Upload(NamedTuple):
    """One attachment on its way into the bucket."""

    key: str
    content_type: str
    body: bytes


class Owner(NamedTuple):
    """Whose attachments: they lie under the trace, or under the run where its trace is not known yet."""

    workspace: str
    receipt: str
    trace_id: str | None
    run_id: str


def entry_of(name: str, part: Part, owner: Owner) -> tuple[str, list[str | int], Upload]:
    """The field of the fact, its value, and what to upload. Raises: Refused."""
    if not 0 < len(name) <= MAX_NAME_CHARS or "." in name:
        raise Refused("attachment", f"its name must have 1 to {MAX_NAME_CHARS} characters and no dot")
    content_type = part.content_type or _UNKNOWN_TYPE
    if len(content_type) > _MAX_MIME_CHARS or _MIME_TYPE.fullmatch(content_type) is None:
        raise Refused("attachment", f"Content-Type {content_type[:80]!r} is not a mime type")
    trace_id = owner.trace_id or owner.run_id
    key = keys.attachment("base", owner.workspace, trace_id, owner.run_id, name, owner.receipt)
    return ATTACHMENT_PREFIX + name, [content_type, len(part.body), key], Upload(key, content_type, part.body)


def store(uploads: Sequence[Upload], objects: Objects) -> None:
    """Put them all; durable on return. Raises: Unavailable."""
    if len(uploads) <= 1:
        for upload in uploads:
            objects.put(upload.key, upload.body, upload.content_type)
        return
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        list(pool.map(lambda upload: objects.put(upload.key, upload.body, upload.content_type), uploads))
