"""One operation, judged: a fact with its payload texts, or the reason why not.

Null says nothing, in every field. What is not said is not made up, but for what other fields imply:
a dotted order names the trace and the parent; a create without one, without a parent, is a root.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from functions.receive.header import Header, header_of
from functions.receive.operations import Operation
from functions.receive.refused import Refused
from functions.receive.summaries import summarise
from shared.base.errors import Malformed
from shared.base.ids import canonical_uuid
from shared.projects.project import BY_ID, BY_NAME
from shared.projects.project import MAX_NAME_CHARS as MAX_PROJECT_NAME_CHARS
from shared.runs.dotted_order import Place, place, segment, usual_place
from shared.runs.fact import RUN_TYPES, Fact, Fields
from shared.runs.times import LAST_US, time_us

MAX_NAME_CHARS = 4_000
MAX_TAGS = 1_000
MAX_TAGS_CHARS = 16_000
"""All tags of a run together: they stand in rows that lists read."""

_DOTTED_ORDER = re.compile(r"(?:\d{8}T\d{12}Z[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.|$))+", re.ASCII)
_UPPER_HEX = re.compile(r"[A-F]")


class Valid(NamedTuple):
    """An operation that can be taken. `texts` holds the JSON text of each payload field of the fact."""

    fact: Fact
    trace_id: str | None
    project: str | None
    texts: dict[str, bytes]


def validate(operation: Operation, now_us: int) -> Valid:
    """The operation as a fact. Raises: Refused, which names the field."""
    header, texts = header_of(operation)
    run_id = _run_id(operation.run_id, header.id)
    fields = plain_fields(header)
    if not (operation.is_patch or header.tags):  # in a create an empty list is a placeholder
        fields.pop("tags", None)
    trace_id = place_run(header, run_id, fields)
    if not operation.is_patch and "dotted_order" not in fields:
        trace_id = _place_new(operation, header, run_id, trace_id, fields, now_us)
    summarise(fields, texts)
    return Valid(Fact(run_id, operation.is_patch, fields), trace_id, project_of(header), texts)


def _run_id(stated: str | None, in_header: str | None) -> str:
    """The id that the part's name or the path states; a header may repeat it, but not contradict it."""
    run_id = _uuid("id", in_header if stated is None else stated)
    if run_id is None:
        raise Refused("id", "it is missing; expected a UUID")
    if in_header is not None and in_header != run_id and canonical_uuid(in_header) != run_id:
        raise Refused("id", f"{in_header[:80]!r} is not {run_id}, which the name of the part or the path says")
    return run_id


def _uuid(field: str, text: str | None) -> str | None:
    if text is None:
        return None
    found = canonical_uuid(text)
    if found is None:
        raise Refused(field, f"{text[:80]!r} is not a UUID")
    return found


def plain_fields(header: Header) -> Fields:
    """The fields that stand in a fact as they are."""
    fields: Fields = {}
    if header.name is not None:
        fields["name"] = _short("name", header.name)
    if header.run_type is not None:
        fields["run_type"] = _run_type(header.run_type)
    if header.start_time is not None:
        fields["start_us"] = _time("start_time", header.start_time)
    if header.end_time is not None:
        fields["end_us"] = _time("end_time", header.end_time)
    if header.tags is not None:
        fields["tags"] = _tags(header.tags)
    if header.reference_example_id is not None:
        fields["reference_example_id"] = _uuid("reference_example_id", header.reference_example_id)
    return fields


def _short(field: str, text: str, most_chars: int = MAX_NAME_CHARS) -> str:
    if len(text) > most_chars:
        raise Refused(field, f"it has {len(text)} characters; at most {most_chars} are taken")
    return text


def _run_type(text: str) -> str:
    run_type = text.lower()
    if run_type not in RUN_TYPES:
        raise Refused("run_type", f"{text[:80]!r} is none of {', '.join(sorted(RUN_TYPES))}")
    return run_type


def _time(field: str, written: str | float) -> int:
    try:
        return time_us(written)
    except Malformed as error:
        raise Refused(field, error.message) from None


def _tags(tags: list[str]) -> list[str]:
    chars = sum(map(len, tags))
    if len(tags) > MAX_TAGS or chars > MAX_TAGS_CHARS:
        raise Refused(
            "tags",
            f"{len(tags)} tags of {chars} characters; at most {MAX_TAGS} of {MAX_TAGS_CHARS} in all are taken",
        )
    return tags


