"""What may be deleted, as it is asked, and the receipt of it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import msgspec

from functions.api.schemas.asked import Asked, uuid_of, uuids_of
from functions.api.schemas.moments import utc
from shared.base.errors import Malformed
from shared.store.copied import CopiedExample
from shared.store.erased import TOMBSTONE_DAYS, unpacked
from shared.store.erasure import MAX_TRACES, Erasure, Part, Removed
from shared.store.exported import ExportedFile

MAX_METADATA_BYTES = 10_000
"""Of the metadata that a deletion names, as JSON: it is kept in the receipt."""

ELSEWHERE = (
    (
        "Exports that were taken before: the files of bulk exports that `exported_files` names, which their owner has "
        "to delete; what the NDJSON stream was written to; servers that an import filled; copies of any of these."
    ),
    (
        "Examples of datasets that were made of the traces: those that `dataset_examples` names, each of which is "
        "deleted as it says. Copies of those are not known here, nor what was written by hand."
    ),
    "Copies that people and browsers made: downloads, screenshots, caches of a page that showed the trace.",
    (
        f"Operations that were on the queue, or among the dead letters, when the deletion was asked for: refused and "
        f"removed when they come, for {TOMBSTONE_DAYS} days. A queue keeps a message for at most 14."
    ),
    "Uploads that were answered with an error after their payload was stored: gone with the bucket's lifecycle.",
    (
        f"Ids, without content: the feed of what arrived, refusals of late operations (14 days), the tombstone "
        f"({TOMBSTONE_DAYS} days), and this receipt with what it names, in the control table, which has point-in-time "
        f"recovery of 35 days. The table of traces has none, and the bucket keeps no versions."
    ),
)
"""Where copies may be that a deletion does not reach: whoever must prove it knows what else to do."""


class TracesToDelete(Asked):
    """Traces by their ids in one project, or by metadata in the whole workspace."""

    session_id: str | None = None
    trace_ids: list[str] | None = None
    metadata: dict[str, Any] | None = None

    def named(self) -> tuple[str, tuple[str, ...]]:
        """The project and the traces that are named, each once. Raises: Malformed."""
        if self.session_id is None or not self.trace_ids:
            raise Malformed("name session_id and trace_ids, or metadata: what is to be deleted?")
        if len(self.trace_ids) > MAX_TRACES:
            raise Malformed(
                f"trace_ids: {len(self.trace_ids)} traces; one request may name {MAX_TRACES}: send several requests"
            )
        named = dict.fromkeys(uuids_of(self.trace_ids, "trace_ids"))
        return uuid_of(self.session_id, "session_id"), tuple(named)

    def pairs(self) -> str | None:
        """The metadata as JSON, if that is what was asked by. Raises: Malformed."""
        if self.metadata is None:
            return None
        if self.trace_ids or self.session_id:
            raise Malformed("metadata: name either traces of a session, or metadata; not both")
        if not self.metadata:
            raise Malformed("metadata: name at least one key with its value; nothing would match no pair")
        said = msgspec.json.encode(self.metadata)
        if len(said) > MAX_METADATA_BYTES:
            raise Malformed(f"metadata: it has {len(said)} bytes as JSON; at most {MAX_METADATA_BYTES} are taken")
        return said.decode()


def receipt(erasure: Erasure, parts: Sequence[Part]) -> dict[str, Any]:
    """Who asked, when, for what; what was done of it, and when; and where copies may be that it does not reach.

    Beside it stand `exported_files` and `dataset_examples`.
    """
    is_found = erasure.found_us is not None
    is_done = is_found and len(parts) >= (erasure.parts or 0)
    removed = sum((part.removed for part in parts), Removed())
    return {
        "id": erasure.id,
        "state": "done" if is_done else "removing" if is_found else "finding",
        "asked_at": utc(erasure.asked_us),
        "asked_by": {"api_key_id": erasure.key_id, "api_key_description": erasure.key_description},
        "named": _named(erasure),
        "traces": {
            "removed": sum(part.traces - part.not_found - part.already for part in parts),
            "not_found": sum(part.not_found for part in parts),
            "erased_before": sum(part.already for part in parts),
            "in_another_project": erasure.elsewhere,
        },
        "steps": _steps(erasure, parts, removed, is_done=is_done),
        "copies_elsewhere": list(ELSEWHERE),
    }


def exported_files(exported: Sequence[ExportedFile], most: int) -> dict[str, Any]:
    """The first of the exported files, and whether there are more."""
    return {
        "exported_files": [_file(one) for one in exported[:most]],
        "has_more_exported_files": len(exported) > most,
    }


def dataset_examples(copied: Sequence[CopiedExample], still_there: Container[str], most: int) -> dict[str, Any]:
    """The first of the examples that are copies, and whether there are more."""
    return {
        "dataset_examples": [_example(one, is_deleted=one.example not in still_there) for one in copied[:most]],
        "has_more_dataset_examples": len(copied) > most,
    }


def _file(exported: ExportedFile) -> dict[str, Any]:
    return {
        "path": exported.path,
        "bulk_export_id": exported.export,
        "session_id": exported.project,
        "first_run_started_at": utc(exported.first_us),
        "last_run_started_at": utc(exported.last_us),
        "state": "written" if exported.is_written else "being written when it was deleted",
    }


def _example(copied: CopiedExample, *, is_deleted: bool) -> dict[str, Any]:
    return {
        "example_id": copied.example,
        "dataset_id": copied.dataset,
        "trace_id": copied.trace,
        "state": "deleted since" if is_deleted else "there",
        "delete": None if is_deleted else f"DELETE /api/v1/examples/{copied.example}",
    }


def _named(erasure: Erasure) -> dict[str, Any]:
    if erasure.kind == "metadata":
        return {"metadata": msgspec.json.decode(erasure.metadata or "{}")}
    if erasure.kind == "project":
        return {"session_id": erasure.project}
    return {"session_id": erasure.project, "trace_ids": unpacked(erasure.trace_ids)}


def _steps(erasure: Erasure, parts: Sequence[Part], removed: Removed, *, is_done: bool) -> list[dict[str, Any]]:
    """The steps in their order; the time of each is when it was done for the last of the traces."""

    def step(name: str, time: str, **counts: int) -> dict[str, Any]:
        last_us = max((getattr(part, time) for part in parts), default=erasure.found_us)
        return {"step": name, "done_at": utc(last_us) if is_done else None, **counts}

    hidden_us = erasure.asked_us if erasure.kind != "metadata" else erasure.found_us
    return [
        {"step": "unreadable", "done_at": utc(hidden_us)},
        step("payloads", "payloads_us", payload_bytes=removed.payload_bytes, attachments=removed.attachments),
        step("lists", "lists_us", heads=removed.heads, failures=removed.failures, pointers=removed.pointers),
        step("log", "log_us", log_facts=removed.log_facts),
        step("traces", "trace_us", feedback=removed.feedback, chunks=removed.chunks),
    ]
