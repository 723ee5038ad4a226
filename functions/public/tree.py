"""The skeleton of a snapshot, opened: its runs in order, each with its place, times and sums.

`docs/page-api.md` says what its columns hold, and `web/model/trace.js` opens them for the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from shared.base.units import US_PER_MS
from shared.runs.dotted_order import segment

NO_RUN = -1
_TAIL_CHARS = 20


class Place(NamedTuple):
    """One run of a tree: what the skeleton tells of it. `at` is its index, `parent` that of the run above it."""

    at: int
    id: str
    parent: int
    depth: int
    name: str
    kind: str
    status: str
    model: str | None
    start_us: int
    duration_us: int | None
    first_token_us: int | None
    error: str | None

    @property
    def end_us(self) -> int | None:
        """When it ended; None while it runs."""
        return None if self.duration_us is None else self.start_us + self.duration_us


class Sums(NamedTuple):
    """What a run and all below it used."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cost_nano_usd: int | None


class Tree:
    """The runs of a trace, from the answer that a snapshot keeps of it."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._skeleton = answer["skeleton"]
        self._columns = self._skeleton["columns"]
        self._tables = self._skeleton["tables"]
        self.trace_id: str = answer["trace_id"]
        self.thread_id: str | None = answer.get("thread_id")
        self.size: int = self._skeleton["runs"]
        self.failed: int = self._skeleton["failed_runs"]

    @property
    def root(self) -> int:
        """The index of the root; of the first run, while the root has not arrived."""
        return max(0, int(self._skeleton["root"]))

    @property
    def title(self) -> str:
        """The root's name."""
        return self.first.name

    @property
    def first(self) -> Place:
        """The root."""
        return next(place for place in self.places() if place.at == self.root)

    @property
    def sums(self) -> Sums:
        """What the whole trace used."""
        totals = self._skeleton["totals"]
        return Sums(*(totals[name] for name in Sums._fields))

    @property
    def duration_us(self) -> int | None:
        """From the first start to the last end, once the root has ended."""
        end_us = self._skeleton["end_us"]
        return None if end_us is None or self.first.status == "pending" else end_us - self._skeleton["start_us"]

    @property
    def start_us(self) -> int:
        """The first start."""
        return int(self._skeleton["start_us"])

    def places(self) -> Iterator[Place]:
        """The runs, in order: parents before their children."""
        start_us, depths = self.start_us, list[int]()
        for at, parent in enumerate(self._columns["parent"]):
            start_us += self._columns["step_us"][at]
            depths.append(0 if parent == NO_RUN else depths[parent] + 1)
            yield self._place(at, parent, depths[at], start_us)

    @cached_property
    def all(self) -> list[Place]:
        """All runs, in order."""
        return list(self.places())

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each run stands, by its id."""
        return {place.id: place.at for place in self.all}

    def sums_of(self, at: int) -> Sums:
        """What one run and all below it used."""
        prompt, completion = self._columns["prompt_tokens"][at], self._columns["completion_tokens"][at]
        other = self._columns["other_tokens"].get(str(at), 0)
        return Sums(prompt, completion, prompt + completion + other, self._columns["cost_nano_usd"][at])

    def above(self, place: Place) -> list[Place]:
        """The runs above one, the highest first."""
        found: list[Place] = []
        while place.parent != NO_RUN:
            place = self.all[place.parent]
            found.append(place)
        return found[::-1]

    def dotted_order(self, place: Place) -> str:
        """The order of a run among all, as LangSmith writes it."""
        return ".".join(segment(one.start_us, one.id) for one in [*self.above(place), place])

    def _place(self, at: int, parent: int, depth: int, start_us: int) -> Place:
        columns, tables = self._columns, self._tables
        model = columns["model"][at]
        error = columns["error"].get(str(at))
        return Place(
            at=at,
            id=self._id(at, start_us),
            parent=parent,
            depth=depth,
            name=tables["names"][columns["name"][at]] or "(no name yet)",
            kind=tables["run_types"][columns["run_type"][at]],
            status=tables["statuses"][columns["status"][at]],
            model=None if model == NO_RUN else tables["models"][model],
            start_us=start_us,
            duration_us=columns["duration_us"][at],
            first_token_us=columns["first_token_us"].get(str(at)),
            error=None if error is None else tables["errors"][error],
        )

    def _id(self, at: int, start_us: int) -> str:
        head = start_us // US_PER_MS + self._columns["id_ms"].get(str(at), 0)
        digits = f"{head:012x}" + self._columns["id_tails"][_TAIL_CHARS * at : _TAIL_CHARS * (at + 1)]
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
