"""Questions answered from documents, with a picture now and then."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from langsmith.schemas import Attachment

from infra.local.samples.picture import chart_png
from infra.local.samples.timeline import Timeline, model, usage

PROJECT = "Demo: document search"
_QUESTIONS = [
    ("How long are traces kept?", "Fourteen days, or 400 when they matter."),
    ("What does a million traces cost?", "About eleven dollars in your own account."),
    ("How do I share a trace?", "Press Share; the link can be taken back at any time."),
    ("Can I delete a customer's data?", "Yes, by metadata, and you get a receipt."),
    ("Which clients work?", "LangSmith's for Python and JavaScript, LangChain, LangGraph and OpenTelemetry."),
]
_FILES = ["retention.md", "pricing.md", "sharing.md", "privacy.md", "clients.md"]


def questions(timeline: Timeline, chance: random.Random, starts: list[datetime]) -> Iterator[None]:
    """One trace for each start."""
    for number, start in enumerate(starts):
        _question(timeline, chance, start, *_QUESTIONS[number % len(_QUESTIONS)])
        yield


def _question(timeline: Timeline, chance: random.Random, start: datetime, question: str, answer: str) -> None:
    about = {"user_id": f"reader-{chance.randint(1, 5)}", "index": "docs-2026-11"}
    root = timeline.trace("document search", start, {"question": question}, about, tags=["rag"])
    search = root.child("search", "chain", {"question": question})
    vector = {"dimensions": 1024, "usage_metadata": usage(12, 0)}
    embedding = model("voyage", "voyage-3.5", 0)
    search.call("embed", "embedding", {"input": [question]}, chance.uniform(0.03, 0.09), vector, extra=embedding)
    documents = _documents(chance, answer)
    search.call("nearest", "retriever", {"query": question, "k": len(documents)}, 0.04, {"documents": documents})
    search.end({"found": len(documents)}, seconds=0.001)
    root.now = search.now
    context = "\n\n".join(str(document["page_content"]) for document in documents)
    messages = [{"role": "system", "content": context}, {"role": "user", "content": question}]
    reply = {"role": "assistant", "content": answer, "usage_metadata": usage(900, 40, cached=512)}
    root.call(
        "answer", "llm", {"messages": messages}, chance.uniform(0.6, 2.5), reply, extra=model("openai", "gpt-4o-mini")
    )
    root.call("cite", "parser", {"text": answer}, 0.002, {"answer": answer, "sources": [documents[0]["metadata"]]})
    root.end({"answer": answer})


def _documents(chance: random.Random, answer: str) -> list[dict[str, object]]:
    files = chance.sample(_FILES, 3)
    texts = [answer, "See the chapter on operations for the details.", "This page was written in November 2026."]
    scores = sorted((round(chance.uniform(0.5, 0.95), 3) for _ in files), reverse=True)
    return [
        {"page_content": text, "type": "Document", "metadata": {"source": file, "score": score}}
        for text, file, score in zip(texts, files, scores, strict=True)
    ]


def picture(timeline: Timeline, start: datetime) -> Iterator[None]:
    """One trace with an image attached."""
    image = Attachment("image/png", chart_png([3, 5, 4, 7, 9, 8, 12, 11, 15, 14, 18, 21]))
    root = timeline.trace("describe picture", start, {"task": "What does it show?"}, {}, ["vision"], {"chart": image})
    said = {
        "role": "assistant",
        "content": "A bar chart that rises over twelve months.",
        "usage_metadata": usage(1105, 14),
    }
    root.call(
        "look", "llm", {"messages": [{"role": "user", "content": "chart"}]}, 1.9, said, extra=model("openai", "gpt-4o")
    )
    root.end({"description": said["content"]})
    yield
