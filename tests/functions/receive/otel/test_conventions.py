"""What each convention's attributes become, span by span, as the API gives the run back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.proto.trace.v1.trace_pb2 import Status as StatusMessage

from tests.otel_room import NOON_NS, TRACE, OtelRoom, attributes_of, request_of, span

CODES = (StatusMessage.STATUS_CODE_UNSET, StatusMessage.STATUS_CODE_OK, StatusMessage.STATUS_CODE_ERROR)


@pytest.fixture
def room(tmp_path: Path) -> OtelRoom:
    """A room over an empty store."""
    return OtelRoom(tmp_path)


def event(name: str, **attributes: object) -> Span.Event:
    """A span's event; two underscores in a name stand for a dot."""
    named = {key.replace("__", "."): value for key, value in attributes.items()}
    return Span.Event(name=name, time_unix_nano=NOON_NS, attributes=attributes_of(named))


def usage_of(run: dict[str, Any]) -> dict[str, Any]:
    """The tokens that a run says it used."""
    usage: dict[str, Any] = run["extra"]["metadata"]["usage_metadata"]
    return usage


@pytest.mark.parametrize(
    ("attributes", "run_type"),
    [
        ({}, "chain"),
        ({"langsmith.span.kind": "LLM", "openinference.span.kind": "TOOL"}, "llm"),
        ({"langsmith.span.kind": "parser"}, "parser"),
        ({"langsmith.span.kind": "robot", "gen_ai.operation.name": "chat"}, "llm"),
        ({"openinference.span.kind": "RETRIEVER"}, "retriever"),
        ({"openinference.span.kind": "agent"}, "chain"),
        ({"traceloop.span.kind": "tool"}, "tool"),
        ({"traceloop.span.kind": "task", "gen_ai.operation.name": "embeddings"}, "embedding"),
        ({"traceloop.llm.request.type": "embedding"}, "embedding"),
        ({"llm.request.type": "chat"}, "llm"),
        ({"gen_ai.operation.name": "execute_tool"}, "tool"),
        ({"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "gpt-4o"}, "chain"),
        ({"gen_ai.tool.name": "look"}, "tool"),
        ({"llm.prompt_template.variables": '{"a": 1}'}, "prompt"),
        ({"gen_ai.request.model": "gpt-4o"}, "llm"),
    ],
)
def test_the_type_of_a_run(room: OtelRoom, attributes: dict[str, object], run_type: str) -> None:
    """By the first convention that says it; a word that means none is passed over."""
    assert room.one(attributes)["run_type"] == run_type


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"langsmith.trace.name": "first", "traceloop.entity.name": "second"}, "first"),
        ({"traceloop.entity.name": "second", "tool.name": "third", "openinference.span.kind": "TOOL"}, "second"),
        ({"tool.name": "third", "openinference.span.kind": "TOOL"}, "third"),
        ({"tool.name": "third"}, "one"),
    ],
)
def test_the_name_of_a_run(room: OtelRoom, attributes: dict[str, object], name: str) -> None:
    """LangSmith's, OpenLLMetry's, a tool's, else the span's own."""
    assert room.one(attributes)["name"] == name


def test_langsmiths_own_attributes(room: OtelRoom) -> None:
    """Project, tags, metadata with its types, example, serialized, usage."""
    example = "019aa0b0-0000-7000-8000-00000000000e"
    run = room.one(
        {
            "langsmith.trace.session_name": "mine",
            "langsmith.span.tags": "a, b,, a",
            "langsmith.metadata.thread_id": "t1",
            "langsmith.metadata.nested": '{"deep": [1, true]}',
            "langsmith.metadata.count": 3,
            "langsmith.usage_metadata": '{"input_tokens": 5, "output_tokens": 2, "total_tokens": 7}',
            "langsmith.reference_example_id": example,
            "langsmith.span.kind": "llm",
            "gen_ai.prompt": '{"question": "q", "n": 1.50}',
            "gen_ai.completion": '{"answer": "a"}',
            "gen_ai.serialized.name": "f",
        }
    )
    assert run["session_id"] == room.project("mine")
    assert run["tags"] == ["a", "b", "a"]
    assert run["thread_id"] == "t1"
    assert (run["extra"]["metadata"]["nested"], run["extra"]["metadata"]["count"]) == ({"deep": [1, True]}, 3)
    assert (run["prompt_tokens"], run["total_tokens"]) == (5, 7)
    assert run["reference_example_id"] == example
    assert (run["inputs"], run["outputs"]) == ({"question": "q", "n": 1.5}, {"answer": "a"})
    assert room.get(f"/runs/{run['id']}").json["serialized"] == {"name": "f"}


