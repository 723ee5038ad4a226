"""A dataset: examples that somebody chose to keep, under a name that no other dataset of the workspace has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from shared.base.errors import Malformed

DataType = Literal["kv", "llm", "chat"]
DATA_TYPES: tuple[str, ...] = get_args(DataType)
MAX_DATASETS = 1_000
"""Of one workspace."""
MAX_EXAMPLES = 10_000
"""Of one dataset, counted as of a minute ago: its list is read whole, and it is deleted by one request."""
MAX_NAME_CHARS = 255


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset. `metadata` is JSON, as it was sent; times are microseconds.

    One with a `deleted_us` is in no answer, nor is any of its examples: they are being removed.
    """

    id: str
    name: str
    created_us: int
    modified_us: int
    description: str | None = None
    data_type: DataType = "kv"
    metadata: str | None = None
    deleted_us: int | None = None


def check_name(name: str) -> str:
    """The name without spaces around it. Raises: Malformed."""
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise Malformed(f"name: has {len(name)} characters; a dataset's must have 1 to {MAX_NAME_CHARS}")
    return name