def place_run(header: Header, run_id: str, fields: Fields) -> str | None:
    """The trace, with the run's place put into the fields. What is said twice must agree."""
    found = None if header.dotted_order is None else usual_place(header.dotted_order)
    if found is None or not _agrees(found, header, run_id):
        return _place_exactly(header, run_id, fields)
    fields["dotted_order"] = header.dotted_order
    if found.parent_run_id is not None:
        fields["parent_run_id"] = found.parent_run_id
    return found.trace_id


def _agrees(found: Place, header: Header, run_id: str) -> bool:
    """Whether nothing contradicts this place, text for text: then there is nothing more to check."""
    return (
        found.run_id == run_id
        and (header.trace_id is None or header.trace_id == found.trace_id)
        and (header.parent_run_id is None or header.parent_run_id == found.parent_run_id)
        and (found.parent_run_id is None or run_id not in (found.trace_id, found.parent_run_id))
        and 0 <= found.start_us <= LAST_US >= found.root_start_us >= 0
    )


def _place_exactly(header: Header, run_id: str, fields: Fields) -> str | None:
    """The same for places that are written in other ways or not at all. Raises: Refused, which says why."""
    trace_id = _uuid("trace_id", header.trace_id)
    parent = _uuid("parent_run_id", header.parent_run_id)
    if header.dotted_order is not None:
        trace_id, parent = _agreed(_ordered(header.dotted_order, fields), run_id, trace_id, parent)
    if parent is not None:
        if run_id in (parent, trace_id):
            raise Refused("parent_run_id", f"{parent} cannot be above run {run_id}, which is its own trace's root")
        fields["parent_run_id"] = parent
    return trace_id


def _ordered(dotted_order: str, fields: Fields) -> str:
    """The dotted order, put into the fields with its ids in lower case."""
    if _DOTTED_ORDER.fullmatch(dotted_order) is None and _UPPER_HEX.search(dotted_order):
        stamps = [(part[:-36], part[-36:].lower()) for part in dotted_order.split(".")]
        dotted_order = ".".join(stamp + run_id for stamp, run_id in stamps)
    if _DOTTED_ORDER.fullmatch(dotted_order) is None or dotted_order.endswith("."):
        raise Refused("dotted_order", f"{dotted_order[:120]!r} is not YYYYMMDDTHHMMSSffffffZ<uuid> joined by dots")
    fields["dotted_order"] = dotted_order
    return dotted_order


def _agreed(dotted_order: str, run_id: str, trace_id: str | None, parent: str | None) -> tuple[str, str | None]:
    """(trace, parent) that the dotted order says. Raises: Refused where it contradicts what else is said."""
    try:
        found = place(dotted_order)
    except Malformed as error:
        raise Refused("dotted_order", error.message) from None
    if found.run_id != run_id:
        raise Refused("dotted_order", f"it ends with run {found.run_id}, but this is run {run_id}")
    if trace_id is not None and found.trace_id != trace_id:
        raise Refused("dotted_order", f"it begins with trace {found.trace_id}, but trace_id is {trace_id}")
    if parent is not None and found.parent_run_id != parent:
        raise Refused("dotted_order", f"it has {found.parent_run_id} above the run, but parent_run_id is {parent}")
    if max(found.start_us, found.root_start_us) > LAST_US or min(found.start_us, found.root_start_us) < 0:
        raise Refused("dotted_order", "its times are not between the years 1970 and 2286")
    return found.trace_id, found.parent_run_id


def _place_new(
    operation: Operation, header: Header, run_id: str, trace_id: str | None, fields: Fields, now_us: int
) -> str | None:
    """Place a created run that says no dotted order: with neither parent nor another's trace it is a root."""
    if not operation.headers:
        return trace_id
    start_us = fields.setdefault("start_us", now_us)
    if header.parent_run_id is None and trace_id in (None, run_id):
        fields["dotted_order"] = segment(start_us, run_id)
        return run_id
    return trace_id


def project_of(header: Header) -> str | None:
    """What the client calls the project, in the form that `Group.project` has. A blank name says nothing."""
    if header.session_id is not None:
        return f"{BY_ID}{_uuid('session_id', header.session_id)}"
    if header.session_name and not header.session_name.isspace():
        return BY_NAME + _short("session_name", header.session_name, MAX_PROJECT_NAME_CHARS)
    return None


def known_fields(fields: Fields) -> dict[str, Any]:
    """The fields that another operation on the same run may take over: its place."""
    return {name: fields[name] for name in ("dotted_order", "parent_run_id") if name in fields}
