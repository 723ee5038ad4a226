"""From what was asked to what is queued: each operation is judged alone, what is valid goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from functions.receive.attachments import MAX_ATTACHMENTS, Owner, Upload, entry_of, store
from functions.receive.envelopes import messages
from functions.receive.feedback import feedback_of
from functions.receive.operations import Asked, Operation
from functions.receive.pack import pack
from functions.receive.refused import Refused
from functions.receive.respond import MAX_LISTED, Refusal
from functions.receive.validate import Valid, validate
from shared.base.errors import TooLarge
from shared.runs.fact import Envelope, FeedbackFact, LeftOut, Reject
from shared.store.ports import Store
from shared.usage.sampling import Stretch

_MAX_REASON_CHARS = 500
_MAX_WHERE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Request:
    """Who sent what, when: given once, so that a redelivered message writes the same rows."""

    receipt: str
    workspace: str
    key_id: str
    now_us: int
    stretches: tuple[Stretch, ...] = ()
    """When new traces are sampled, as a limit has it."""


@dataclass(slots=True)
class Judged:
    """The operations of one request, sorted into what goes on and what does not."""

    request: Request
    valid: list[Valid] = field(default_factory=list)
    feedback: list[FeedbackFact] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    left_out: LeftOut | None = None
    rate: float = 1
    """The share of new traces that is taken, where any were left out."""

    def refuse(self, where: str, run_id: str | None, refused: Refused) -> None:
        """Note why an operation is not taken."""
        self.refusals.append(
            Refusal(where[:_MAX_WHERE_CHARS], run_id, refused.reason[:_MAX_REASON_CHARS], refused.field)
        )


def judge(asked: Asked, request: Request) -> Judged:
    """Every operation and feedback, valid or refused. Raises: TooLarge over the number of attachments."""
    judged = Judged(request, refusals=[_as_refusal(reject) for reject in asked.rejects])
    if sum(len(operation.attachments) for operation in asked.operations) > MAX_ATTACHMENTS:
        raise TooLarge(f"The body has more than {MAX_ATTACHMENTS} attachments; send smaller batches")
    for operation in asked.operations:
        try:
            one = validate(operation, request.now_us)
        except Refused as refused:
            judged.refuse(operation.where, operation.run_id, refused)
            continue
        judged.valid.append(one)
        if operation.attachments:
            attach(judged, operation, one)
    for part in asked.feedback:
        try:
            judged.feedback.append(feedback_of(part))
        except Refused as refused:
            judged.refuse(part.name, None, refused)
    return judged


def send(judged: Judged, to: Store) -> list[str]:
    """Queue what is valid, and the refusals for the owner's list. The ids of what is kept.

    Raises: Unavailable. Some may be queued by then; sent again, they merge to nothing new.
    """
    packed = pack(judged.valid)
    judged.refusals.extend(map(_as_refusal, packed.rejects))
    request = judged.request
    envelope = Envelope(
        receipt=request.receipt,
        workspace=request.workspace,
        key_id=request.key_id,
        groups=packed.groups,
        rejects=_listed(judged.refusals),
        feedback=judged.feedback,
        left_out=judged.left_out,
    )
    store(judged.uploads, to.objects)
    for text in messages(envelope, to.objects):
        to.operations.send(text, group=request.workspace)
    return _ids(judged, packed.rejects)


def attach(judged: Judged, operation: Operation, one: Valid) -> None:
    """Put the operation's attachments into its fact, and note their uploads."""
    owner = Owner(judged.request.workspace, judged.request.receipt, one.trace_id, one.fact.run_id)
    for name, part in operation.attachments.items():
        try:
            entry, value, upload = entry_of(name, part, owner)
        except Refused as refused:
            judged.refuse(part.name, one.fact.run_id, refused)
            continue
        one.fact.fields[entry] = value
        judged.uploads.append(upload)


def _ids(judged: Judged, rejects: Iterable[Reject]) -> list[str]:
    """The ids of the runs and feedbacks that were kept, each once, in their order."""
    lost = {reject.where for reject in rejects}
    facts = (one.fact for one in judged.valid)
    kept = (fact.run_id for fact in facts if f"{'patch' if fact.is_patch else 'post'}.{fact.run_id}" not in lost)
    return list(dict.fromkeys([*kept, *(one.feedback_id for one in judged.feedback)]))


def _listed(refusals: list[Refusal]) -> list[Reject]:
    """The refusals as the envelope carries them: bounded, and saying so."""
    rejects = [
        Reject(one.where, f"{one.field}: {one.reason}" if one.field else one.reason, one.run_id)
        for one in refusals[:MAX_LISTED]
    ]
    if len(refusals) > MAX_LISTED:
        rejects.append(Reject("request", f"{len(refusals) - MAX_LISTED} more operations of it were refused"))
    return rejects


def _as_refusal(reject: Reject) -> Refusal:
    return Refusal(reject.where[:_MAX_WHERE_CHARS], reject.run_id, reject.reason[:_MAX_REASON_CHARS])
