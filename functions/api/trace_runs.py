"""Some runs of a trace, read without the rest of it; and those that hold given words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from functions.api.reader import Reader
from shared.base.errors import NotFound
from shared.base.units import MIB
from shared.feedback.spoken import feedback_text
from shared.runs.payload import opened
from shared.runs.run import Run
from shared.store.chunks import Chunk
from shared.store.feedback import Owner, feedback_in
from shared.store.questions import Questions
from shared.store.traces import StoredTrace
from shared.store.whole import ReadRun, place_of

PAYLOADS = ("inputs", "outputs", "error", "events", "extra")
SEARCHED = ("inputs", "outputs", "error")
MAX_SEARCHED_BYTES = 256 * MIB
"""Of payloads, uncompressed, in one search: some seconds. The answer says where to go on."""
_RUNS_AT_ONCE = 500
_BACKSLASH = b"\\"


class Match(NamedTuple):
    """A run that holds all the words, and in which of its parts at least one of them stands."""

    run_id: str
    parts: list[str]


@dataclass
class Searched:
    """What a search found; `next_at` is the run, counted from the first, at which to go on; None after the last."""

    matches: list[Match]
    looked_at: int
    next_at: int | None = None


class TraceRuns:
    """Questions about some runs of one trace, for one deployment. A trace that is not there is NotFound."""

    def __init__(self, ask: Questions, reader: Reader) -> None:
        self._ask = ask
        self._reader = reader

    def some(self, workspace: str, trace_id: str, run_ids: Sequence[str]) -> list[ReadRun]:
        """These runs, in the order asked, with feedback but neither totals nor payloads; not those that are not there.

        Of the trace's facts only those about these runs are decoded.
        """
        stored = self._ask.traces.load(workspace, trace_id)
        if stored is None:
            raise NotFound(f"Trace {trace_id} does not exist, has expired, or has not been recorded yet")
        kept = (stored.born_us, stored.ends_us, stored.tier, stored.kept_because)
        merged = stored.merged_about(run_ids)
        runs = (Run(run_id, trace_id, merged[run_id]) for run_id in dict.fromkeys(run_ids) if run_id in merged)
        found = [ReadRun(run, None, *kept) for run in runs if "dotted_order" in run.fields]
        alive = self._alive(workspace, (read.run.project for read in found))
        return _with_feedback([read for read in found if read.run.project in alive], stored)

    def search(self, workspace: str, trace_id: str, words: Sequence[str], begin: int = 0) -> Searched:
        """The runs in which each word stands somewhere, whatever its case, in order of execution, from one of them on.

        They are looked for in the name, the whole error, and all texts and numbers of inputs and outputs.
        """
        runs = self._reader.trace(workspace, trace_id)
        asked = [word.casefold() for word in words]
        found = Searched([], 0)
        waiting, opened_bytes, seen = iter(runs[begin:]), 0, set[int]()
        while batch := list(islice(waiting, _RUNS_AT_ONCE)):
            chunks = {id(chunk): chunk for read in batch for chunk in _chunks_of(read.run)}
            opened_bytes += sum(chunk.raw_length for key, chunk in chunks.items() if key not in seen)
            seen |= chunks.keys()
            if found.looked_at and opened_bytes > MAX_SEARCHED_BYTES:
                found.next_at = begin + found.looked_at
                break
            frames = self._ask.traces.frames(chunks.values())
            found.matches += (match for read in batch if (match := _match(read.run, frames, asked)) is not None)
            found.looked_at += len(batch)
        return found

    def _alive(self, workspace: str, projects: Iterable[str]) -> set[str]:
        alive = set()
        for project in set(projects):
            try:
                alive.add(self._ask.projects.get(workspace, project).id)
            except NotFound:
                continue
        return alive


def _with_feedback(found: list[ReadRun], stored: StoredTrace) -> list[ReadRun]:
    by_id = {read.run.id: read for read in found}
    for one in feedback_in(stored.feedback, Owner("trace", stored.id)):
        about = by_id.get(one.run_id or "")
        if about is not None:
            one.project = about.run.project
            about.feedback.append(feedback_text(one))
    return found


def _chunks_of(run: Run) -> Iterator[Chunk]:
    return (at.chunk for name in SEARCHED if (at := place_of(run, name)) is not None)


def _match(run: Run, frames: dict[int, bytes], words: Sequence[str]) -> Match | None:
    texts = {"name": run.name.casefold()}
    for name in SEARCHED:
        at = place_of(run, name)
        if at is not None:
            texts[name] = searchable(frames[id(at.chunk)][at.offset : at.offset + at.length])
    if not all(any(word in text for text in texts.values()) for word in words):
        return None
    return Match(run.id, [name for name, text in texts.items() if any(word in text for word in words)])


def searchable(text: bytes) -> str:
    """A JSON text in folded case; where anything in it is escaped, what its strings say as well."""
    plain = text.decode("utf-8", "replace")
    if _BACKSLASH in text:
        plain += "\n" + "\n".join(_strings(opened(text)))
    return plain.casefold()


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 any JSON value
    """All strings of a value, the names of its objects too."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
