"""What keeps a trace longer: the feedback that asks for it, and the causes that came after the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.feedback.feedback import Feedback
from shared.retention.kept import Kept
from shared.store import keys
from shared.store.fates import noted_causes
from shared.store.feedback import Owner, feedback_in
from shared.store.ports import Item, KeyRange, Table
from shared.store.retention import Retention
from shared.store.traces import StoredTrace


def asking_feedback(retention: Retention, workspace: str, trace_id: str, items: Sequence[Item]) -> Iterator[Kept]:
    """The causes among a trace's feedback, in order of id, each as of when it was last said."""
    for one in feedback_in(items, Owner("trace", trace_id)):
        if _asks(retention, workspace, one):
            by = one.source.get("user_name") or one.source.get("type") or ""
            yield Kept("feedback", one.id, one.modified_us, name=one.key, by=str(by))


def later_causes(table: Table, retention: Retention, stored: StoredTrace, limit: int) -> list[Kept]:
    """All but the first cause, in order of time, at most so many of each kind; none in the base tier.

    Feedback needs no row to be one: it lies with the trace.
    """
    if stored.kept is None:
        return []
    trace = keys.trace(stored.workspace, stored.id)
    feedback = table.query(KeyRange(trace, keys.FEEDBACK, keys.FEEDBACK + keys.LAST))
    noted = noted_causes(table, stored.workspace, stored.id, limit)
    given = asking_feedback(retention, stored.workspace, stored.id, feedback)
    found = {(kept.kind, kept.id): kept for kept in (*given, *noted)}
    found.pop((stored.kept.kind, stored.kept.id), None)
    return sorted(found.values(), key=lambda kept: kept.at_us)[:limit]


def _asks(retention: Retention, workspace: str, feedback: Feedback) -> bool:
    choice = retention.choice(workspace, feedback.modified_us)
    by_api, in_app = choice.feedback_by_api is not False, choice.feedback_in_app is True
    return feedback.asks_to_keep(by_api=by_api, in_app=in_app)
