"""What LangSmith's own attributes say: `langsmith.*`, and the GenAI ones as its SDKs use them.

Source: langsmith 0.14.17 (Python, `_otel_exporter.py`) and 0.10.5 (JavaScript, `experimental/otel`).
"""

from __future__ import annotations

from functions.receive.otel.draft import Draft
from functions.receive.otel.values import objects, parsed
from shared.runs.fact import RUN_TYPES

_TYPES = {name: name for name in RUN_TYPES}
_TRACE = "langsmith.trace."


def langsmith(draft: Draft) -> None:
    """Name, type, project, tags, metadata, usage, attachments."""
    draft.name = draft.take_text("langsmith.trace.name")
    draft.say_type("langsmith.span.kind", _TYPES)
    draft.session_id = draft.take_text(_TRACE + "session_id")
    draft.session_name = draft.take_text(_TRACE + "session_name")
    draft.reference_example_id = draft.take_text("langsmith.reference_example_id")
    draft.say_tags(draft.take("langsmith.span.tags"))
    draft.say_metadata({name: parsed(value) for name, value in draft.take_under("langsmith.metadata.").items()})
    _take_objects(draft)
    draft.serialized = draft.take_under("gen_ai.serialized.")


def _take_objects(draft: Draft) -> None:
    """Attributes that hold JSON; where they hold none they stay."""
    for name in ("langsmith.metadata", "langsmith.usage_metadata", "langsmith.span.runtime"):
        value = parsed(draft.attributes.get(name))
        if not isinstance(value, dict):
            continue
        del draft.attributes[name]
        if name == "langsmith.metadata":
            draft.say_metadata(value)
        elif name == "langsmith.usage_metadata":
            draft.say_metadata({"usage_metadata": value})
        else:
            draft.runtime = value
    attachments = objects(draft.attributes.get("langsmith.attachments"))
    if attachments is not None:
        del draft.attributes["langsmith.attachments"]
        draft.attachments = attachments
