"""Which run a span is: by its own ids, and by what LangSmith's attributes say instead."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import pytest

from functions.receive.otel.ids import Identity, identify
from functions.receive.otel.span import Source, Span
from functions.receive.refused import Refused
from shared.runs.dotted_order import segment
from shared.runs.repair import ALIAS
from shared.runs.span_ids import span_run_id, stand_in_span_id, trace_uuid
from tests.stores import NOON_US

TRACE_ID, ROOT, CHILD = bytes(range(1, 17)), bytes(range(1, 9)), bytes(range(2, 10))
TRACE = trace_uuid(TRACE_ID)
OTHER_TRACE, OTHER_RUN = "019aa0b0-0000-7000-8000-000000000001", "019aa0b0-0000-7000-8000-000000000002"


def identity(attributes: Mapping[str, object], parent: bytes = ROOT, scope: str = "app") -> Identity:
    """Who a child is that says these attributes."""
    said = dict(attributes)
    found = identify(Span(TRACE_ID, CHILD, parent, "n", NOON_US, 0, {}, Source({}, scope)), said)
    assert said == {}
    return found


def padded(span_id: bytes) -> str:
    """A span id as LangSmith's JavaScript SDK writes it."""
    return str(uuid.UUID(bytes=bytes(8) + span_id))


def test_a_span_by_its_own_ids() -> None:
    """The run is a hash of trace and span, and its parent the same hash of the parent's."""
    child, root = identity({}), identity({}, b"")
    assert child[:3] == (TRACE, span_run_id(TRACE_ID, CHILD), span_run_id(TRACE_ID, ROOT))
    assert ALIAS not in child.fields(NOON_US)
    assert (root.run_id, root.parent) == (TRACE, None)
    assert root.fields(NOON_US) == {"dotted_order": segment(NOON_US, TRACE), ALIAS: span_run_id(TRACE_ID, CHILD)}


def test_a_run_of_the_sdks_trace() -> None:
    """Trace, run and parent as stated; children that know the span id only find it all the same."""
    found = identity(
        {"langsmith.trace.id": OTHER_TRACE, "langsmith.span.id": OTHER_RUN, "langsmith.span.parent_id": OTHER_TRACE}
    )
    assert found[:3] == (OTHER_TRACE, OTHER_RUN, OTHER_TRACE)
    assert found.fields(NOON_US)[ALIAS] == span_run_id(TRACE_ID, CHILD)


def test_a_place_that_is_stated_whole() -> None:
    """A dotted order says trace, run and parent; ids beside it must agree."""
    order = f"{segment(NOON_US, OTHER_TRACE)}.{segment(NOON_US + 1, OTHER_RUN)}"
    found = identity({"langsmith.span.dotted_order": order})
    assert found[:3] == (OTHER_TRACE, OTHER_RUN, OTHER_TRACE)
    assert found.fields(NOON_US)["dotted_order"] == order
    with pytest.raises(Refused, match="trace_id is"):
        identity({"langsmith.span.dotted_order": order, "langsmith.trace.id": OTHER_RUN})
    with pytest.raises(Refused, match="dotted_order"):
        identity({"langsmith.span.dotted_order": "nonsense"})


def test_the_javascript_processors_attributes() -> None:
    """It writes span ids as UUIDs, skips spans that are not LangSmith's, and says which is the root."""
    said = {"langsmith.span.parent_id": padded(ROOT), "langsmith.traceable_parent_otel_span_id": ROOT.hex()}
    assert identity(said, bytes([9]) * 8).parent == span_run_id(TRACE_ID, ROOT)
    assert identity({"langsmith.is_root": True}).run_id == TRACE
    assert identity({"langsmith.span.id": padded(ROOT)}).run_id == span_run_id(TRACE_ID, ROOT)


def test_the_python_sdks_root() -> None:
    """Its parent is a span that is never exported, named after the trace; another library's span there is a child."""
    stand_in = stand_in_span_id(TRACE)
    assert identity({}, stand_in, "langsmith").run_id == TRACE
    assert identity({}, stand_in).parent == span_run_id(TRACE_ID, stand_in)


@pytest.mark.parametrize("name", ["langsmith.trace.id", "langsmith.span.id", "langsmith.span.parent_id"])
def test_what_is_no_id(name: str) -> None:
    """Refused by the attribute's name."""
    with pytest.raises(Refused, match=name):
        identity({name: "x"})
