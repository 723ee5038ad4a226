"""View as public, before there is a link: the files that the public page would read."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any

import msgspec
from fastapi import APIRouter, Response

from functions.api.answers import JSON_TYPE, json_v2
from functions.api.auth import QUESTION, CallerIn
from functions.api.previews import Previewed
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.share import PreviewFilesAsked
from functions.api.share_preview import Preview
from functions.api.sharing import Sharing
from shared.base.units import MIB
from shared.sharing.snapshot import File

routes = APIRouter()
MOST_BYTES = 4 * MIB


@routes.post("/traces/{trace_id}/share/preview/files", tags=[QUESTION])
async def preview_files(caller: CallerIn, trace_id: str, asked: PreviewFilesAsked) -> Response:
    """These files of the snapshot that such a share would have. Raises: NotFound, Conflict, Malformed."""
    sharing = Sharing(caller)
    trace = sharing.trace_of(uuid_of(trace_id, "trace_id"))
    previewed = Preview(caller, sharing.settings()[0]).files(trace, asked)
    chosen, left_out = _chosen(previewed, list(dict.fromkeys(asked.names)))
    return json_v2(_said(previewed) | {"files": {file.name: _shown(file) for file in chosen}, "left_out": left_out})


def _chosen(previewed: Previewed, names: list[str]) -> tuple[list[File], list[str]]:
    """The files that fit into one answer, the first whatever its size; and the names of the others."""
    chosen: list[File] = []
    left_out: list[str] = []
    size = 0
    for name in names:
        file = previewed.files.get(name)
        if file is None:
            continue
        size += len(file.content)
        if chosen and size > MOST_BYTES:
            left_out.append(name)
        else:
            chosen.append(file)
    return chosen, left_out


def _shown(file: File) -> Any:  # noqa: ANN401 any JSON value
    if file.content_type == JSON_TYPE:
        return msgspec.Raw(file.content)
    return {"content_type": file.content_type, "base64": base64.b64encode(file.content).decode("ascii")}


def _said(previewed: Previewed) -> dict[str, Any]:
    made = dataclasses.asdict(previewed.made)
    del made["files"]
    return {**made, "revision": previewed.revision, "names": list(previewed.files)}
