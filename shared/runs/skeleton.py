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
    ends_us = [run.end_us for run in runs]
    sums = [totals.get(run.id, NOTHING) for run in runs]
    columns, tables = _columns(tree, starts_us, ends_us, sums)
    return Skeleton(
        trace_id=trace_id,
        root=next((at for at, run in enumerate(runs) if run.is_root), NONE),
        runs=len(runs),
        failed_runs=columns.status.count(_AT["error"]),
        pending_runs=columns.status.count(_AT["pending"]),
        start_us=min(starts_us, default=0),
        end_us=max((us for us in ends_us if us is not None), default=None),
        first_token_us=min((starts_us[at] + us for at, us in columns.first_token_us.items()), default=None),
        totals=_sums([one for one, parent in zip(sums, tree.parents, strict=True) if parent == NO_PARENT]),
        tables=tables,
        columns=columns,
        notes=notes_of(tree, starts_us, ends_us),
    )


def _columns(
    tree: Tree, starts_us: Sequence[int], ends_us: Sequence[int | None], sums: Sequence[Totals]
) -> tuple[Columns, Tables]:
    runs = tree.runs
    names, name = _table([run.name for run in runs])
    types, run_type = _table([run.run_type for run in runs])
    models, model = _table([run.model for run in runs])
    errors, error = _rare([text and text[:ERROR_CHARS] for text in (run.error_preview for run in runs)])
    tagged = {at: dict.fromkeys(tags) for at, tags in enumerate(run.tags for run in runs) if tags}
    tags, _ = _table([tag for of_run in tagged.values() for tag in of_run])
    tag_at = {tag: at for at, tag in enumerate(tags)}
    ids = [run.id.replace("-", "") for run in runs]
    columns = Columns(
        id_tails="".join([run_id[_HEAD_CHARS:] for run_id in ids]),
        id_ms=_id_ms(ids, starts_us),
        parent=tree.parents,
        name=name,
        run_type=run_type,
        status=[_AT[run.status] for run in runs],
        model=model,
        step_us=[us - before for us, before in zip(starts_us, [min(starts_us, default=0), *starts_us], strict=False)],
        duration_us=[
            None if end is None else max(0, end - start) for start, end in zip(starts_us, ends_us, strict=True)
        ],
        prompt_tokens=[one.prompt_tokens for one in sums],
        completion_tokens=[one.completion_tokens for one in sums],
        other_tokens={at: more for at, one in enumerate(sums) if (more := _other_tokens(one))},
        cost_nano_usd=[_nano(one.total_cost) for one in sums],
        first_token_us={
            at: max(0, token_us - starts_us[at])
            for at, token_us in enumerate(run.first_token_us for run in runs)
            if token_us is not None
        },
        error=error,
        tags={at: [tag_at[tag] for tag in of_run] for at, of_run in tagged.items()},
    )
    return columns, Tables(names, types, models, errors, tags)


def _table(values: Sequence[str | None]) -> tuple[tuple[str, ...], list[int]]:
    """The texts, each once, and for each value where it stands among them: -1 for None."""
    texts = tuple(text for text in dict.fromkeys(values) if text is not None)
    at: dict[str | None, int] = {text: index for index, text in enumerate(texts)} | {None: NONE}
    return texts, [at[value] for value in values]


def _rare(values: Sequence[str | None]) -> tuple[tuple[str, ...], dict[int, int]]:
    """The same of values most of which are None or empty."""
    texts, places = _table([value or None for value in values])
    return texts, {at: place for at, place in enumerate(places) if place != NONE}


def _id_ms(ids: Sequence[str], starts_us: Sequence[int]) -> dict[int, int]:
    """By how much the time in an id differs from the run's start, where it does."""
    apart = [int(run_id[:_HEAD_CHARS], 16) - us // US_PER_MS for run_id, us in zip(ids, starts_us, strict=True)]
    return {at: ms for at, ms in enumerate(apart) if ms} if any(apart) else {}


def _other_tokens(one: Totals) -> int:
    return one.total_tokens - one.prompt_tokens - one.completion_tokens


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
