"""One request's groups on their way into the queue: as few messages as hold them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shared.base.errors import TooLarge
from shared.base.units import KIB
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope, Group
from shared.store import keys
from shared.store.ports import MAX_MESSAGE_BYTES, Objects

MAX_INLINE_BYTES = 192 * KIB
"""Beyond, one PUT of a segment is cheaper than carrying the payload: SQS bills each 64 KB (ADR 5)."""
MAX_TEXT_BYTES = MAX_MESSAGE_BYTES - 16 * KIB
"""What is left is for the message's attributes, such as the reason it is buried with."""


def messages(envelope: Envelope, objects: Objects) -> Iterator[str]:
    """The texts to send for this request. Its segment, if it needs one, is durable before the first is given."""
    payload_bytes = sum(len(group.payload) for group in envelope.groups)
    if payload_bytes and payload_bytes + sum(len(group.facts) for group in envelope.groups) > MAX_INLINE_BYTES:
        envelope = _with_segment(envelope, objects)
    yield from _fitting(envelope)


def _with_segment(envelope: Envelope, objects: Objects) -> Envelope:
    """The envelope with its payload frames in one object instead."""
    key = keys.segment("base", envelope.workspace, envelope.receipt)
    objects.put(key, b"".join(group.payload for group in envelope.groups))
    groups: list[Group] = []
    offset = 0
    for group in envelope.groups:
        length = len(group.payload)
        groups.append(msgspec.structs.replace(group, payload=b"", offset=offset, length=length))
        offset += length
    return msgspec.structs.replace(envelope, groups=groups, segment=key)


def _fitting(envelope: Envelope) -> Iterator[str]:
    text = pack_envelope(envelope)
    if len(text) <= MAX_TEXT_BYTES:
        yield text
        return
    for half in _halves(envelope):
        yield from _fitting(half)


def _halves(envelope: Envelope) -> tuple[Envelope, Envelope]:
    """The same in two, with the parts counted on, so that each group keeps a key of its own."""
    groups, feedback = envelope.groups, envelope.feedback
    if len(groups) + len(feedback) <= 1:
        raise TooLarge(f"A single group of request {envelope.receipt} does not fit into a message")
    middle = (len(groups) + 1) // 2  # of one group and feedback, the group goes first, alone
    told = 0 if groups else len(feedback) // 2
    return (
        msgspec.structs.replace(envelope, groups=groups[:middle], feedback=feedback[:told]),
        msgspec.structs.replace(
            envelope,
            groups=groups[middle:],
            feedback=feedback[told:],
            rejects=[],
            left_out=None,
            first_part=envelope.first_part + middle,
        ),
    )
