"""Leaves new traces out while a limit lets in a sample of them: whole traces, the same in each request of a trace."""

from __future__ import annotations

from collections.abc import Iterable

from functions.receive.intake import Judged
from functions.receive.pack import placed
from functions.receive.validate import Valid
from shared.base.ids import uuid_time_us
from shared.runs.dotted_order import place
from shared.runs.fact import LeftOut
from shared.store import keys
from shared.usage.sampling import UNSURE_US, Stretch, is_taken


def leave_out(judged: Judged, stretches: Iterable[Stretch]) -> None:
    """Take what belongs to traces that are left out from what is sent on, and count it.

    What does not say which trace it belongs to is taken: `record` finds out, or refuses it.
    """
    judged.valid = placed(judged.valid)
    now_us = judged.request.now_us
    began_us: dict[str, int] = {}
    for one in judged.valid:
        if one.trace_id is not None:
            began_us[one.trace_id] = min(_began_us(one, one.trace_id, now_us), began_us.get(one.trace_id, now_us))
    for feedback in judged.feedback:
        if feedback.trace_id is not None:
            began_us.setdefault(feedback.trace_id, uuid_time_us(feedback.trace_id) or now_us - UNSURE_US)
    rules = tuple(stretches)
    out = {trace_id for trace_id, at_us in began_us.items() if not is_taken(trace_id, at_us, rules)}
    if out:
        _take_out(judged, out)
        judged.rate = min(one.rate for one in rules)


def _take_out(judged: Judged, traces: set[str]) -> None:
    left = [one for one in judged.valid if one.trace_id in traces]
    runs = {one.fact.run_id: one.trace_id for one in left if not one.fact.is_patch}
    said = [one for one in judged.feedback if one.trace_id in traces]
    began = sum(run_id == trace_id for run_id, trace_id in runs.items())
    judged.left_out = LeftOut(began, len(runs), len(left) + len(said))
    judged.valid = [one for one in judged.valid if one.trace_id not in traces]
    judged.feedback = [one for one in judged.feedback if one.trace_id not in traces]
    folders = tuple(keys.attachments("base", judged.request.workspace, one) for one in traces)
    judged.uploads = [one for one in judged.uploads if not one.key.startswith(folders)]


def _began_us(one: Valid, trace_id: str, now_us: int) -> int:
    """When the trace began: as its id says, or its root's place; else it may have been a while ago."""
    told_us = uuid_time_us(trace_id)
    if told_us is not None:
        return told_us
    where = one.fact.fields.get("dotted_order")
    if where is not None and (found := place(where)).trace_id == trace_id:
        return found.root_start_us
    return min(now_us - UNSURE_US, int(one.fact.fields.get("start_us", now_us)))
