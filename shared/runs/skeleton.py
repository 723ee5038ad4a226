"""What it takes to draw a trace at once, and nothing else: its runs column by column.

A trace of 25,000 runs is a few hundred kilobytes like this, compressed; as 25,000 objects it is many times that.
It knows nothing of keys, workspaces or links: a shared trace is drawn from the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from shared.base.units import US_PER_MS
from shared.runs.run import Run
from shared.runs.skeleton_notes import notes_of
from shared.runs.totals import NOTHING, Totals
from shared.runs.tree import NO_PARENT, Tree, tree_of

ERROR_CHARS = 160
"""How much of an error is in a skeleton; the run itself has all of it."""
STATUSES = ("success", "error", "pending")
NONE = -1
_AT = {status: index for index, status in enumerate(STATUSES)}
_NANO = Decimal(10**9)
_HEAD_CHARS = 12
"""Of a UUIDv7, the digits that are its time in milliseconds. Source: RFC 9562, section 5.7."""


class Sums(msgspec.Struct, frozen=True):
    """What the roots of a trace add up to; a cost is None where none is known."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cost_nano_usd: int | None


class Tables(msgspec.Struct, frozen=True):
    """The texts that columns name by their index."""

    names: tuple[str, ...]
    run_types: tuple[str, ...]
    models: tuple[str, ...]
    errors: tuple[str, ...]
    tags: tuple[str, ...]
    statuses: tuple[str, ...] = STATUSES


class Columns(msgspec.Struct, frozen=True):
    """Lists as long as the trace has runs, and of what is rare {index of the run: value}.

    A run's id is, without its dashes, 12 hexadecimal digits of the milliseconds of its start plus `id_ms` (of most
    runs nothing), then its 20 characters of `id_tails`: of the ids that SDKs make, half of the digits are their time.
    `parent` is an index, -1 of a root; `name`, `run_type`, `status`, `model` (-1 is none), `error` and `tags` are
    indexes into the tables. Tokens and costs are those of a run and all below it; what a run used that is neither
    prompt nor completion is in `other_tokens`.

    Units: `step_us` is since the start of the run before, of the first since the skeleton's `start_us`;
    `first_token_us` since the start of its own run; a duration is None where no end is known.
    """

    id_tails: str
    id_ms: dict[int, int]
    parent: list[int]
    name: list[int]
    run_type: list[int]
    status: list[int]
    model: list[int]
    step_us: list[int]
    duration_us: list[int | None]
    prompt_tokens: list[int]
    completion_tokens: list[int]
    other_tokens: dict[int, int]
    cost_nano_usd: list[int | None]
    first_token_us: dict[int, int]
    error: dict[int, int]
    tags: dict[int, list[int]]


class Skeleton(msgspec.Struct, frozen=True):
    """A trace, its runs in the order in which they are drawn: parents before children, siblings by start.

    `root` is the index of the trace's root, -1 while it has not arrived. `start_us` is the earliest start, since
    1970, `end_us` the latest known end. `notes` say where the trace is not as it should be
    (`shared/runs/skeleton_notes.py`): what kind, and of which runs.
    """

    trace_id: str
    root: int
    runs: int
    failed_runs: int
    pending_runs: int
    start_us: int
    end_us: int | None
    first_token_us: int | None
    totals: Sums
    tables: Tables
    columns: Columns
    notes: dict[str, list[int]]


def skeleton_of(trace_id: str, in_order: Sequence[Run], totals: Mapping[str, Totals]) -> Skeleton:
    """The skeleton of a trace's runs, which are sorted by dotted order; `totals` are those of each run's tree."""
    tree = tree_of(in_order)
    runs, starts_us = tree.runs, [run.start_us for run in tree.runs]
    begin_us = min(starts_us, default=0)
    sums = [totals.get(run.id, NOTHING) for run in runs]
    columns, tables = _columns(tree, begin_us, starts_us, sums)
    return Skeleton(
        trace_id=trace_id,
        root=next((at for at, run in enumerate(runs) if run.is_root), NONE),
        runs=len(runs),
        failed_runs=columns.status.count(_AT["error"]),
        pending_runs=columns.status.count(_AT["pending"]),
        start_us=begin_us,
        end_us=max((end_us for run in runs if (end_us := run.end_us) is not None), default=None),
        first_token_us=min((starts_us[at] + us for at, us in columns.first_token_us.items()), default=None),
        totals=_sums([one for one, parent in zip(sums, tree.parents, strict=True) if parent == NO_PARENT]),
        tables=tables,
        columns=columns,
        notes=notes_of(tree, starts_us),
    )


def _columns(tree: Tree, begin_us: int, starts_us: Sequence[int], sums: Sequence[Totals]) -> tuple[Columns, Tables]:
    runs, durations_us = tree.runs, [run.latency_us for run in tree.runs]
    names, types, models, errors, tags = _Table(), _Table(), _Table(), _Table(), _Table()
    tokens_us = [(at, token_us) for at, run in enumerate(runs) if (token_us := run.first_token_us) is not None]
    tagged = [(at, of_run) for at, run in enumerate(runs) if (of_run := run.tags)]
    ids = [run.id.replace("-", "") for run in runs]
    columns = Columns(
        id_tails="".join([run_id[_HEAD_CHARS:] for run_id in ids]),
        id_ms=_apart([int(run_id[:_HEAD_CHARS], 16) for run_id in ids], [us // US_PER_MS for us in starts_us]),
        parent=tree.parents,
        name=[names.index(run.name) for run in runs],
        run_type=[types.index(run.run_type) for run in runs],
        status=[_AT[run.status] for run in runs],
        model=[NONE if (model := run.model) is None else models.index(model) for run in runs],
        step_us=[us - before for us, before in zip(starts_us, [begin_us, *starts_us], strict=False)],
        duration_us=durations_us,
        prompt_tokens=[one.prompt_tokens for one in sums],
        completion_tokens=[one.completion_tokens for one in sums],
        other_tokens=_apart(
            [one.total_tokens for one in sums], [one.prompt_tokens + one.completion_tokens for one in sums]
        ),
        cost_nano_usd=[_nano(one.total_cost) for one in sums],
        first_token_us={at: max(0, token_us - starts_us[at]) for at, token_us in tokens_us},
        error={at: errors.index(text[:ERROR_CHARS]) for at, run in enumerate(runs) if (text := run.error_preview)},
        tags={at: [tags.index(tag) for tag in dict.fromkeys(of_run)] for at, of_run in tagged},
    )
    return columns, Tables(names.texts, types.texts, models.texts, errors.texts, tags.texts)


def _apart(numbers: Sequence[int], usual: Sequence[int]) -> dict[int, int]:
    """By how much the numbers differ from what they usually are, where they do."""
    both = enumerate(zip(numbers, usual, strict=True))
    return {at: number - expected for at, (number, expected) in both if number != expected}


def _sums(of_roots: Sequence[Totals]) -> Sums:
    costs = [one.total_cost for one in of_roots if one.total_cost is not None]
    return Sums(
        sum(one.prompt_tokens for one in of_roots),
        sum(one.completion_tokens for one in of_roots),
        sum(one.total_tokens for one in of_roots),
        _nano(sum(costs, Decimal(0))) if costs else None,
    )


def _nano(dollars: Decimal | None) -> int | None:
    return None if dollars is None else round(dollars * _NANO)


class _Table:
    """Texts, each once, in the order in which they first came."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}

    def index(self, text: str) -> int:
        """Where a text stands; a new one is added."""
        return self._at.setdefault(text, len(self._at))

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._at)
