"""The reference trace: what an agent of eight steps tells the unmodified LangSmith client.

    agent            chain, tags, thread, user
    ├─ plan          llm
    ├─ search        tool
    │  └─ documents  retriever
    ├─ draft         llm
    ├─ calculate     tool
    ├─ answer        llm
    └─ parse         parser

16 operations, about 5.4 KB a run as the client writes it, before compression. Every text is new: real models are
sent their system prompt and history again and again, which would compress better.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, NamedTuple
from uuid import UUID

from langsmith import Client
from langsmith.run_trees import RunTree

from bench.words import Writer

PROJECT = "bench"
RUNS = 8
OPERATIONS = 16

MODEL = {"ls_provider": "openai", "ls_model_name": "gpt-4o", "ls_model_type": "chat", "ls_temperature": 0.2}
_SLOW = ("llm", "retriever")
_Content = Callable[[Writer], dict[str, Any]]


class _Step(NamedTuple):
    name: str
    kind: Literal["llm", "tool", "retriever", "parser"]
    asked: _Content
    answered: _Content
    inside: tuple[_Step, ...] = ()


def send_traces(client: Client, count: int, agents: int, step_s: float = 0, seed: int = 0) -> list[UUID]:
    """Send traces from so many agents side by side, whose slow steps take `step_s`; the trace ids.

    Everything has left the client on return.
    """
    with ThreadPoolExecutor(agents, thread_name_prefix="agent") as pool:
        sent = list(pool.map(lambda number: send_trace(client, Writer(seed + number), step_s), range(count)))
    client.flush()
    return sent


def send_trace(client: Client, writer: Writer, step_s: float = 0) -> UUID:
    """Send one trace and wait `step_s` for the next question; its id."""
    root = RunTree(
        name="agent",
        run_type="chain",
        inputs={"question": writer.text(600)},
        project_name=PROJECT,
        ls_client=client,
        tags=["production", "support"],
        extra={
            "metadata": {"thread_id": writer.hex(32), "user_id": f"user-{writer.number(10_000)}", "revision": "7d1"}
        },
    )
    root.post()
    for step in _STEPS:
        _send_step(root, step, writer, step_s)
    root.end(outputs={"answer": writer.text(600)})
    root.patch()
    time.sleep(step_s)
    return root.id


def _send_step(parent: RunTree, step: _Step, writer: Writer, step_s: float) -> None:
    """Models and retrievers are slow; tools and parsers take a tenth of their time."""
    extra = {"metadata": dict(MODEL)} if step.kind == "llm" else {}
    run = parent.create_child(step.name, step.kind, inputs=step.asked(writer), extra=extra)
    run.post()
    for inner in step.inside:
        _send_step(run, inner, writer, step_s)
    time.sleep(step_s if step.kind in _SLOW else step_s / 10)
    run.end(outputs=step.answered(writer))
    run.patch()


def _messages(writer: Writer) -> dict[str, Any]:
    return {
        "messages": [
            {"role": "system", "content": writer.text(450)},
            {"role": "user", "content": writer.text(600)},
        ]
    }


def _answer(writer: Writer) -> dict[str, Any]:
    asked, answered = 300 + writer.number(900), 100 + writer.number(400)
    return {
        "role": "assistant",
        "content": writer.text(1_000),
        "usage_metadata": {
            "input_tokens": asked,
            "output_tokens": answered,
            "total_tokens": asked + answered,
            "input_token_details": {"cache_read": asked // 3},
        },
    }


def _query(writer: Writer) -> dict[str, Any]:
    return {"query": writer.text(300), "top_k": 4, "filter": {"customer": writer.number(100_000)}}


def _documents(writer: Writer) -> dict[str, Any]:
    return {"documents": list(_pages(writer))}


def _pages(writer: Writer) -> Iterator[dict[str, Any]]:
    for _ in range(4):
        about = {"source": f"kb/{writer.hex(6)}.md", "score": writer.number(1_000) / 1_000}
        yield {"page_content": writer.text(310), "type": "Document", "metadata": about}


def _text(writer: Writer) -> dict[str, Any]:
    return {"text": writer.text(780)}


_STEPS = (
    _Step("plan", "llm", _messages, _answer),
    _Step("search", "tool", _query, _documents, (_Step("documents", "retriever", _query, _documents),)),
    _Step("draft", "llm", _messages, _answer),
    _Step("calculate", "tool", _query, _text),
    _Step("answer", "llm", _messages, _answer),
    _Step("parse", "parser", _text, _text),
)
