"""The run ids of OpenTelemetry spans: the same span gives the same id, whoever computes it, whenever.

A trace id has 16 bytes and is taken as a UUID as it is. A span id has 8, unique in its trace only, so a
run's id is a hash of both. The root is the exception: its run has the id of its trace, as every root here.
A child cannot know whether the span above it is the root, so it names that span's hash; the root says its
own hash as `span`, and `shared/runs/repair.py` brings the two together.
"""

from __future__ import annotations

import hashlib
import uuid

TRACE_ID_BYTES = 16
SPAN_ID_BYTES = 8
_VERSION = 8  # "for vendor-specific use cases". Source: RFC 9562, section 5.8
_VERSION_AT = 14  # the digit of a canonical UUID's text that says its version
_VARIANTS = "89ab"  # the digit that marks an id as one of RFC 9562, section 4.1, with two bits of its own
_NAMESPACE = b"tracekeep.span"
_PADDED = "00000000-0000-0000-"


def trace_uuid(trace_id: bytes) -> str:
    """The id of the trace, of its 16 bytes."""
    text = trace_id.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def span_run_id(trace_id: bytes, span_id: bytes) -> str:
    """The id of the run that this span is, unless it is the root."""
    text = hashlib.blake2b(trace_id + span_id, digest_size=16, person=_NAMESPACE).hexdigest()
    variant = _VARIANTS[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-{_VERSION}{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def is_of_span(run_id: str) -> bool:
    """Whether the id may be one of `span_run_id`."""
    return run_id[_VERSION_AT] == str(_VERSION)


def stand_in_span_id(run_id: str) -> bytes:
    """The span id under which LangSmith's Python SDK lets other spans nest in a run: half of the run's id.

    No span of that id is ever exported. Source: langsmith 0.14.17, `get_otel_span_id_from_uuid`.
    """
    return uuid.UUID(run_id).bytes[:SPAN_ID_BYTES]


def padded_span_id(run_id: str) -> bytes | None:
    """The span id inside a UUID that is nothing else, as LangSmith's JavaScript SDK writes one; else None.

    Source: langsmith 0.10.5 for JavaScript, `getUuidFromOtelSpanId`.
    """
    return uuid.UUID(run_id).bytes[-SPAN_ID_BYTES:] if run_id.startswith(_PADDED) else None
