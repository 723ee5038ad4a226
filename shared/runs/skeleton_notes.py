"""Where a trace is not as it should be: said, not hidden, and nothing is moved to make it look well.

orphans               the parent that they name is not here (it may come yet): they stand as roots
extra_roots           name no parent, and are not the trace's root
circles               their parents form a circle: they stand as roots
unnamed               their create has not arrived: an update is all that is known
starts_before_parent  began before their parent did: two clocks differ, or the client says so
ends_before_start     their end is before their start: their duration is taken as 0
never_ended           have no end, though a run above them has ended: nobody will end them any more
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.runs.tree import NO_PARENT, Tree


def notes_of(tree: Tree, starts_us: Sequence[int], ends_us: Sequence[int | None]) -> dict[str, list[int]]:
    """The runs, by index, that each note is about; notes that are about none are left out."""
    parents = tree.parents
    places = list(enumerate(parents))
    cut = set(tree.cut)
    apart = [at for at, parent in places if parent == NO_PARENT and at not in cut and not tree.runs[at].is_root]
    found = {
        "orphans": [at for at in apart if tree.runs[at].parent_run_id is not None],
        "extra_roots": [at for at in apart if tree.runs[at].parent_run_id is None],
        "circles": tree.cut,
        "unnamed": [at for at, run in enumerate(tree.runs) if "name" not in run.fields],
        "starts_before_parent": [
            at for at, parent in places if parent != NO_PARENT and starts_us[at] < starts_us[parent]
        ],
        "ends_before_start": [at for at, end_us in enumerate(ends_us) if end_us is not None and end_us < starts_us[at]],
        "never_ended": _never_ended(tree, ends_us),
    }
    return {name: runs for name, runs in found.items() if runs}


def _never_ended(tree: Tree, ends_us: Sequence[int | None]) -> list[int]:
    """The pending runs below one that has ended. Parents stand before their children, so one pass will do."""
    is_over: list[bool] = []
    found: list[int] = []
    for at, parent in enumerate(tree.parents):
        above_is_over = parent != NO_PARENT and is_over[parent]
        if above_is_over and tree.runs[at].status == "pending":
            found.append(at)
        is_over.append(above_is_over or ends_us[at] is not None)
    return found
