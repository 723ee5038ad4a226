"""A traced application of six steps, and what its tracer knew of each when it ended.

agent                chain, tags, thread, an attachment
├─ plan              chain that returns its model's answer, usage and all
│  └─ model          llm, cached and plain tokens
├─ lookup            tool that fails
├─ search            retriever
└─ speak             llm that streams
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from langsmith import Client, RunTree, traceable, tracing_context
from langsmith.schemas import Attachment

TAGS = ["prod", "agent", "prod"]
PICTURE = b"\x89PNG\r\n--boundary\r\n\x00\xff" * 300
MODEL = {"ls_provider": "openai", "ls_model_name": "gpt-4o", "ls_temperature": 0.2}
MODEL_USAGE = {
    "input_tokens": 1200,
    "output_tokens": 300,
    "total_tokens": 1500,
    "input_token_details": {"cache_read": 200},
}
SPEAK_USAGE = {"input_tokens": 400, "output_tokens": 60, "total_tokens": 460}
# At gpt-4o's price: $2.50 for a million tokens in, $1.25 for those from the cache, $10 for those out.
MODEL_COST = Decimal("0.00575")  # 1000 * 2.50 + 200 * 1.25 + 300 * 10
SPEAK_COST = Decimal("0.0016")  # 400 * 2.50 + 60 * 10
NAMES = ["agent", "plan", "model", "lookup", "search", "speak"]
DOCUMENTS = [
    {"page_content": "Traces are kept 14 days.", "type": "Document", "metadata": {"source": "faq.md", "score": 0.75}},
    {"page_content": "Oder 400 Tage: schön, 漢字.", "type": "Document", "metadata": {"source": "faq.de.md"}},
]


@dataclass(frozen=True)
class Sent:
    """What the tracer told the client, one run tree a step, in order of execution."""

    trees: list[RunTree]

    @property
    def root(self) -> RunTree:
        """The tree of the whole."""
        return self.trees[0]


def run_agent(client: Client, project: str, thread: str = "thread-1", question: str = "How long?") -> Sent:
    """Run the application once, traced into the project; what it sent."""
    ended: list[RunTree] = []
    note: Any = {"on_end": ended.append}

    @traceable(run_type="llm", metadata=MODEL, client=client)
    def model(messages: list[dict[str, str]]) -> dict[str, Any]:
        return {"role": "assistant", "content": f"about {messages[-1]['content']}", "usage_metadata": MODEL_USAGE}

    @traceable(client=client)
    def plan(text: str) -> dict[str, Any]:
        return model([{"role": "user", "content": text}], langsmith_extra=note)

    @traceable(run_type="tool", client=client)
    def lookup(term: str) -> str:
        raise LookupError(f"nothing about {term}: schön")

    @traceable(run_type="retriever", client=client)
    def search(query: str) -> list[dict[str, Any]]:
        assert query
        return DOCUMENTS

    @traceable(run_type="llm", metadata=MODEL, client=client, reduce_fn=_joined)
    def speak(words: list[str]) -> Iterator[str]:
        yield from words

    @traceable(client=client, tags=TAGS, metadata={"thread_id": thread, "n": 1, "ok": True, "nested": {"a": [1, 2.5]}})
    def agent(text: str, picture: Attachment) -> dict[str, Any]:
        planned = plan(text, langsmith_extra=note)
        with contextlib.suppress(LookupError):
            lookup("retention", langsmith_extra=note)
        found = search(text, langsmith_extra=note)
        said = "".join(speak(["14 ", "days", "."], langsmith_extra=note))
        return {"answer": said, "plan": planned["content"], "sources": len(found), "picture": picture.mime_type}

    with tracing_context(enabled=True, client=client, project_name=project):
        agent(question, Attachment("image/png", PICTURE), langsmith_extra=note)
    return Sent(sorted(ended, key=lambda tree: tree.dotted_order))


def _joined(words: Sequence[str]) -> dict[str, Any]:
    return {"content": "".join(words), "usage_metadata": SPEAK_USAGE}
