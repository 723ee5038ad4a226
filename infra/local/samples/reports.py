"""A report writer: Markdown, pictures, attachments, other scripts, a wide fan-out and a megabyte of JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from langsmith.schemas import Attachment

from infra.local.samples import writing
from infra.local.samples.asking import ask
from infra.local.samples.bookshop import BOOKS
from infra.local.samples.chat import Message, Model, Picture, Prompt
from infra.local.samples.models import CLAUDE, GEMINI, GPT, GPT_THINKING, TALKING
from infra.local.samples.picture import chart_png, cover_png
from infra.local.samples.rhythm import Weather, weather
from infra.local.samples.timeline import Step, Timeline
from infra.local.samples.verdicts import judged_by_model

PROJECT = "Demo: report writer"
ABOUT = "Reports, pictures and translations for the shop: Markdown, attachments, many calls at once."
WIDE = 40
CATALOGUE_ROWS = 7_200
"""About a megabyte of JSON."""
_FEW = 8
_APART_S = 0.002
"""Calls at once are begun one after the other, a moment apart."""
_TOO_LONG = (
    "BadRequestError: Error code: 400 - {'error': {'code': 'context_length_exceeded', 'message': \"This model's "
    'maximum context length is 128000 tokens. However, your messages resulted in 131907 tokens."}}'
)


class _Desk:
    """What one report is written with."""

    def __init__(self, timeline: Timeline, chance: random.Random, start: datetime, now: datetime) -> None:
        self.timeline, self.chance, self.start, self.model = timeline, chance, start, chance.choice(TALKING)
        self.weather: Weather = weather(start, now)

    def begin(self, name: str, inputs: dict[str, Any], tags: list[str], **files: Attachment) -> Step:
        """A trace."""
        about = {"environment": "batch", "desk": tags[0]}
        return self.timeline.trace(name, self.start, inputs, about, tags, dict(files))

    def ask(self, step: Step, model: Model, system: str, question: Message, answer: str) -> None:
        """A model's answer."""
        prompt = Prompt([Message("system", system), question])
        ask(step, model, prompt, Message("assistant", answer), self.weather, self.chance)


