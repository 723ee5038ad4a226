"""What a body asks for: operations on runs and feedback, not yet judged. Every route ends in the same shape.

A part's name says what it is: `post.<run>`, `patch.<run>`, either with `.<field>` behind it,
`attachment.<run>.<name>`, `feedback.<id>`. Names may repeat: the SDK puts two updates of one run into
one body. Then the later wins, field by field. Unknown fields are ignored, as they are inside a run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from functions.receive.json_text import MAX_BATCH_DEPTH, decode
from shared.base.errors import TooLarge
from shared.base.multipart import Part
from shared.runs.fact import PAYLOAD_FIELDS, Reject

MAX_OPERATIONS = 10_000
"""A million refused nulls, 5 MB of JSON, took 600 MB and eight seconds; clients send a hundred."""
_IS_PATCH = {"post": False, "patch": True}
_PAYLOADS = frozenset(PAYLOAD_FIELDS)
_PLACEHOLDERS = (b"{}", b"[]")
_MAX_PLACEHOLDER_BYTES = 16


@dataclass(slots=True)
class Operation:
    """One create or update of a run, as texts.

    `where` is what its client calls it. `headers` are JSON texts of the run, in the order sent, which
    may hold payload fields themselves; `texts` are the fields that were sent apart. `run_id` is as
    sent, and None where only the header says it.
    """

    where: str
    is_patch: bool
    run_id: str | None
    headers: list[bytes] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    attachments: dict[str, Part] = field(default_factory=dict)


@dataclass(slots=True)
class Asked:
    """Everything that one body asks for, and what of it could not even be read."""

    operations: list[Operation] = field(default_factory=list)
    feedback: list[Part] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


class _Batch(msgspec.Struct):
    post: list[msgspec.Raw] | None = None
    patch: list[msgspec.Raw] | None = None


_BATCH = msgspec.json.Decoder(_Batch)


def of_parts(parts: Iterable[Part]) -> Asked:
    """What the parts of a multipart body ask for."""
    asked = Asked()
    operations: dict[tuple[bool, str], Operation] = {}
    attachments: list[Part] = []
    for part in parts:
        kind, _, rest = part.name.partition(".")
        is_patch = _IS_PATCH.get(kind)
        if is_patch is not None:
            _add(operations, is_patch, rest, part)
        elif kind == "attachment":
            attachments.append(part)
        elif kind == "feedback":
            asked.feedback.append(part)
        else:
            asked.rejects.append(Reject(part.name, "the name begins with none of post, patch, attachment, feedback"))
    for part in attachments:
        _attach(operations, part)
    asked.operations.extend(operations.values())
    return asked


def of_run(body: bytes, where: str, *, is_patch: bool, run_id: str | None = None) -> Asked:
    """What a body that is one run asks for."""
    return Asked([Operation(where, is_patch, run_id, [body])])


def of_batch(body: bytes) -> Asked:
    """What the body of `/runs/batch` asks for. Raises: Malformed when it is not two lists; TooLarge."""
    batch = decode(body, _BATCH, max_depth=MAX_BATCH_DEPTH)
    posts, patches = batch.post or [], batch.patch or []
    if len(posts) + len(patches) > MAX_OPERATIONS:
        raise TooLarge(
            f"The batch has {len(posts) + len(patches)} operations; at most {MAX_OPERATIONS} are taken in one request. "
            "Send smaller batches (LANGSMITH_BATCH_INGEST_SIZE_LIMIT)"
        )
    return Asked(
        [Operation(f"post[{i}]", is_patch=False, run_id=None, headers=[bytes(run)]) for i, run in enumerate(posts)]
        + [Operation(f"patch[{i}]", is_patch=True, run_id=None, headers=[bytes(run)]) for i, run in enumerate(patches)]
    )


def says_nothing(text: bytes, *, is_patch: bool) -> bool:
    """Whether a payload text is null, or one of the empty placeholders that SDKs put into creates."""
    if len(text) > _MAX_PLACEHOLDER_BYTES:
        return False
    bare = text.strip()
    return bare == b"null" or (not is_patch and b"".join(bare.split()) in _PLACEHOLDERS)


def _add(operations: dict[tuple[bool, str], Operation], is_patch: bool, rest: str, part: Part) -> None:  # noqa: FBT001 half of a key
    run_id, dot, name = rest.partition(".")
    operation = operations.get((is_patch, run_id))
    if operation is None:
        where = part.name[: -len(name) - 1] if dot else part.name
        operation = operations[is_patch, run_id] = Operation(where, is_patch, run_id)
    if not dot:
        operation.headers.append(part.body)
    elif name in _PAYLOADS and not says_nothing(part.body, is_patch=is_patch):
        operation.texts[name] = part.body


def _attach(operations: dict[tuple[bool, str], Operation], part: Part) -> None:
    """Put the attachment with what the body says of its run; alone, it counts as an update."""
    run_id, _, name = part.name.partition(".")[2].partition(".")
    operation = operations.get((False, run_id)) or operations.get((True, run_id))
    if operation is None:
        operation = operations[True, run_id] = Operation(part.name, is_patch=True, run_id=run_id)
    operation.attachments[name] = part
