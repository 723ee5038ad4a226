"""An application of LangChain and LangGraph that knows nothing of Tracekeep: the environment alone traces it.

`python langchain_app.py` prints the ids of its traces as JSON, by what each was.
"""

# ruff: noqa: ANN401 - LangChain's own signatures say Any
from __future__ import annotations

import contextlib
import json
import sys
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    ToolCall,
    UsageMetadata,
)
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.tools import tool
from langchain_core.tracers.langchain import wait_for_all_tracers
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode

CALLS = 2
USAGE = UsageMetadata(input_tokens=100, output_tokens=20, total_tokens=120)


class ScriptedModel(BaseChatModel):
    """A chat model that asks for a tool `CALLS` times and then answers; it streams word by word."""

    calls: int = 0

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> Any:
        return {"ls_provider": "openai", "ls_model_name": "gpt-4o", "ls_model_type": "chat"}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        asked = sum(isinstance(one, AIMessage) for one in messages)
        calls = [ToolCall(name="multiply", args={"a": asked + 2, "b": 3}, id=f"call-{asked}")]
        message = AIMessage("", tool_calls=calls) if asked < self.calls else AIMessage("It is done.")
        message.usage_metadata = USAGE
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for word in ("It ", "is ", "done."):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=word))
            if run_manager is not None:
                run_manager.on_llm_new_token(word, chunk=chunk)
            yield chunk
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=USAGE))


class State(TypedDict):
    """What the graph passes on."""

    messages: Annotated[list[AnyMessage], add_messages]


@tool
def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


@tool
def broken(text: str) -> str:
    """Fail."""
    raise ValueError(f"no {text} today: schön")


def config(name: str, ids: dict[str, str], **more: Any) -> RunnableConfig:
    """A config with a run id of ours, remembered under the name."""
    run_id = uuid.uuid4()
    ids[name] = str(run_id)
    settings: RunnableConfig = {"run_id": run_id, "run_name": name, **more}  # type: ignore[typeddict-item]
    return settings


def chain(ids: dict[str, str]) -> None:
    """A prompt, a model and a parser of our own."""
    prompt = ChatPromptTemplate.from_messages([("human", "{question}")])
    steps = prompt | ScriptedModel() | RunnableLambda(lambda message: message.content).with_config(run_name="text")
    steps.invoke({"question": "why?"}, config("chain", ids, tags=["t1", "t2"], metadata={"customer": "c1", "n": 1}))


def stream(ids: dict[str, str]) -> None:
    """The model's words as they come."""
    words = list(ScriptedModel().stream("why?", config("stream", ids)))
    assert len(words) > 1


def failing(ids: dict[str, str]) -> None:
    """A tool that raises inside a runnable."""

    def use(text: str) -> str:
        result: str = broken.invoke({"text": text})
        return result

    with contextlib.suppress(ValueError):
        RunnableLambda(use).invoke("luck", config("failing", ids))


def batch(ids: dict[str, str]) -> None:
    """Three traces at once."""
    configs = [config(f"batch-{number}", ids) for number in range(3)]
    RunnableLambda[int, int](lambda number: number * 2).batch([1, 2, 3], configs)


def graph(ids: dict[str, str]) -> None:
    """An agent that calls a tool twice and then answers."""
    model = ScriptedModel(calls=CALLS)

    def agent(state: State) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    def wants_tool(state: State) -> str:
        last = state["messages"][-1]
        return "tools" if isinstance(last, AIMessage) and last.tool_calls else END

    built = StateGraph(State)
    built.add_node("agent", agent)
    built.add_node("tools", ToolNode([multiply]))
    built.add_edge(START, "agent")
    built.add_conditional_edges("agent", wants_tool, ["tools", END])
    built.add_edge("tools", "agent")
    settings = config("graph", ids, configurable={"thread_id": "graph-thread"})
    built.compile().invoke({"messages": [HumanMessage("2 times 3?")]}, settings)


def main() -> None:
    """Run them all, and wait until the client has sent everything."""
    ids: dict[str, str] = {}
    for part in (chain, stream, failing, batch, graph):
        part(ids)
    wait_for_all_tracers()
    json.dump(ids, sys.stdout)


if __name__ == "__main__":
    main()
