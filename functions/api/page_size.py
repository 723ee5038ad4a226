"""How many runs of a page fit into one answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shared.store.whole import ReadRun, place_of

MAX_PAGE_BYTES = 4_000_000
"""Of payload texts. Lambda returns 6 MB: as JSON text, in which quotes grow, or compressed and then a third longer."""


def fitting(runs: Sequence[ReadRun], fields: Collection[str]) -> list[ReadRun]:
    """The first of these runs whose payloads fit into one answer together, and at least one: a cursor has the rest."""
    left = MAX_PAGE_BYTES
    for count, read in enumerate(runs):
        left -= sum(at.length for name in fields if (at := place_of(read.run, name)) is not None)
        if left < 0:
            return list(runs[: max(1, count)])
    return list(runs)
