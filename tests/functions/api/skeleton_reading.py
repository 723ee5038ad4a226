"""A skeleton as the page reads it: by docs/page-api.md alone."""

from __future__ import annotations

import uuid
from itertools import accumulate
from typing import Any, NamedTuple


class DrawnRun(NamedTuple):
    """One run of a skeleton, its columns put together again."""

    id: str
    parent: str | None
    name: str
    run_type: str
    status: str
    model: str | None
    start_us: int
    duration_us: int | None
    total_tokens: int
    cost_nano_usd: int | None
    first_token_us: int | None
    error: str | None
    tags: list[str]


Drawn = list[DrawnRun]


def drawn(skeleton: dict[str, Any]) -> Drawn:
    """The runs of a skeleton, which is as parsed from JSON, in its order."""
    columns, tables, count = skeleton["columns"], skeleton["tables"], skeleton["runs"]
    lists = [column for column in columns.values() if isinstance(column, list)]
    assert {len(column) for column in lists} == {count}
    starts_us = list(accumulate(columns["step_us"], initial=skeleton["start_us"]))[1:]
    ids = [_id(columns, at, starts_us[at]) for at in range(count)]
    return [_run(at, ids, starts_us, columns, tables) for at in range(count)]


def _id(columns: dict[str, Any], at: int, start_us: int) -> str:
    head = start_us // 1_000 + columns["id_ms"].get(str(at), 0)
    return str(uuid.UUID(f"{head:012x}{columns['id_tails'][20 * at : 20 * at + 20]}"))


def _run(
    at: int, ids: list[str], starts_us: list[int], columns: dict[str, Any], tables: dict[str, list[str]]
) -> DrawnRun:
    parent, model = columns["parent"][at], columns["model"][at]
    error, token_us = columns["error"].get(str(at)), columns["first_token_us"].get(str(at))
    tokens = columns["prompt_tokens"][at] + columns["completion_tokens"][at] + columns["other_tokens"].get(str(at), 0)
    return DrawnRun(
        id=ids[at],
        parent=None if parent < 0 else ids[parent],
        name=tables["names"][columns["name"][at]],
        run_type=tables["run_types"][columns["run_type"][at]],
        status=tables["statuses"][columns["status"][at]],
        model=None if model < 0 else tables["models"][model],
        start_us=starts_us[at],
        duration_us=columns["duration_us"][at],
        total_tokens=tokens,
        cost_nano_usd=columns["cost_nano_usd"][at],
        first_token_us=None if token_us is None else starts_us[at] + token_us,
        error=None if error is None else tables["errors"][error],
        tags=[tables["tags"][tag] for tag in columns["tags"].get(str(at), [])],
    )
