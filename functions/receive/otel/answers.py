"""What exporters are told, in the encoding that they sent.

200 says which spans were refused, if any; every other status is an error that the exporter logs. Only
429 and 503 tell it to try again: what is refused here is refused for good.

Source: OpenTelemetry, "OTLP Specification", OTLP/HTTP Response.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec

from functions.receive.respond import Refusal, Response, reply
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


def taken(content_type: str, kept: int, refusals: Sequence[Refusal]) -> Response:
    """What was kept and what was not; where nothing was kept it is an error."""
    if refusals and not kept:
        return failed(content_type, Malformed(_reasons(refusals)))
    if content_type == JSON:
        partial = {"partialSuccess": _PartialSuccess(str(len(refusals)), _reasons(refusals))} if refusals else {}
        return reply(200, partial)
    return _binary(200, _partial_success(refusals))


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


def _partial_success(refusals: Sequence[Refusal]) -> bytes:
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service  # noqa: PLC0415 protobuf is heavy

    answer = service.ExportTraceServiceResponse()
    if refusals:
        answer.partial_success.rejected_spans = len(refusals)
        answer.partial_success.error_message = _reasons(refusals)
    encoded: bytes = answer.SerializeToString()
    return encoded


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