@pytest.mark.parametrize("said", ["a, b", '["a", "b"]', ["a", "b"]])
def test_tags(room: OtelRoom, said: object) -> None:
    """With commas, as JSON, as a list."""
    assert room.one({"langsmith.span.tags": said})["tags"] == ["a", "b"]


def test_the_details_that_langsmiths_sdk_writes_like_python(room: OtelRoom) -> None:
    """The SDK sends `str(dict)`; its kinds count inside the input."""
    run = room.one({"gen_ai.usage.input_tokens": 10, "gen_ai.usage.input_token_details": "{'cache_read': 6}"})
    assert usage_of(run) == {"input_tokens": 10, "input_token_details": {"cache_read": 6}}


@pytest.mark.parametrize("provider", ["gen_ai.provider.name", "gen_ai.system"])
def test_genai_of_today(room: OtelRoom, provider: str) -> None:
    """Parts become contents, calls become tool calls, instructions the first message."""
    asked = [
        {"role": "user", "parts": [{"type": "text", "content": "capital?"}]},
        {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "look", "arguments": {"q": 1}}]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": {"found": 2}}]},
        {"role": "user", "parts": [{"type": "text", "content": "see"}, {"type": "uri", "uri": "s3://x"}]},
    ]
    said = [{"role": "assistant", "finish_reason": "stop", "parts": [{"type": "text", "content": "Paris"}]}]
    run = room.one(
        {
            "gen_ai.operation.name": "chat",
            provider: "openai",
            "gen_ai.request.model": "my-deployment",
            "gen_ai.response.model": "gpt-4o-mini",
            "gen_ai.request.stop_sequences": ["END"],
            "gen_ai.request.max_tokens": 20,
            "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "be short"}]),
            "gen_ai.input.messages": json.dumps(asked),
            "gen_ai.output.messages": json.dumps(said),
            "gen_ai.tool.definitions": '[{"name": "look"}]',
            "gen_ai.conversation.id": "c-1",
            "gen_ai.response.id": "r1",
        }
    )
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"q":1}'}}
    assert run["inputs"]["messages"] == [
        {"role": "system", "content": "be short"},
        {"role": "user", "content": "capital?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"found":2}'},
        {"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "uri", "uri": "s3://x"}]},
    ]
    assert run["outputs"] == {"messages": [{"role": "assistant", "finish_reason": "stop", "content": "Paris"}]}
    assert run["extra"]["invocation_params"] == {
        "model": "my-deployment",
        "response_model": "gpt-4o-mini",
        "stop": ["END"],
        "max_tokens": 20,
        "tools": [{"name": "look"}],
    }
    metadata = run["extra"]["metadata"]
    assert (metadata["ls_model_name"], metadata["ls_provider"]) == ("gpt-4o-mini", "openai")
    assert (metadata["gen_ai.response.id"], run["thread_id"]) == ("r1", "c-1")


def test_genai_of_before(room: OtelRoom) -> None:
    """One attribute a message's part, in the order of the numbers, whatever is between them."""
    run = room.one(
        {
            "gen_ai.system": "OpenAI",
            "llm.request.type": "chat",
            "gen_ai.request.model": "gpt-4o-mini",
            "gen_ai.prompt.10.role": "user",
            "gen_ai.prompt.10.content": "last",
            "gen_ai.prompt.2.role": "system",
            "gen_ai.prompt.2.content": "first",
            "gen_ai.completion.0.role": "assistant",
            "gen_ai.completion.0.finish_reason": "tool_calls",
            "gen_ai.completion.0.tool_calls.0.id": "c1",
            "gen_ai.completion.0.tool_calls.0.name": "look",
            "gen_ai.completion.0.tool_calls.0.arguments": '{"q":1}',
            "gen_ai.usage.prompt_tokens": 7,
            "gen_ai.usage.completion_tokens": 3,
            "llm.usage.total_tokens": 10,
            "llm.request.functions.0.name": "look",
            "llm.request.functions.0.parameters": '{"type": "object"}',
        }
    )
    assert [one["content"] for one in run["inputs"]["messages"]] == ["first", "last"]
    assert run["outputs"]["messages"][0]["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"q":1}'}}
    ]
    assert (run["prompt_tokens"], run["completion_tokens"], run["total_tokens"]) == (7, 3, 10)
    assert run["extra"]["invocation_params"]["functions"] == [{"name": "look", "parameters": {"type": "object"}}]


def test_genai_events(room: OtelRoom) -> None:
    """Messages as events: with a choice, the model's earlier words were said to it."""
    run = room.one(
        {"gen_ai.operation.name": "chat"},
        event("gen_ai.system.message", content="be short"),
        event("gen_ai.user.message", content="capital?", role="user"),
        event("gen_ai.assistant.message", content="which?"),
        event("gen_ai.choice", index=0, finish_reason="stop", message__role="assistant", message__content="Paris"),
        event("cache miss", key="k"),
    )
    assert [(one["role"], one["content"]) for one in run["inputs"]["messages"]] == [
        ("system", "be short"),
        ("user", "capital?"),
        ("assistant", "which?"),
    ]
    [answer] = run["outputs"]["messages"]
    assert (answer["role"], answer["content"], answer["finish_reason"]) == ("assistant", "Paris", "stop")
    assert [one["name"] for one in run["events"]] == ["cache miss"]


def test_genai_events_without_a_choice(room: OtelRoom) -> None:
    """Then what the model and its tools said is the output; contents may come as events too."""
    run = room.one(
        {},
        event("gen_ai.user.message", content="capital?"),
        event("gen_ai.assistant.message", content="Paris"),
        event("gen_ai.content.completion", gen_ai__completion='{"text": "Paris"}'),
    )
    assert run["inputs"] == {"messages": [{"role": "user", "content": "capital?"}]}
    assert run["outputs"] == {"messages": [{"role": "assistant", "content": "Paris"}], "text": "Paris"}


def test_openinference(room: OtelRoom) -> None:
    """Raw values with messages beside them, pictures, documents, session, tags, costs that are said."""
    run = room.one(
        {
            "openinference.span.kind": "LLM",
            "input.value": "capital?",
            "input.mime_type": "text/plain",
            "output.value": '{"id": "x"}',
            "output.mime_type": "application/json",
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.contents.0.message_content.type": "text",
            "llm.input_messages.0.message.contents.0.message_content.text": "see",
            "llm.input_messages.0.message.contents.1.message_content.type": "image",
            "llm.input_messages.0.message.contents.1.message_content.image.image.url": "https://x/y.png",
            "llm.output_messages.0.message.role": "assistant",
            "llm.output_messages.0.message.content": "Paris",
            "llm.model_name": "gpt-4o-mini",
            "llm.provider": "azure",
            "llm.invocation_parameters": '{"temperature": 0}',
            "llm.token_count.prompt": 10,
            "llm.token_count.completion": 4,
            "llm.token_count.prompt_details.cache_read": 6,
            "llm.cost.total": 0.5,
            "metadata": '{"customer": "c1"}',
            "session.id": "s1",
            "user.id": "u1",
            "tag.tags": ["a", "b"],
        }
    )
    picture = {"type": "image_url", "image_url": {"url": "https://x/y.png"}}
    assert run["inputs"]["messages"] == [{"role": "user", "content": [{"type": "text", "text": "see"}, picture]}]
    assert run["inputs"]["input"] == "capital?"
    assert run["outputs"] == {"messages": [{"role": "assistant", "content": "Paris"}], "id": "x"}
    assert float(run["total_cost"]) == 0.5
    assert run["extra"]["invocation_params"] == {"temperature": 0}
    metadata = run["extra"]["metadata"]
    assert (metadata["customer"], metadata["user_id"], run["thread_id"], run["tags"]) == ("c1", "u1", "s1", ["a", "b"])
    assert usage_of(run)["input_token_details"] == {"cache_read": 6}


def test_openinference_documents(room: OtelRoom) -> None:
    """Retrieved documents in LangChain's words, with what else was said of them."""
    run = room.one(
        {
            "openinference.span.kind": "RETRIEVER",
            "input.value": "cities",
            "retrieval.documents.0.document.content": "Paris",
            "retrieval.documents.0.document.metadata": '{"page": 1}',
            "retrieval.documents.0.document.score": 0.5,
            "retrieval.documents.1.document.content": "Rome",
        }
    )
    assert run["inputs"] == {"input": "cities"}
    assert run["outputs"]["documents"] == [
        {"page_content": "Paris", "metadata": {"page": 1}, "score": 0.5},
        {"page_content": "Rome", "metadata": {}},
    ]


def test_openllmetry(room: OtelRoom) -> None:
    """Entities, association properties; the same said twice is kept once."""
    run = room.one(
        {
            "traceloop.entity.input": '{"inputs": {"q": 1}}',
            "gen_ai.task.input": '{"inputs": {"q": 1}}',
            "traceloop.entity.output": '{"outputs": 2}',
            "gen_ai.task.output": '{"other": 3}',
            "traceloop.association.properties.thread_id": "t1",
            "traceloop.workflow.name": "w",
        }
    )
    assert (run["inputs"], run["outputs"], run["thread_id"]) == ({"inputs": {"q": 1}}, {"outputs": 2}, "t1")
    metadata = run["extra"]["metadata"]
    assert (metadata["traceloop.workflow.name"], metadata["gen_ai.task.output"]) == ("w", '{"other": 3}')
    assert "gen_ai.task.input" not in metadata


def test_logfire_events(room: OtelRoom) -> None:
    """A list of events in one attribute: the choice is the output, all before it the input."""
    said = [
        {"event.name": "gen_ai.user.message", "gen_ai.message.index": 0, "role": "user", "content": "capital?"},
        {"event.name": "gen_ai.choice", "index": 0, "message": {"role": "assistant", "content": "Paris"}},
    ]
    run = room.one({"gen_ai.request.model": "gpt-4o", "events": json.dumps(said), "logfire.msg": "chat gpt-4o"})
    assert run["inputs"] == {"messages": [{"role": "user", "content": "capital?"}]}
    assert run["outputs"] == {"messages": [{"role": "assistant", "index": 0, "content": "Paris"}]}
    assert run["extra"]["metadata"]["logfire.msg"] == "chat gpt-4o"


def test_logfire_agents(room: OtelRoom) -> None:
    """An agent's prompt and all of its messages; a newer one's conversation with its result."""
    older = room.one(
        {"prompt": "capital?", "all_messages_events": '[{"role": "user", "content": "capital?"}]', "agent_name": "a"}
    )
    assert (older["inputs"], older["outputs"]["messages"][0]["content"]) == ({"input": "capital?"}, "capital?")
    talk = [
        {"role": "user", "parts": [{"type": "text", "content": "capital?"}]},
        {"role": "assistant", "parts": [{"type": "text", "content": "Paris"}]},
    ]
    newer = room.one({"pydantic_ai.all_messages": json.dumps(talk), "final_result": "Paris"})
    assert newer["inputs"]["messages"] == [{"role": "user", "content": "capital?"}]
    assert newer["outputs"] == {"messages": [{"role": "assistant", "content": "Paris"}], "output": "Paris"}


def test_logfire_tools(room: OtelRoom) -> None:
    """Arguments are inputs, the response the output, of the tool that is named."""
    run = room.one({"gen_ai.tool.name": "look", "tool_arguments": '{"q":1}', "tool_response": "found"})
    assert (run["run_type"], run["inputs"], run["outputs"]) == ("tool", {"q": 1}, {"output": "found"})


def test_what_no_convention_knows_is_kept(room: OtelRoom) -> None:
    """Attributes and the resource's stand in the metadata, whatever their types; what was said of the run wins."""
    room.export(
        request_of(
            [
                span(
                    0,
                    name="one",
                    attributes={"a.b": [1, None, 2.5, b"\x00", {"c": True}], "langsmith.metadata.k": "run"},
                )
            ],
            {"service.name": "s", "k": "resource", "telemetry.sdk.language": "python"},
            "a library",
        )
    )
    extra = room.runs()["one"]["extra"]
    assert extra["metadata"]["a.b"] == [1, None, 2.5, "AA==", {"c": True}]
    assert (extra["metadata"]["service.name"], extra["metadata"]["k"]) == ("s", "run")
    assert extra["metadata"]["otel.span_id"] == "0000000000000001"
    assert extra["runtime"] == {"runtime": "python", "library": "a library"}


def test_failures(room: OtelRoom) -> None:
    """An exception's type, message and stack; a status alone; an exception that the span got over is an event."""
    raised = event("exception", exception__type="E", exception__message="m", exception__stacktrace="at x")
    cases = [(2, raised, "E: m\n\nat x"), (0, raised, "E: m\n\nat x"), (1, raised, None), (2, None, "broke")]
    for number, (code, happened, _) in enumerate(cases):
        said = span(number, None if number == 0 else 0, name=f"case {number}")
        said.status.CopyFrom(StatusMessage(code=CODES[code], message="broke"))
        said.events.extend([happened] if happened else [])
        room.export(request_of([said]))
    runs = room.runs()
    assert [runs[f"case {number}"]["error"] for number in range(4)] == [error for *_, error in cases]
    assert runs["case 2"]["events"][0]["kwargs"]["exception.message"] == "m"


def test_first_tokens(room: OtelRoom) -> None:
    """The event that OpenInference and OpenLLMetry send at the first token is the one that LangSmith knows."""
    for name in ("First Token Stream Event", "llm.content.completion.chunk", "new_token"):
        run = room.one({"openinference.span.kind": "LLM"}, event(name))
        assert run["first_token_time"] == "2026-11-20T12:00:00"


def test_attachments(room: OtelRoom) -> None:
    """Bytes in base64 become attachments under their names; dots in a name become underscores."""
    said = [{"name": "photo.png", "mime_type": "image/png", "content": "iVBO"}, {"content": "AAAA"}]
    run = room.one({"langsmith.attachments": json.dumps(said)})
    assert run["s3_urls"].keys() == {"attachment.photo_png", "attachment.attachment-1"}
    assert run["s3_urls"]["attachment.photo_png"]["mime_type"] == "image/png"


def test_projects(room: OtelRoom) -> None:
    """The span's attribute, else the resource's, else the header's, else `default`."""
    own = {"langsmith.trace.session_name": "of the span"}
    resource = {"langsmith.trace.session_name": "of the resource"}
    header = {"langsmith-project": "of the header"}
    room.export(request_of([span(0, attributes=own)], resource), header)
    assert room.runs()["span 0"]["session_id"] == room.project("of the span")
    room.export(request_of([span(1, 0)], resource), header)
    room.export(request_of([span(2, 0)]), header)
    room.export(request_of([span(3, 0)]))
    runs = room.runs(TRACE)
    assert runs["span 1"]["session_id"] == room.project("of the resource")
    assert runs["span 2"]["session_id"] == room.project("of the header")
    assert runs["span 3"]["session_id"] == room.project("default")