def reports(timeline: Timeline, chance: random.Random, starts: Sequence[datetime], now: datetime) -> Iterator[Step]:
    """One trace for each start, of each kind in turn."""
    for number, start in enumerate(starts):
        desk = _Desk(timeline, chance, start, now)
        desk.model = TALKING[number // len(_KINDS) % len(TALKING)]
        yield _KINDS[number % len(_KINDS)](desk)


def weekly_report(desk: _Desk) -> Step:
    """A report in Markdown, with a chart, notes and figures attached; the model reasons before it writes."""
    figures = writing.WEEKLY_FIGURES
    root = desk.begin(
        "weekly report",
        {"week": "2026-W46"},
        ["report"],
        chart=Attachment("image/png", chart_png(list(figures.values()))),
        notes=Attachment("text/plain", writing.NOTES.encode()),
        figures=Attachment("application/json", json.dumps(figures, indent=2).encode()),
    )
    root.call("query orders", "tool", {"sql": "SELECT day, orders FROM weekly"}, 0.4, {"rows": [dict(figures)]})
    asked = f"Write the weekly report from these orders: {json.dumps(figures)}\n\n{writing.NOTES}"
    desk.ask(root, GPT_THINKING, "You write short reports in Markdown.", Message("user", asked), writing.WEEKLY)
    root.end({"report": writing.WEEKLY})
    judged_by_model(
        desk.timeline, root, "style", desk.chance.uniform(0.7, 1.0), "Short sentences, every figure has a unit."
    )
    return root


def describe_picture(desk: _Desk) -> Step:
    """A picture within the messages, in the words of each SDK in turn, and attached too."""
    cover = cover_png()
    task = "What is wrong with this book?"
    root = desk.begin("describe picture", {"task": task}, ["vision"], photo=Attachment("image/png", cover))
    question = Message("user", task, picture=Picture(cover))
    desk.ask(root, desk.model, "You look at photos of damage.", question, writing.COVER)
    root.end({"description": writing.COVER})
    return root


def translate(desk: _Desk) -> Step:
    """A text in many scripts, some of them from right to left."""
    root = desk.begin("translate blurb", {"text": writing.BLURB, "into": list(writing.BLURBS)}, ["translation"])
    for language, text in writing.BLURBS.items():
        question = Message("user", f"{language}: {writing.BLURB}")
        desk.ask(root, GEMINI, "Translate the text into the language named first.", question, text)
    root.end(dict(writing.BLURBS))
    return root


def summarise_chapters(desk: _Desk, chapters: int = _FEW) -> Step:
    """Calls of one name that run at the same time; one of many fails."""
    root = desk.begin("summarise book", {"title": BOOKS[0].title, "chapters": chapters}, ["map-reduce"])
    ends = []
    for number in range(chapters):
        root.waits(_APART_S)
        step = root.child("summarise chapter", "chain", {"chapter": number + 1})
        step.waits(number // _FEW * 0.2)
        _summarise(desk, step, number, is_too_long=number + 1 == _FEW * 3)
        ends.append(step.now)
    root.now = max(ends)
    summary = " ".join(writing.CHAPTERS[:3])
    desk.ask(root, CLAUDE, "Join the summaries into one.", Message("user", "\n".join(writing.CHAPTERS)), summary)
    root.end({"summary": summary, "chapters": chapters})
    return root


def _summarise(desk: _Desk, step: Step, number: int, *, is_too_long: bool) -> None:
    text = writing.CHAPTERS[number % len(writing.CHAPTERS)]
    if is_too_long:
        step.call(GPT.dialect.run_name, "llm", {"messages": [{"role": "user", "content": text}]}, 0.2, error=_TOO_LONG)
        step.end(error=_TOO_LONG)
    else:
        question = Message("user", f"Chapter {number + 1} of {BOOKS[0].title}")
        desk.ask(step, GPT, "Summarise the chapter in one sentence.", question, text)
        step.end({"summary": text})


def answer_developer(desk: _Desk) -> Step:
    """An answer that holds HTML and a script, which a page must show and never run."""
    question = "How do I put the shop window on my blog?"
    root = desk.begin("answer developer", {"question": question}, ["developers"])
    desk.ask(root, CLAUDE, "You help people to build on our shop.", Message("user", question), writing.WIDGET)
    root.end({"answer": writing.WIDGET})
    return root


def export_catalogue(desk: _Desk, rows: int = CATALOGUE_ROWS) -> Step:
    """A tool that gives a long JSON text back."""
    root = desk.begin("export catalogue", {"shelves": list(writing.SHELVES)}, ["export"])
    books = [_row(desk.chance, number) for number in range(rows)]
    root.call("list catalogue", "tool", {"shelves": list(writing.SHELVES), "limit": rows}, 3.1, {"books": books})
    root.end({"books": rows, "file": "catalogue-2026-11.json"})
    return root


def _row(chance: random.Random, number: int) -> dict[str, Any]:
    book = chance.choice(BOOKS)
    return {
        "sku": f"BK-{100_000 + number}",
        "title": book.title,
        "author": book.author,
        "price": {"amount": book.price, "currency": "EUR"},
        "shelf": chance.choice(writing.SHELVES),
        "in_stock": chance.randint(0, 40),
    }


def widest(timeline: Timeline, chance: random.Random, now: datetime) -> Iterator[Step]:
    """The widest fan-out, once."""
    yield summarise_chapters(_Desk(timeline, chance, now - timedelta(hours=2), now), WIDE)


def longest(timeline: Timeline, chance: random.Random, now: datetime) -> Iterator[Step]:
    """The longest output, once."""
    yield export_catalogue(_Desk(timeline, chance, now - timedelta(hours=3), now))


_KINDS: tuple[Callable[[_Desk], Step], ...] = (
    weekly_report,
    describe_picture,
    translate,
    summarise_chapters,
    answer_developer,
)
