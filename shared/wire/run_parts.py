"""Parts of a run that both APIs show alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from shared.base.units import S_PER_HOUR, US_PER_S
from shared.retention.periods import Tier
from shared.runs.totals import NOTHING, Totals
from shared.store.ports import Objects
from shared.store.whole import ReadRun
from shared.wire.app_paths import public_url

Side = Literal["inputs", "outputs"]
PREVIEWS: dict[str, Side] = {"inputs_preview": "inputs", "outputs_preview": "outputs"}

LINK_S = S_PER_HOUR
"""How long the link to an attachment works."""
WIRE_TIERS: dict[Tier, str] = {"base": "shortlived", "extended": "longlived"}
TIERS: dict[str, Tier] = {wire: tier for tier, wire in WIRE_TIERS.items()}
FEEDBACK = "feedback"
"""No payload field, but it stands in the trace only: a reader asked for it does not stop at a list's row."""

MADE = "made"
"""The same, of what people made of a run: a list's row says nothing of it."""

_EMPTY = msgspec.Raw(b"{}")
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True)
class Around:
    """What a run's answer needs beside the run: whose it is, who signs its links, and what is shared under which."""

    workspace: str
    objects: Objects
    shared: Callable[[str], str | None]
    origin: str


def totals_of(read: ReadRun) -> Totals:
    """The tokens and costs of the run and all below it."""
    return read.totals or NOTHING


def payload(read: ReadRun, name: str) -> msgspec.Raw | None:
    """The JSON text of a payload field, to be put into the answer as it is."""
    text = read.payloads.get(name)
    return None if text is None else msgspec.Raw(text)


def inputs(read: ReadRun) -> msgspec.Raw:
    """The inputs; clients expect an object where there are none."""
    return payload(read, "inputs") or _EMPTY


def metadata(read: ReadRun) -> msgspec.Raw:
    """All metadata, out of `extra` as it was sent: the summary lacks large values."""
    text = read.payloads.get("extra")
    part = _EMPTY if text is None else _parts(text).get("metadata", _EMPTY)
    return part if bytes(part)[:1] == b"{" else _EMPTY


def share_token(read: ReadRun, around: Around) -> str | None:
    """The token that the run's trace is shared by."""
    return around.shared(read.run.trace_id)


def share_url(read: ReadRun, around: Around) -> str | None:
    """The link that the run's trace is shared by."""
    token = share_token(read, around)
    return None if token is None else public_url(around.origin, token)


def attachment_urls(read: ReadRun, around: Around) -> dict[str, tuple[str, str]]:
    """(link, mime type) of each attachment by name. The link needs no key, and ends in an hour."""
    return {
        name: (around.objects.signed_url(key, LINK_S, mime, name), mime)
        for name, (mime, _, key) in read.run.attachments.items()
    }


def ttl_s(read: ReadRun) -> int:
    """How long the trace is kept, from its first receipt."""
    return (read.ends_us - read.born_us) // US_PER_S
