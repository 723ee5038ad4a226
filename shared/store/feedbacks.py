"""Questions and commands about feedback.

Whoever says something of a feedback adds a fact, and is answered when it is durable: clients read back at once
what they wrote. What goes through the queue is the wish that the head of the trace be made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from shared.base.clock import Clock
from shared.base.errors import NotFound, Rejected
from shared.base.ids import receipt_us
from shared.base.units import US_PER_MS
from shared.feedback.check import stated_us
from shared.feedback.feedback import Feedback, Fields, Said
from shared.retention.periods import Periods, deletable_epoch_s
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope
from shared.store import keys
from shared.store.erased import Erased
from shared.store.feedback import (
    Addressed,
    Owner,
    by_id,
    fact_item,
    facts_under,
    feedback_in,
    listed_in,
    listed_writes,
    make_empty,
    mark,
    owner_of_place,
    place_item,
    unlisted,
    waiting_item,
)
from shared.store.feedback_homes import FeedbackHomes, Home
from shared.store.ports import Item, KeyRange, Queue, Table
from shared.store.traces import StoredTrace

_PAGE_ITEMS = 200
_LAST_US = 10**16 - 1


class Create(NamedTuple):
    """A create on its way to the table: its rows, under what they lie, and the run that they wait for."""

    rows: list[Item]
    owner: Owner
    waits_for: str | None


class Feedbacks:
    """Questions and commands about the feedback of a workspace."""

    def __init__(self, table: Table, queue: Queue, homes: FeedbackHomes, periods: Periods, clock: Clock) -> None:
        self._table = table
        self._erased = Erased(table)
        self._queue = queue
        self._periods = periods
        self._clock = clock
        self.homes = homes

    def get(self, workspace: str, feedback_id: str) -> Feedback:
        """One feedback, strongly read. Raises: NotFound."""
        return self._found(workspace, feedback_id)[2]

    def of_runs(self, workspace: str, run_ids: Sequence[str]) -> list[Feedback]:
        """The feedback about these runs, that may be read."""
        found = self.of_traces(workspace, self.homes.traces_of(workspace, run_ids))
        return [one for one in found if one.run_id in run_ids]

    def of_traces(self, workspace: str, trace_ids: Iterable[str]) -> list[Feedback]:
        """The feedback about the runs of these traces, that may be read."""
        owners = [Owner("trace", one) for one in sorted(set(trace_ids))]
        read = zip(owners, self._table.query_many([facts_under(workspace, one) for one in owners]), strict=True)
        having = {owner: items for owner, items in read if items}
        homes = self.homes.homes(workspace, having)
        return [one for owner in having for one in _at_home(having[owner], owner, homes[owner])]

    def listed(
        self, workspace: str, project: str, start_us: int = 0, end_us: int = _LAST_US, *, newest_first: bool = True
    ) -> Iterator[Feedback]:
        """All feedback of a project and its runs that was made in [start, end], in order of time."""
        now_us, erased, after = self._clock.now_us(), self._erased.traces(workspace), None
        first, last = keys.moment(max(0, start_us)), keys.moment(min(max(0, end_us), _LAST_US)) + keys.LAST
        while True:
            pk = keys.feedback_list(workspace, project)
            page = self._table.query(KeyRange(pk, first, last, newest_first, after, _PAGE_ITEMS, consistent=True))
            shown = (one for item in page if (one := listed_in(item, now_us)) is not None)
            yield from (one for one in shown if one.trace_id not in erased)
            if len(page) < _PAGE_ITEMS:
                return
            after = page[-1].sk

    def create(self, workspace: str, feedback_id: str, fields: Fields, receipt: str) -> Feedback:
        """Say everything of a feedback; under an id that exists, anew. `fields` are checked.

        Raises: NotFound when it is about a project that is not there; Rejected when its trace is gone.
        """
        create = self.to_create(workspace, feedback_id, fields, receipt)
        home, owner = self.homes.home(workspace, create.owner), create.owner
        if home.is_gone:
            raise Rejected(f"Trace {owner.id} was deleted, or has expired by its retention; nothing can be added")
        self._take_from_others(Addressed(workspace, owner, feedback_id), receipt)
        self._table.put(create.rows)
        if create.waits_for is not None:
            owner = self.homes.look_again(workspace, [create.waits_for]).get(create.waits_for, owner)
            home = self.homes.home(workspace, owner)
        return self._told(Addressed(workspace, owner, feedback_id), home, receipt)

    def change(self, workspace: str, feedback_id: str, fields: Fields, receipt: str) -> Feedback:
        """Say some fields anew; null takes one back. Raises: NotFound."""
        at, home, known = self._found(workspace, feedback_id)
        said = Said(max(self._clock.now_us(), known.modified_us + 1), receipt, "change", known.created_us, fields)
        self._table.put([fact_item(at, said, self._ends_us(at.owner, home, receipt))])
        return self._told(at, home, receipt)

    def delete(self, workspace: str, feedback_id: str, receipt: str) -> Feedback:
        """Take a feedback back; gives what it was. Raises: NotFound."""
        at, home, known = self._found(workspace, feedback_id)
        said = Said(max(self._clock.now_us(), known.modified_us + 1), receipt, "delete", known.created_us, {})
        self._table.put([fact_item(at, said, self._ends_us(at.owner, home, receipt))])
        make_empty(self._table, self._facts(at), said)
        self._spread(at, home, receipt)
        return known

    def to_create(self, workspace: str, feedback_id: str, fields: Fields, receipt: str) -> Create:
        """The rows that say everything of a feedback. Reads only where no trace is named. Raises: NotFound."""
        owner, waits_for = self.homes.owner(workspace, fields)
        at = Addressed(workspace, owner, feedback_id)
        ends_us = self._ends_us(owner, Home(), receipt)
        rows = [fact_item(at, _create(fields, receipt), ends_us), place_item(at, ends_us)]
        if waits_for is not None:
            rows.append(waiting_item(workspace, waits_for, ends_us))
        return Create(rows, owner, waits_for)

    def list_new(self, trace: StoredTrace) -> None:
        """Enter the feedback of a trace, as strongly read, into the list of its project, where it is not yet."""
        all_facts, project = by_id(trace.feedback), trace.chunks[0].project
        for feedback_id in by_id(unlisted(trace.feedback)):
            facts = all_facts[feedback_id]
            self._enter(trace.workspace, Owner("trace", trace.id), facts, project, trace.ends_us)

    def lengthen(self, trace: StoredTrace) -> None:
        """Let the feedback of a trace, as strongly read, live as long as the trace. The facts themselves come last."""
        project, ends_epoch_s = trace.chunks[0].project, deletable_epoch_s(trace.ends_us)
        for feedback_id, facts in by_id(trace.feedback).items():
            if any((one.expires_epoch_s or 0) < ends_epoch_s for one in facts):
                owner = Owner("trace", trace.id)
                self._table.put([place_item(Addressed(trace.workspace, owner, feedback_id), trace.ends_us)])
                self._enter(trace.workspace, owner, facts, project, trace.ends_us)
                mark(self._table, facts, project, trace.ends_us)

    def list_of_project(self, workspace: str, owner: Owner, feedback_id: str, receipt: str) -> None:
        """Enter feedback about a project as a whole into its list."""
        self._spread(Addressed(workspace, owner, feedback_id), Home(project=owner.id), receipt)

    def _found(self, workspace: str, feedback_id: str) -> tuple[Addressed, Home, Feedback]:
        """Where a feedback lies, and what it is. Raises: NotFound."""
        places = self._table.query(KeyRange(keys.feedback_places(workspace, feedback_id), consistent=True))
        for at in (Addressed(workspace, owner_of_place(item), feedback_id) for item in places):
            home = self.homes.home(workspace, at.owner)
            for found in _at_home(self._facts(at), at.owner, home):
                return at, home, found
        raise NotFound(f"Feedback {feedback_id} does not exist, was deleted, or has expired with its trace")

    def _told(self, at: Addressed, home: Home, receipt: str) -> Feedback:
        """The feedback after something was said of it."""
        facts = self._spread(at, home, receipt)
        for found in _at_home(facts, at.owner, home):
            return found
        raise NotFound(f"Feedback {at.feedback_id} was deleted at the same time")

    def _spread(self, at: Addressed, home: Home, receipt: str) -> list[Item]:
        """Let lists and heads reflect a feedback, as far as it is known where it belongs; gives all its facts."""
        facts = self._facts(at)
        if home.project is not None:
            ends_us = self._ends_us(at.owner, home, receipt)
            self._enter(at.workspace, at.owner, facts, home.project, ends_us)
        if home.trace is not None:
            settle = Envelope(receipt, at.workspace, "", [], settle=[home.trace.id])
            self._queue.send(pack_envelope(settle), group=at.workspace)
        return facts

    def _enter(self, workspace: str, owner: Owner, facts: Sequence[Item], project: str, ends_us: int) -> None:
        """Enter one feedback, by all its facts, into the list of its project."""
        new, ends_epoch_s = unlisted(facts), deletable_epoch_s(ends_us)
        if any((one.expires_epoch_s or 0) < ends_epoch_s for one in new):  # its trace lives longer than was known
            self._table.put([place_item(Addressed(workspace, owner, next(iter(by_id(facts)))), ends_us)])
        self._table.put_if_many(listed_writes(workspace, owner, facts, project, ends_us))
        mark(self._table, new, project, ends_us)

    def _take_from_others(self, at: Addressed, receipt: str) -> None:
        """Sent again under its id, a feedback may be about another run: it is not what it was elsewhere."""
        places = self._table.query(KeyRange(keys.feedback_places(at.workspace, at.feedback_id), consistent=True))
        elsewhere = [at._replace(owner=owner) for owner in map(owner_of_place, places) if owner != at.owner]
        if any(feedback_in(self._facts(other), other.owner) for other in elsewhere):
            self.delete(at.workspace, at.feedback_id, receipt)

    def _facts(self, at: Addressed) -> list[Item]:
        return self._table.query(facts_under(at.workspace, at.owner, at.feedback_id))

    def _ends_us(self, owner: Owner, home: Home, receipt: str) -> int:
        """When it ends: with its trace; before that is here, as if it had come with the feedback."""
        if home.trace is not None:
            return home.trace.ends_us
        return self._periods.ends_us(receipt_us(receipt), "extended" if owner.kind == "project" else "base")


def _at_home(facts: Iterable[Item], owner: Owner, home: Home) -> list[Feedback]:
    """The feedback that these facts give, with its project; none where that is gone."""
    found = [] if home.is_gone else feedback_in(facts, owner, is_here=home.is_here)
    for one in found:
        one.project = home.project or one.fields.get("session_id")
    return found


def _create(fields: Fields, receipt: str) -> Said:
    """A create, by its receipt alone: however often it is delivered, it is the same."""
    received_us = receipt_us(receipt)
    created_us = stated_us(fields, "created_at", received_us)
    at_us = stated_us(fields, "modified_at", received_us + US_PER_MS - 1)
    kept = {name: value for name, value in fields.items() if name not in {"created_at", "modified_at"}}
    return Said(at_us, receipt, "create", created_us, kept)
