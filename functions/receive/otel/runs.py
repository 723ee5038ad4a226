"""A span as an operation on a run: one create that says everything."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import Any, NamedTuple

from functions.receive.header import Header
from functions.receive.otel.draft import Draft
from functions.receive.otel.events import error_of, take_messages, written
from functions.receive.otel.genai import genai, genai_older
from functions.receive.otel.ids import Identity, identify
from functions.receive.otel.langsmith import langsmith
from functions.receive.otel.logfire import logfire
from functions.receive.otel.openinference import openinference
from functions.receive.otel.openllmetry import openllmetry
from functions.receive.otel.span import Attributes, Span
from functions.receive.otel.values import json_of, text_of
from functions.receive.refused import Refused
from functions.receive.summaries import summarise
from functions.receive.validate import Valid, plain_fields, project_of
from shared.base.multipart import Part
from shared.runs.fact import Fact, Fields
from shared.runs.repair import ALIAS
from shared.runs.times import LAST_US

_OPENINFERENCE = {"openinference", "input", "output", "llm", "embedding", "reranker", "retrieval"}
_PLAIN = {"session", "user", "tag", "tool", "metadata"}
_LOGFIRE = {"request_data", "response_data", "prompt", "final_result", "events", "all_messages_events", "pydantic_ai"}
_LOGFIRE_TOOLS = {"operation", "tool_arguments", "tool_response", "tools", "model_name"}
CONVENTIONS: tuple[tuple[Callable[[Draft], None], set[str]], ...] = (
    (langsmith, {"langsmith", "gen_ai"}),
    (openllmetry, {"traceloop", "llm", "gen_ai"}),
    (openinference, _OPENINFERENCE | _PLAIN),
    (genai, {"gen_ai"}),
    (genai_older, {"gen_ai"}),
    (logfire, _LOGFIRE | _LOGFIRE_TOOLS),
)
"""In order of precedence: what one says, those behind it cannot change. The words are those that its names begin
with; a span that has none of them is not searched."""

_SDK_RUNTIME = {
    "telemetry.sdk.name": "sdk",
    "telemetry.sdk.version": "sdk_version",
    "telemetry.sdk.language": "runtime",
    "process.runtime.version": "runtime_version",
}
_PROJECT = ("langsmith.trace.session_id", "langsmith.trace.session_name")


class Converted(NamedTuple):
    """A span as a run, with its attachments by name."""

    valid: Valid
    attachments: dict[str, Part]


def run_of(span: Span, header_project: str | None, now_us: int) -> Converted:
    """The span as a run. Raises: Refused, which names the attribute or the field."""
    attributes = dict(span.attributes)
    identity = identify(span, attributes)
    draft = Draft(attributes, span)
    events = take_messages(draft)
    said = {name.split(".", 1)[0] for name in draft.attributes}
    for convention, words in CONVENTIONS:
        if not said.isdisjoint(words):
            convention(draft)
    start_us = _time("start_time_unix_nano", span.start_us) or now_us
    fields = plain_fields(_header(draft, span)) | {"start_us": start_us} | identity.fields(start_us)
    if span.end_us:
        fields["end_us"] = _time("end_time_unix_nano", span.end_us)
    texts = _texts(draft, events=written(events))
    summarise(fields, texts)
    fact = Fact(identity.run_id, is_patch=False, fields=fields)
    project = _project(draft, header_project)
    return Converted(Valid(fact, identity.trace_id, project, texts), _attachments(draft))


def as_orphan(converted: Converted, span: Span) -> Converted:
    """The same span below no other and not as the root: for a trace that has one already."""
    known = identify(span, dict(span.attributes))
    fact = converted.valid.fact
    alone = Identity(known.trace_id, known.own_name, None, known.own_name)
    kept: Fields = {name: value for name, value in fact.fields.items() if name != ALIAS}
    fields = kept | alone.fields(fact.fields["start_us"])
    return converted._replace(valid=converted.valid._replace(fact=Fact(alone.run_id, is_patch=False, fields=fields)))


def _header(draft: Draft, span: Span) -> Header:
    return Header(
        name=draft.name or span.name or None,
        run_type=draft.run_type or "chain",
        tags=draft.tags or None,
        reference_example_id=draft.reference_example_id,
    )


def _time(field: str, time_us: int) -> int:
    if time_us > LAST_US:
        raise Refused(field, "it is after the year 2286")
    return time_us


def _texts(draft: Draft, events: list[dict[str, Any]]) -> dict[str, bytes]:
    error = error_of(draft.span)
    found = {
        "inputs": draft.inputs.json(),
        "outputs": draft.outputs.json(),
        "events": json_of(events) if events else None,
        "error": None if error is None else json_of(error),
        "extra": json_of(_extra(draft)),
        "serialized": json_of(draft.serialized) if draft.serialized else None,
    }
    return {name: text for name, text in found.items() if text is not None}


def _extra(draft: Draft) -> Attributes:
    resource = {name: value for name, value in draft.span.source.resource.items() if name not in _PROJECT}
    runtime = {word: resource.pop(name) for name, word in _SDK_RUNTIME.items() if name in resource} | draft.runtime
    if draft.span.source.scope_name:
        runtime.setdefault("library", draft.span.source.scope_name)
    named = {"ls_model_name": draft.model, "ls_provider": draft.provider, "usage_metadata": draft.usage or None}
    draft.say_metadata({name: value for name, value in named.items() if value is not None})
    ids = {"otel.span_id": draft.span.span_id.hex()}
    extra = {"metadata": draft.metadata | ids | resource | draft.attributes | draft.metadata, "runtime": runtime}
    return extra | ({"invocation_params": draft.params} if draft.params else {})


def _project(draft: Draft, header_project: str | None) -> str | None:
    """What the span itself says beats what its process says, and that what the request's header says."""
    resource = draft.span.source.resource
    session_id, session_name = (text_of(resource[name]) if resource.get(name) else None for name in _PROJECT)
    for said in ((draft.session_id, draft.session_name), (session_id, session_name), (None, header_project)):
        project = project_of(Header(session_id=said[0], session_name=said[1]))
        if project is not None:
            return project
    return None


def _attachments(draft: Draft) -> dict[str, Part]:
    """By name, without dots: the clients of LangSmith cannot ask for a name that has one."""
    found: dict[str, Part] = {}
    for number, said in enumerate(draft.attachments):
        name = text_of(said.get("name") or f"attachment-{number}").replace(".", "_")
        mime = text_of(said.get("mime_type") or said.get("content_type") or "")
        found[name] = Part(f"langsmith.attachments[{number}]", mime, _bytes(number, said.get("content")))
    return found


def _bytes(number: int, content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    try:
        return binascii.a2b_base64(text_of(content or ""), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(f"langsmith.attachments[{number}].content", f"it is not base64: {error}") from None
