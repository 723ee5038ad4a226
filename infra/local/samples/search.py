"""Questions answered from the shop's handbook; where nothing is found, the model makes something up."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from infra.local.samples.asking import ask, refused
from infra.local.samples.chat import Message, Prompt
from infra.local.samples.handbook import PASSAGES, QUESTIONS, Question
from infra.local.samples.models import CLAUDE, EMBEDDING, GEMINI, GPT
from infra.local.samples.rhythm import Weather, weather
from infra.local.samples.timeline import Step, Timeline
from infra.local.samples.verdicts import judged_by_model

PROJECT = "Demo: document search"
ABOUT = "Questions answered from the shop's handbook: retrieval, reranking, answers with sources."
AGENT = "document search"
_REWRITE = "Turn the question into a search of at most five English words. Answer with the search only."
_SYSTEM = "Answer from the passages below, each with its number in brackets. Say so when they do not answer.\n\n{found}"
_FOUND, _KEPT = 6, 3
_DIMENSIONS = 1_536

Document = dict[str, Any]


def questions(timeline: Timeline, chance: random.Random, starts: Sequence[datetime], now: datetime) -> Iterator[None]:
    """One trace for each start."""
    for number, start in enumerate(starts):
        question = QUESTIONS[number % len(QUESTIONS)]
        about = {
            "user_id": f"reader-{chance.randint(1, 9)}",
            "session_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{AGENT} {start.date()} {number // 3}")),
            "index": "handbook-2026-11" if number % 2 else "handbook-2026-10",
        }
        root = timeline.trace(AGENT, start, {"question": question.text}, about, ["rag"])
        _answered(timeline, root, chance, question, weather(start, now))
        yield


def _answered(timeline: Timeline, root: Step, chance: random.Random, question: Question, conditions: Weather) -> None:
    _rewritten(root, chance, question, conditions)
    documents = _retrieved(timeline, root, chance, question)
    system = _SYSTEM.format(found="\n\n".join(_cited(documents)) or "(nothing was found)")
    prompt = Prompt([Message("system", system), Message("user", question.text)])
    if conditions.is_incident and chance.random() < 0.5:  # noqa: PLR2004 every other one
        root.end(error=refused(root, GPT, prompt, 0.4).partition("\n")[0])
        return
    ask(root, chance.choice((GPT, CLAUDE, GEMINI)), prompt, Message("assistant", question.answer), conditions, chance)
    sources = [document["metadata"]["source"] for document in documents]
    root.call("cite", "parser", {"text": question.answer}, 0.002, {"answer": question.answer, "sources": sources})
    root.end({"answer": question.answer, "sources": sources})
    _judge(timeline, root, chance, question)


def _rewritten(root: Step, chance: random.Random, question: Question, conditions: Weather) -> None:
    prompt = Prompt([Message("system", _REWRITE), Message("user", question.text)])
    ask(root, GEMINI, prompt, Message("assistant", question.searched), conditions, chance)


def _retrieved(timeline: Timeline, root: Step, chance: random.Random, question: Question) -> list[Document]:
    """Search by meaning, then order anew what was found; the best few."""
    searched = question.searched
    retrieve = root.child("retrieve", "chain", {"query": searched})
    tokens = {"input_tokens": 6, "output_tokens": 0, "total_tokens": 6}
    vector = {"dimensions": _DIMENSIONS, "usage_metadata": tokens}
    retrieve.call(
        "embed", "embedding", {"input": [searched]}, chance.uniform(0.03, 0.09), vector, extra={"metadata": EMBEDDING}
    )
    found = _nearest(chance, question)
    asked = {"query": searched, "k": _FOUND}
    nearest = retrieve.call("handbook index", "retriever", asked, chance.uniform(0.02, 0.06), {"documents": found})
    wanted = sum(document["metadata"]["chunk"] in question.passages for document in found)
    why = f"{wanted} of {len(found)} passages help to answer."
    judged_by_model(timeline, nearest, "relevance", wanted / max(1, len(found)), why)
    kept = _reranked(retrieve, chance, question, found) if found else []
    retrieve.end({"documents": kept})
    root.now = retrieve.now
    return kept


def _nearest(chance: random.Random, question: Question) -> list[Document]:
    if not question.passages:
        return []
    others = [key for key in PASSAGES if key not in question.passages]
    keys = [*question.passages, *chance.sample(others, _FOUND - len(question.passages))]
    chance.shuffle(keys)
    scores = sorted((round(chance.uniform(0.31, 0.78), 4) for _ in keys), reverse=True)
    return [_document(key, score) for key, score in zip(keys, scores, strict=True)]


def _reranked(step: Step, chance: random.Random, question: Question, found: list[Document]) -> list[Document]:
    def relevance(document: Document) -> float:
        is_wanted = document["metadata"]["chunk"] in question.passages
        return round(chance.uniform(0.8, 0.99) if is_wanted else chance.uniform(0.02, 0.3), 4)

    scored = [_scored(document, relevance(document)) for document in found]
    kept = sorted(scored, key=lambda document: document["metadata"]["score"], reverse=True)[:_KEPT]
    asked = {"query": question.searched, "documents": found, "top_n": _KEPT}
    step.call("rerank", "retriever", asked, chance.uniform(0.08, 0.3), {"documents": kept})
    return kept


def _document(key: str, score: float) -> Document:
    passage = PASSAGES[key]
    metadata = {"source": passage.source, "title": passage.title, "chunk": key, "score": score}
    return {"page_content": passage.text, "type": "Document", "metadata": metadata}


def _scored(document: Document, score: float) -> Document:
    return document | {"metadata": document["metadata"] | {"score": score}}


def _cited(documents: list[Document]) -> list[str]:
    return [f"[{number}] {document['page_content']}" for number, document in enumerate(documents, 1)]


def _judge(timeline: Timeline, root: Step, chance: random.Random, question: Question) -> None:
    if not question.passages:
        judged_by_model(timeline, root, "groundedness", 0.03, "No passage was found; price and courier are invented.")
        correction = {"answer": "The handbook does not say. Please write to us."}
        timeline.judge(root, "thumbs", 0.0, comment="You do not ship here. I asked twice.", correction=correction)
    elif chance.random() < 0.5:  # noqa: PLR2004 every other one
        why = "Each sentence is found in the passages that it cites."
        judged_by_model(timeline, root, "groundedness", chance.uniform(0.82, 1.0), why)
