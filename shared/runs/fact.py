"""A fact: what one request said about one run, as a create (post) or as an update (patch).

A run is never updated. It is what its facts give when they are merged (`shared/runs/merge.py`).

The fields of a fact (absent means: nothing was said, as does null on the wire):

    name, run_type, parent_run_id, dotted_order, reference_example_id    str
    span                                                                 str, see `shared/runs/repair.py`
    start_us, end_us                                                     int, microseconds since 1970 UTC
    tags                                                                 list of str, order and doubles kept
    inputs, outputs, events, extra, error, serialized                    Payload, see below
    attachment.<name>                                                    [mime type, size in bytes, object key]

A payload field stands in the fact as `[summary, offset, length]`: `offset` and `length` find its JSON
text in the uncompressed payload frame of the same group; the summary is what lists and filters need
without opening the frame. Reading a trace appends a fourth element, the index of the chunk it came from.

    inputs       preview: str
    outputs      [preview: str, usage: Usage or None]
    error        the first characters of the text: str
    extra        Extra: {"metadata": {...}, "left_out": number of entries too large?, "usage": ...?, "model": ...?,
                 "provider": ...?}
    events       [time of the first new_token event in microseconds or None, number of events]
    serialized   None

The chunks of a trace keep the previews of its root only; the log keeps all of them, for search.

Law: two facts of one request about the same run and kind are one fact (the later wins field by
field), so (kind, receipt, part) orders all facts of a run totally.
"""

from __future__ import annotations

from typing import Any

import msgspec

PAYLOAD_FIELDS = ("inputs", "outputs", "events", "extra", "error", "serialized")
ATTACHMENT_PREFIX = "attachment."
RUN_TYPES = frozenset({"tool", "chain", "llm", "retriever", "embedding", "prompt", "parser"})
PREVIEW_CHARS = 250
"""As long as LangSmith's own previews, so that a search of previews finds the same."""
MAX_RUNS_PER_TRACE = 25_000

Fields = dict[str, Any]


class Fact(msgspec.Struct, array_like=True):
    """What one request said about one run."""

    run_id: str
    is_patch: bool
    fields: Fields


class Group(msgspec.Struct, array_like=True):
    """The facts of one request about one trace in one project, with their payload.

    `trace_id` is None for a fact that named no trace: `record` finds it. `project` is what the
    client called it: `name:<name>`, `id:<uuid>`, or None where it said nothing. `facts` is a codec
    frame of `list[Fact]`. The payload is `payload` (a codec frame; empty when no fact has any), or
    bytes `[offset, offset + length)` of the envelope's segment, where `receive` already wrote it.
    `raw_length` is the payload's length before compression; `posts` counts the runs created.
    """

    trace_id: str | None
    project: str | None
    facts: bytes
    posts: int
    payload: bytes = b""
    offset: int = 0
    length: int = 0
    raw_length: int = 0


class Reject(msgspec.Struct, array_like=True):
    """An operation that was refused, kept where its owner can list it."""

    where: str
    reason: str
    run_id: str | None = None
    project: str | None = None


class FeedbackFact(msgspec.Struct, array_like=True):
    """One feedback as the client sent it: `body` is its JSON text."""

    feedback_id: str
    run_id: str | None
    trace_id: str | None
    body: bytes


class LeftOut(msgspec.Struct, array_like=True, frozen=True):
    """What a request held of traces that a limit left out: those that began in it, their new runs, all operations."""

    traces: int
    runs: int
    operations: int


class Envelope(msgspec.Struct, array_like=True):
    """One accepted request on its way from `receive` to `record`.

    `receipt` is given once, here, so that a redelivered message writes the same rows again.
    `segment` is the object that holds the payload frames, when they were too large for the queue.
    `first_part` is the part number of its first group, where one request became several envelopes.
    `tries` counts how often `record` sent it back because a run it names was not there yet.
    `settle` names traces whose heads are to be made again, once the operations in flight are in.
    `left_out` counts what was not taken since a limit lets in a sample of traces alone.
    """

    receipt: str
    workspace: str
    key_id: str
    groups: list[Group]
    rejects: list[Reject] = []
    feedback: list[FeedbackFact] = []
    segment: str | None = None
    first_part: int = 0
    tries: int = 0
    settle: list[str] = []
    left_out: LeftOut | None = None
