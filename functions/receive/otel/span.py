"""A span as its exporter meant it, whichever encoding it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from functions.receive.refused import Refused
from shared.runs.span_ids import SPAN_ID_BYTES, TRACE_ID_BYTES

Attributes = dict[str, Any]
"""Values are None, bool, int, float, str, bytes, and lists and dicts of them."""

Status = Literal["unset", "ok", "error"]
STATUSES: tuple[Status, ...] = ("unset", "ok", "error")
"""By the number that the protocol gives them. Source: opentelemetry-proto, `Status.StatusCode`."""

MAX_ATTRIBUTES = 20_000
"""Of one span or event. A conversation of 500 messages, one attribute a part, has some 5,000."""
MAX_EVENTS = 20_000
_NS_PER_US = 1_000


@dataclass(slots=True)
class Event:
    """Something that happened during a span. Time 0 is not known."""

    name: str
    time_us: int
    attributes: Attributes


@dataclass(slots=True)
class Source:
    """Where spans come from: the process, and the library that made them."""

    resource: Attributes
    scope_name: str = ""
    scope_version: str = ""


@dataclass(slots=True)
class Span:
    """One span. Times are microseconds since 1970 UTC, 0 is not known; `parent_id` is empty where there is none."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    start_us: int
    end_us: int
    attributes: Attributes
    source: Source
    events: list[Event] = field(default_factory=list)
    status: Status = "unset"
    status_message: str = ""

    def __post_init__(self) -> None:
        """Check the ids. Raises: Refused."""
        _check_id("trace_id", self.trace_id, TRACE_ID_BYTES)
        _check_id("span_id", self.span_id, SPAN_ID_BYTES)
        if not any(self.parent_id):
            self.parent_id = b""
        elif len(self.parent_id) != SPAN_ID_BYTES:
            raise Refused("parent_span_id", f"it has {len(self.parent_id)} bytes, not {SPAN_ID_BYTES}")


def us_of(time_ns: int) -> int:
    """Microseconds of a time in nanoseconds."""
    return time_ns // _NS_PER_US


def check_count(what: str, count: int, most: int) -> None:
    """Raises: Refused where a span has more of something than is taken."""
    if count > most:
        raise Refused(what, f"there are {count}; at most {most} are taken")


def _check_id(what: str, value: bytes, length: int) -> None:
    if len(value) != length:
        raise Refused(what, f"it has {len(value)} bytes, not {length}")
    if not any(value):
        raise Refused(what, "it is all zeros, which is no id")
