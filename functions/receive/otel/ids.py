"""Which run a span is, in which trace, and below which run: as LangSmith's attributes say, else by its own ids."""

from __future__ import annotations

from typing import NamedTuple

from functions.receive.header import Header
from functions.receive.otel.span import Attributes, Span
from functions.receive.refused import Refused
from functions.receive.validate import place_run
from shared.base.ids import canonical_uuid
from shared.runs.dotted_order import segment
from shared.runs.fact import Fields
from shared.runs.repair import ALIAS
from shared.runs.span_ids import padded_span_id, span_run_id, stand_in_span_id, trace_uuid

_SDK_SCOPE = "langsmith"
_TRACE, _RUN = "langsmith.trace.id", "langsmith.span.id"
_PARENT, _ORDER = "langsmith.span.parent_id", "langsmith.span.dotted_order"
_IS_ROOT = "langsmith.is_root"
_NAMING = (_TRACE, _RUN, _PARENT, _ORDER, _IS_ROOT, "langsmith.traceable_parent_otel_span_id", "langsmith.traceable")
_ID_CHARS = 36


class Identity(NamedTuple):
    """Who a span is. `own_name` is what its children call it, who know its span id only."""

    trace_id: str
    run_id: str
    parent: str | None
    own_name: str
    dotted_order: str | None = None

    def fields(self, start_us: int) -> Fields:
        """Its place, as far as it is known without the rest of the trace (`shared/runs/repair.py`)."""
        fields: Fields = {"dotted_order": self.dotted_order or segment(start_us, self.run_id)}
        if self.parent is not None:
            fields["parent_run_id"] = self.parent
        if self.own_name != self.run_id:
            fields[ALIAS] = self.own_name
        return fields


def identify(span: Span, attributes: Attributes) -> Identity:
    """Take the attributes that name it, and say who it is. Raises: Refused, which names the attribute."""
    own_name = span_run_id(span.trace_id, span.span_id)
    stated = {name: attributes.pop(name, None) for name in _NAMING}
    if stated[_ORDER] is not None:
        return _ordered(stated, own_name)
    own_trace = trace_uuid(span.trace_id)
    trace_id = _uuid(_TRACE, stated[_TRACE]) or own_trace
    parent = _parent(span, stated)
    run_id = _run(span, stated[_RUN], _RUN) or own_name
    if parent is None and trace_id == own_trace:
        run_id = trace_id
    return Identity(trace_id, run_id, None if run_id == trace_id else parent, own_name)


def _parent(span: Span, stated: Attributes) -> str | None:
    """What the run above is called; None for a root."""
    said = _run(span, stated[_PARENT], _PARENT)
    if said is not None:
        return said
    if not span.parent_id or stated[_IS_ROOT] in (True, "true") or _is_sdk_root(span):
        return None
    return span_run_id(span.trace_id, span.parent_id)


def _is_sdk_root(span: Span) -> bool:
    """LangSmith's Python SDK hangs its root below a span that it never exports, named after the trace."""
    stand_in = stand_in_span_id(trace_uuid(span.trace_id))
    return span.parent_id == stand_in and span.source.scope_name == _SDK_SCOPE


def _run(span: Span, stated: object, attribute: str) -> str | None:
    """The id of a run as stated; a span id in the form of a UUID is that span's run."""
    run_id = _uuid(attribute, stated)
    span_id = None if run_id is None else padded_span_id(run_id)
    return run_id if span_id is None else span_run_id(span.trace_id, span_id)


def _ordered(stated: Attributes, own_name: str) -> Identity:
    """As its dotted order says, which must agree with the ids that are stated beside it."""
    order = str(stated[_ORDER])
    run_id = canonical_uuid(stated[_RUN] or order[-_ID_CHARS:]) or ""
    fields: Fields = {}
    trace_id = place_run(Header(trace_id=_uuid(_TRACE, stated[_TRACE]), dotted_order=order), run_id, fields)
    return Identity(trace_id or run_id, run_id, fields.get("parent_run_id"), own_name, fields["dotted_order"])


def _uuid(attribute: str, stated: object) -> str | None:
    if stated is None:
        return None
    found = canonical_uuid(stated)
    if found is None:
        raise Refused(attribute, f"{str(stated)[:80]!r} is not a UUID")
    return found
