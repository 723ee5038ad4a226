"""Takes deletions on: hides what is named, and has the erase room remove it."""

from __future__ import annotations

from functions.api.auth import Caller
from functions.api.sharing import Sharing
from shared.base.errors import NotFound
from shared.store.erased import packed
from shared.store.erasure import PART_TRACES, Erasure, Erasures


def delete_traces(caller: Caller, project: str, trace_ids: tuple[str, ...]) -> Erasure:
    """Have these traces of a project erased; on return they are unreadable. Raises: NotFound.

    One that is not here may be on its way, and is refused when it comes. One in another project stays.
    """
    caller.room.ask.projects.get(caller.workspace, project)
    known = caller.room.ask.traces.projects_of(caller.workspace, trace_ids)
    ours = [one for one in trace_ids if known.get(one, project) == project]
    return _begin(
        caller,
        kind="traces",
        project=project,
        trace_ids=packed(ours),
        elsewhere=len(trace_ids) - len(ours),
        parts=-(-len(ours) // PART_TRACES),
        found_us=caller.now_us,
    )


def delete_by_metadata(caller: Caller, pairs: str) -> Erasure:
    """Have every trace of the workspace erased in which a run has one of these pairs, as it is found."""
    return _begin(caller, kind="metadata", metadata=pairs)


def delete_project(caller: Caller, project: str) -> Erasure:
    """Take a project out of every answer, and have its traces erased. Raises: NotFound.

    The erasure is taken on first: if this process dies in between, it spares a project that was not deleted.
    """
    caller.room.ask.projects.get(caller.workspace, project)
    erasure = _begin(caller, kind="project", project=project)
    caller.room.ask.projects.delete(caller.workspace, project)
    shared = Sharing(caller).shares.of_workspace(caller.workspace)
    erasures_of(caller).unshare(erasure, [told for told in shared if told.project == project])
    return erasure


def receipt_of(caller: Caller, erasure_id: str) -> Erasure:
    """One receipt of the workspace. Raises: NotFound."""
    found = erasures_of(caller).get(caller.workspace, erasure_id)
    if found is None:
        raise NotFound(f"Deletion {erasure_id[:80]} does not exist")
    return found


def erasures_of(caller: Caller) -> Erasures:
    """The erasures of the room's store."""
    return Erasures(caller.room.store, caller.room.clock, caller.room.settings.settle_s)


def _begin(caller: Caller, **asked: object) -> Erasure:
    erasures = erasures_of(caller)
    erasure = Erasure(
        id=erasures.new_id(),
        workspace=caller.workspace,
        asked_us=caller.now_us,
        key_id=caller.key.id,
        key_description=caller.key.description,
        **asked,  # type: ignore[arg-type]
    )
    erasures.begin(erasure)
    return erasure
