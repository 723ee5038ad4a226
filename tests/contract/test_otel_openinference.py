"""OpenInference's instrumentations, unmodified: what they export is read back as runs."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from openinference.instrumentation.langchain import LangChainInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor

from infra.local.server import RunningServer
from tests.contract.exporting import Exporting, by_name, exporting, metadata_of, tree_of
from tests.contract.model_server import MODEL, model_server
from tests.contract.otel_app import run_app

pytestmark = pytest.mark.filterwarnings("default")  # theirs are not ours to mend


@pytest.fixture
def langchain(server: RunningServer) -> Iterator[Exporting]:
    """LangChain, instrumented."""
    with exporting(server) as app:
        instrumentor = LangChainInstrumentor()
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
    """Its tree, its kinds, messages, documents, thread; the model's tokens once."""
    assert run_app() == "Paris"
    runs = langchain.read()
    assert tree_of(runs) == langchain.sent_tree()
    named = by_name(runs)
    assert {name: run.run_type for name, run in named.items()} == {
        "agent": "chain",
        "look": "tool",
        "Library": "retriever",
        "RunnableSequence": "chain",
        "ChatPromptTemplate": "prompt",
        "GenericFakeChatModel": "llm",
        "StrOutputParser": "chain",
    }
    assert (named["agent"].inputs, named["agent"].outputs) == ({"input": "capital?"}, {"output": "Paris"})
    assert (named["look"].inputs, named["look"].outputs) == ({"q": 3}, {"output": "found 3"})
    assert (named["Library"].outputs or {})["documents"][0]["page_content"] == "Paris, on cities"
    assert (named["GenericFakeChatModel"].outputs or {})["messages"] == [{"role": "assistant", "content": "Paris"}]
    assert metadata_of(named["look"])["thread_id"] == "t1"
    assert {run.total_tokens for name, run in named.items() if name in ("agent", "GenericFakeChatModel")} == {14}
    assert metadata_of(named["GenericFakeChatModel"])["usage_metadata"]["input_token_details"] == {"cache_read": 6}


def test_a_call_of_a_model(openai_app: Exporting) -> None:
    """Messages, tool calls, tools, parameters, tokens of every kind, cost; errors with their stack."""
    with model_server() as url, openai_app.provider.get_tracer("app").start_as_current_span("agent"):
        client = openai.OpenAI(api_key="none", base_url=url, max_retries=0)
        client.chat.completions.create(
            model="gpt-4o-mini", temperature=0.5, messages=[{"role": "user", "content": "capital?"}]
        )
        client.embeddings.create(model="text-embedding-3-small", input="hello")
        with pytest.raises(openai.BadRequestError):
            openai.OpenAI(api_key="none", base_url=f"{url}/broken", max_retries=0).chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "no"}]
            )
        client.close()
    runs = openai_app.read()
    failed = next(run for run in runs if run.error)
    chat = next(run for run in runs if run.name == "ChatCompletion" and not run.error)
    embedding = by_name(runs)["CreateEmbeddings"]
    assert chat.run_type == "llm"
    assert chat.inputs["messages"] == [{"role": "user", "content": "capital?"}]
    assert (chat.outputs or {})["messages"][0]["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"q":1}'}
    assert (chat.extra or {})["invocation_params"]["temperature"] == 0.5
    assert metadata_of(chat)["ls_model_name"] == MODEL
    assert (chat.prompt_tokens, chat.completion_tokens) == (1000, 200)
    assert metadata_of(chat)["usage_metadata"]["output_token_details"] == {"reasoning": 50}
    assert float(chat.total_cost or 0) == pytest.approx((400 * 0.15 + 600 * 0.075 + 200 * 0.6) / 1e6)
    assert (embedding.run_type, embedding.total_tokens) == ("embedding", 3)
    assert "BadRequestError" in (failed.error or "")
    assert by_name(runs)["agent"].total_tokens == 1203
