"""OpenLLMetry's instrumentations, unmodified: what they export is read back as runs."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from opentelemetry.instrumentation.langchain import LangchainInstrumentor
from opentelemetry.instrumentation.openai import OpenAIInstrumentor

from infra.local.server import RunningServer
from tests.contract.exporting import Exporting, by_name, exporting, metadata_of
from tests.contract.model_server import MODEL, model_server
from tests.contract.otel_app import run_app

pytestmark = pytest.mark.filterwarnings("default")  # theirs are not ours to mend


@pytest.fixture
def langchain(server: RunningServer) -> Iterator[Exporting]:
    """LangChain, instrumented."""
    with exporting(server, batch=2) as app:
        instrumentor = LangchainInstrumentor()
        instrumentor.instrument(tracer_provider=app.provider)
        yield app
        instrumentor.uninstrument()


@pytest.fixture
def openai_app(server: RunningServer) -> Iterator[Exporting]:
    """OpenAI's SDK, instrumented."""
    with exporting(server) as app:
        instrumentor = OpenAIInstrumentor()
        instrumentor.instrument(tracer_provider=app.provider)
        yield app
        instrumentor.uninstrument()


def test_a_langchain_application(langchain: Exporting) -> None:
    """Its tree under the entities' names, their kinds, inputs and outputs; the model's tokens once."""
    assert run_app() == "Paris"
    named = by_name(langchain.read())
    assert {name: run.run_type for name, run in named.items()} == {
        "agent": "chain",
        "look": "tool",
        "Library": "retriever",
        "RunnableSequence": "chain",
        "ChatPromptTemplate": "chain",
        "GenericFakeChatModel.chat": "llm",
        "StrOutputParser": "chain",
    }
    below = {name for name, run in named.items() if run.parent_run_id == named["RunnableSequence"].id}
    assert below == {"ChatPromptTemplate", "GenericFakeChatModel.chat", "StrOutputParser"}
    assert {named[name].parent_run_id for name in ("look", "Library", "RunnableSequence")} == {named["agent"].id}
    assert named["look"].inputs["inputs"] == {"q": 3}
    assert (named["look"].outputs or {})["output"] == "found 3"
    chat = named["GenericFakeChatModel.chat"]
    assert chat.inputs["messages"] == [
        {"role": "system", "content": "be short"},
        {"role": "user", "content": "capital?"},
    ]
    assert (chat.outputs or {})["messages"][0]["content"] == "Paris"
    assert metadata_of(chat)["thread_id"] == "t1"
    assert (chat.total_tokens, named["agent"].total_tokens) == (14, 14)


def test_a_call_of_a_model(openai_app: Exporting) -> None:
    """Messages in parts, tool calls, tokens, cost."""
    with (
        model_server() as url,
        openai_app.provider.get_tracer("app").start_as_current_span("agent"),
        openai.OpenAI(api_key="none", base_url=url, max_retries=0) as client,
    ):
        client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "capital?"}])
        client.embeddings.create(model="text-embedding-3-small", input="hello")
    named = by_name(openai_app.read())
    chat, embedding = named["openai.chat"], named["openai.embeddings"]
    assert (chat.run_type, embedding.run_type) == ("llm", "embedding")
    assert chat.inputs["messages"] == [{"role": "user", "content": "capital?"}]
    [answer] = (chat.outputs or {})["messages"]
    assert (answer["role"], answer["content"]) == ("assistant", "Paris")
    assert answer["tool_calls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"q":1}'}}
    ]
    assert metadata_of(chat)["ls_model_name"] == MODEL
    assert metadata_of(chat)["ls_provider"] == "openai"
    assert (chat.prompt_tokens, chat.completion_tokens) == (1000, 200)
    assert float(chat.total_cost or 0) == pytest.approx((400 * 0.15 + 600 * 0.075 + 200 * 0.6) / 1e6)
    assert named["agent"].total_tokens == 1203
