"""Whole traces, as answers and exports need them: runs with totals and feedback, and payloads on demand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from shared.base.errors import NotFound
from shared.base.garbage import collection_paused
from shared.feedback.spoken import feedback_text
from shared.pricing.prices import Prices
from shared.retention.periods import Tier
from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.expression import Expression
from shared.runs.filter.subject import Known
from shared.runs.payload import opened
from shared.runs.preview import preview_of
from shared.runs.run import Run
from shared.runs.totals import Totals
from shared.runs.trace import Trace
from shared.store.chunks import Chunk
from shared.store.feedback import Owner, feedback_in
from shared.store.marks import NOTHING_MADE, Made, made_of
from shared.store.questions import Questions
from shared.store.traces import PayloadAt, StoredTrace

_ASKED_OF = ("inputs", "outputs", "error", "extra")
"""The payload fields that a filter may speak of."""
_MANY_RUNS = 1_000
"""From here on it pays to pause the garbage collector."""


@dataclass
class ReadRun:
    """A run with what is known of it through its trace.

    `payloads` holds the JSON text of each payload field that was asked for and that the run has.
    `feedback` holds the JSON text of each feedback about it, `made` what people made of it.
    """

    run: Run
    totals: Totals | None
    born_us: int
    ends_us: int
    tier: Tier
    kept_because: str | None = None
    payloads: dict[str, bytes] = field(default_factory=dict)
    feedback: list[bytes] = field(default_factory=list)
    made: Made = NOTHING_MADE


class WholeTrace:
    """All runs of one trace that may be read, in order of execution."""

    def __init__(self, stored: StoredTrace, trace: Trace, ask: Questions, alive: Collection[str]) -> None:
        kept = (stored.born_us, stored.ends_us, stored.tier, stored.kept_because)
        visible = (run for run in trace.in_order if run.project in alive)
        self.runs = {run.id: ReadRun(run, trace.totals.get(run.id), *kept) for run in visible}
        self.id = stored.id
        self.tier = stored.tier
        self.kept = stored.kept
        self._ask = ask
        self.frames: dict[int, bytes] = {}
        self._opened_for: set[int] = set()
        self._answers: dict[tuple[str, int], bool] = {}
        for run_id, made in made_of(stored.marks).items():
            if run_id in self.runs:
                self.runs[run_id].made = made
        for one in feedback_in(stored.feedback, Owner("trace", stored.id)):
            about = self.runs.get(one.run_id or "")
            if about is not None:
                one.project = about.run.project
                about.feedback.append(feedback_text(one))

    def known(self, run: Run) -> Known:
        """Everything that a filter may ask of a run."""
        read = self.runs[run.id]
        feedback = [opened(body) for body in read.feedback]
        return Known(run, read.totals, feedback, partial(self._opened, run), has_totals=True)

    def unopened(self, expression: Expression, run_ids: Iterable[str]) -> Iterator[Chunk]:
        """The chunks whose payload it takes to tell whether these runs match, and that are not open yet."""
        for run in (self.runs[one].run for one in run_ids if one in self.runs):
            if evaluate(expression, replace(self.known(run), payload=None)) is None:
                places = (place_of(run, name) for name in _ASKED_OF)
                yield from (at.chunk for at in places if at is not None and id(at.chunk) not in self.frames)

    def unopened_anywhere(self, expression: Expression) -> Iterator[Chunk]:
        """`unopened` for all runs; of one expression only once, since then they are opened."""
        if id(expression) not in self._opened_for:
            self._opened_for.add(id(expression))
            yield from self.unopened(expression, self.runs)

    def root_matches(self, expression: Expression) -> bool:
        """Whether the root of the trace is there and matches."""
        root = self.runs.get(self.id)
        return root is not None and evaluate(expression, self.known(root.run)) is True

    def any_matches(self, expression: Expression) -> bool:
        """Whether any run of the trace matches; asked once however many runs ask."""
        key = ("any", id(expression))
        if key not in self._answers:
            found = (evaluate(expression, self.known(read.run)) is True for read in self.runs.values())
            self._answers[key] = any(found)
        return self._answers[key]

    def _opened(self, run: Run, name: str) -> Any:  # noqa: ANN401 any JSON value
        at = place_of(run, name)
        if at is None:
            return None
        if id(at.chunk) not in self.frames:
            self.frames.update(self._ask.traces.frames([at.chunk]))
        return opened(self.frames[id(at.chunk)][at.offset : at.offset + at.length])


class WholeTraces:
    """Reads whole traces for one deployment."""

    def __init__(self, ask: Questions, prices: Prices) -> None:
        self._ask = ask
        self._prices = prices

    def many(self, workspace: str, trace_ids: Sequence[str]) -> dict[str, WholeTrace]:
        """The traces that are there, by id, read side by side; those of deleted projects are not there."""
        found = self._ask.traces.load_many(workspace, trace_ids)
        is_alive = cache(partial(self.is_alive, workspace))
        return {trace_id: self._whole(stored, is_alive) for trace_id, stored in found.items()}

    def one(self, workspace: str, trace_id: str, *, consistent: bool = False) -> WholeTrace | None:
        """One trace, or None; `consistent` with all that was ever recorded of it."""
        stored = self._ask.traces.load(workspace, trace_id, consistent=consistent)
        return None if stored is None else self._whole(stored, partial(self.is_alive, workspace))

    def of(self, stored: StoredTrace, is_alive: Callable[[str], bool]) -> WholeTrace:
        """A trace that somebody has read; `is_alive` says whether a project is there."""
        return self._whole(stored, is_alive)

    def open(self, wanted: Iterable[tuple[WholeTrace, Iterable[Chunk]]]) -> None:
        """Give traces these payloads, all fetched together."""
        of_trace = [(whole, chunk) for whole, chunks in wanted for chunk in chunks]
        frames = self._ask.traces.frames(chunk for _, chunk in of_trace)
        for whole, chunk in of_trace:
            whole.frames[id(chunk)] = frames[id(chunk)]

    def is_alive(self, workspace: str, project: str) -> bool:
        """Asked of the table for each answer: what was deleted must be gone at once, whoever deleted it."""
        try:
            self._ask.projects.get(workspace, project)
        except NotFound:
            return False
        return True

    def fill(self, read: Iterable[ReadRun], fields: Collection[str]) -> None:
        """Give the runs the JSON texts of these fields, and the previews that come of them."""
        filled = list(read)
        self.fill_payloads(filled, fields)
        for one in filled:
            for name in ("inputs", "outputs"):
                if name in one.payloads:
                    _fill_preview(one.run, name, one.payloads[name])

    def fill_payloads(self, read: Iterable[ReadRun], fields: Collection[str]) -> None:
        """Give the runs the JSON texts of these fields alone."""
        wanted = [(one, name, at) for one in read for name in fields if (at := place_of(one.run, name)) is not None]
        texts = self._ask.traces.payloads([at for _, _, at in wanted])
        for (one, name, _), text in zip(wanted, texts, strict=True):
            one.payloads[name] = text

    def _whole(self, stored: StoredTrace, is_alive: Callable[[str], bool]) -> WholeTrace:
        with collection_paused(when=sum(chunk.posts for chunk in stored.chunks) > _MANY_RUNS):
            trace = Trace(stored.id, stored.merged(), self._prices.of(stored.workspace))
            projects = {run.project for run in trace.runs.values()}
            alive = {project for project in projects if is_alive(project)}
            return WholeTrace(stored, trace, self._ask, alive)


def place_of(run: Run, name: str) -> PayloadAt | None:
    """Where the JSON text of a payload field lies; None where the run has none or its chunk is not known."""
    value: Sequence[Any] | None = run.fields.get(name)
    if value is None or len(value) < 4 or not isinstance(value[3], Chunk):  # noqa: PLR2004 summary, offset, length, chunk
        return None
    return PayloadAt(value[3], value[1], value[2])


def _fill_preview(run: Run, name: str, text: bytes) -> None:
    """Make the preview that the chunks of a trace leave out."""
    fields: Mapping[str, Any] = run.fields
    if name == "inputs" and run.inputs_preview is None:
        fields[name][0] = preview_of("inputs", opened(text))
    elif name == "outputs" and run.outputs_preview is None:
        fields[name][0][0] = preview_of("outputs", opened(text))
