"""What exporters are told, in the encoding that they sent.

200 says which spans were refused, if any; every other status is an error that the exporter logs. Only
429 and 503 tell it to try again: what is refused here is refused for good.

Source: OpenTelemetry, "OTLP Specification", OTLP/HTTP Response.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec

from functions.receive.respond import Note, Refusal, Response, reply
from shared.base.errors import LimitReached, Malformed, ServiceError, Unavailable

PROTOBUF, JSON = "application/x-protobuf", "application/json"
_NAMED = 10
"""Refused spans that an answer names; all are in the owner's list of rejects."""
_BAD_REQUEST = 400
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 413: 8, 429: 8, 503: 14}
"""Of each HTTP status the code of `google.rpc.Status`. Source: googleapis, `google/rpc/code.proto`."""
_UNKNOWN = 2


class _PartialSuccess(msgspec.Struct, rename="camel"):
    rejected_spans: str  # a 64-bit number is text in OTLP/JSON
    error_message: str


def taken(content_type: str, kept: int, refusals: Sequence[Refusal], note: Note | None = None) -> Response:
    """What was kept and what was not; where all was refused it is an error.

    What a limit left out (`note`) is a warning: exporters log it, and go on.
    """
    if refusals and not kept and note is None:
        return failed(content_type, Malformed(_reasons(refusals)))
    if content_type == JSON:
        told = _PartialSuccess(str(len(refusals)), _words(refusals, note))
        return reply(200, {"partialSuccess": told} if told.error_message else {})
    return _binary(200, _partial_success(refusals, note))


def failed(content_type: str, error: ServiceError) -> Response:
    """A `google.rpc.Status` with the reason."""
    status = _BAD_REQUEST if isinstance(error, Malformed) else error.status
    code = _CODES.get(status, _UNKNOWN)
    if content_type == PROTOBUF:
        text = error.message.encode()
        body = bytes([0x08, code, 0x12]) + _varint(len(text)) + text  # field 1: code, field 2: message
        answer = _binary(status, body)
    else:
        answer = reply(status, {"code": code, "message": error.message})
    if isinstance(error, LimitReached | Unavailable):
        answer["headers"]["retry-after"] = str(error.retry_after_s)
    return answer


def _partial_success(refusals: Sequence[Refusal], note: Note | None) -> bytes:
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service  # noqa: PLC0415 protobuf is heavy

    answer = service.ExportTraceServiceResponse()
    words = _words(refusals, note)
    if words:
        answer.partial_success.rejected_spans = len(refusals)
        answer.partial_success.error_message = words
    encoded: bytes = answer.SerializeToString()
    return encoded


def _words(refusals: Sequence[Refusal], note: Note | None) -> str:
    """What an exporter logs; empty where all was taken."""
    left_out = "" if note is None else f"{note['operations']} spans were left out: {note['reason']}. "
    return left_out + (_reasons(refusals) if refusals else "")


def _reasons(refusals: Sequence[Refusal]) -> str:
    named = [f"{one.where}: {one.field + ': ' if one.field else ''}{one.reason}" for one in refusals[:_NAMED]]
    if len(refusals) > _NAMED:
        named.append(f"and {len(refusals) - _NAMED} more, listed among the rejects of your workspace")
    return f"{len(refusals)} spans were refused. " + "; ".join(named)


def _binary(status: int, body: bytes) -> Response:
    return {
        "statusCode": status,
        "headers": {"content-type": PROTOBUF},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def _varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(high) if high else bytes([low])
