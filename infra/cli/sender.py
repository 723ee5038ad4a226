"""Sends batches of operations: again when told to, in halves when too large, and notes what was refused and why."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
import zstandard

from infra.cli.failures import CommandFailed
from infra.cli.operations import Part, multipart
from infra.cli.server import Answer, Server

MAX_OPERATIONS = 100
MAX_BATCH_BYTES = 2_500_000
"""As much as servers advertise in `/info` to take at once."""
_ZSTD_LEVEL = 1
_PART_OVERHEAD_BYTES = 200
_AS_A_WHOLE = frozenset({HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST})
"""Refused, and not said which of the runs is to blame."""


class Outgoing(NamedTuple):
    """One run on its way: the place it was read from, its id, and its parts."""

    where: str
    run_id: str
    parts: list[Part]

    @property
    def size_bytes(self) -> int:
        """How much of a body it takes."""
        return sum(len(part.body) + _PART_OVERHEAD_BYTES for part in self.parts)


class Refusal(msgspec.Struct):
    """Something that the server did not take, or that was no run."""

    where: str
    run_id: str | None
    reason: str


def batches(outgoing: Iterable[Outgoing]) -> Iterator[list[Outgoing]]:
    """Runs in order, as many together as a server takes at once; one that is larger goes alone."""
    batch: list[Outgoing] = []
    size_bytes = 0
    for one in outgoing:
        if batch and (len(batch) == MAX_OPERATIONS or size_bytes + one.size_bytes > MAX_BATCH_BYTES):
            yield batch
            batch, size_bytes = [], 0
        batch.append(one)
        size_bytes += one.size_bytes
    if batch:
        yield batch


def send(server: Server, batch: list[Outgoing]) -> list[Refusal]:
    """Send one batch; what of it was refused. Raises: CommandFailed when nothing can be sent at all."""
    answer = _posted(server, batch)
    if answer.status in {HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.CONFLICT}:
        return []
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return _refused(server, batch, answer)
    if answer.status in _AS_A_WHOLE and len(batch) > 1:
        half = len(batch) // 2
        return send(server, batch[:half]) + send(server, batch[half:])
    if answer.status in _AS_A_WHOLE:
        return [Refusal(batch[0].where, batch[0].run_id, f"{answer.status}: {answer.shown()}")]
    raise CommandFailed(f"{server.endpoint}/runs/multipart answered {answer.status}: {answer.shown()}")


def _posted(server: Server, batch: list[Outgoing]) -> Answer:
    boundary = secrets.token_hex(16)
    body = multipart([part for one in batch for part in one.parts], boundary)
    headers = {"content-type": f"multipart/form-data; boundary={boundary}", "content-encoding": "zstd"}
    packed = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    return server.send("POST", f"{server.endpoint}/runs/multipart", packed, headers)


def _refused(server: Server, batch: list[Outgoing], answer: Answer) -> list[Refusal]:
    """Each refused run by its line. A server that does not list them is asked about each run alone."""
    listed: list[dict[str, Any]] | None = answer.json().get("rejected")
    if listed is None or answer.json().get("rejected_in_all", 0) > len(listed):
        if len(batch) == 1:
            return [Refusal(batch[0].where, batch[0].run_id, answer.shown())]
        return [refusal for one in batch for refusal in send(server, [one])]
    by_part = {part.name: one for one in batch for part in one.parts}
    refusals = [_refusal(one, by_part) for one in listed]
    return list({(refusal.run_id, refusal.reason): refusal for refusal in refusals}.values())


def _refusal(listed: dict[str, Any], by_part: dict[str, Outgoing]) -> Refusal:
    where, field = str(listed.get("where")), listed.get("field")
    one = by_part.get(where)
    reason = f"{field}: {listed.get('reason')}" if field else str(listed.get("reason"))
    return Refusal(where if one is None else f"{one.where} ({where})", None if one is None else one.run_id, reason)
