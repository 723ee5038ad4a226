"""Answers as bytes: JSON by msgspec, with stored JSON texts put in as they are.

No pydantic model stands on the way out. A run's inputs are spliced verbatim, so that what is read back
is what was sent and numbers keep their digits.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

from functions.api.reader import Served
from shared.store.tally import Tally

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
SERVED_HEADER = "Tracekeep-Served"
BY_INDEX = "index"
_SCANS = frozenset({"log"})
"""Paths that walk everything of a time; all others read rows made for the question."""

_V1 = msgspec.json.Encoder(decimal_format="string")
_V2 = msgspec.json.Encoder(decimal_format="number")


def json_v1(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the first API: decimals as text, naive times without an offset."""
    return Response(_V1.encode(content), status, headers, JSON_TYPE)


def json_v2(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the second API: decimals as numbers."""
    return Response(_V2.encode(content), status, headers, JSON_TYPE)


def problem(content: object, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An error of the second API. Source: RFC 9457."""
    return Response(_V2.encode(content), status, headers, PROBLEM_TYPE)


def served_header(served: Served) -> dict[str, str]:
    """How a query was answered: by an index or by a scan, and through which rows. What it cost is added at the edge."""
    kind = "scan" if served.path in _SCANS else BY_INDEX
    return {SERVED_HEADER: f"{kind}; path={served.path}"}


def cost_of_reading(tally: Tally) -> str:
    """What was read, as DynamoDB and S3 count it: rows, read request units, objects fetched."""
    return f"rows={tally.rows_read}; read_units={tally.read_units:g}; object_gets={tally.object_gets}"
