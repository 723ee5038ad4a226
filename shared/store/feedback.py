"""The rows of feedback.

    fact       under its trace or its project: what one request said of one feedback
    place      by the feedback's id: under which trace or project its facts lie
    listed     by project and time: the feedback as merged, for lists and statistics
    waiting    one a run that feedback named before it was here

Facts are the truth and are only ever added; taking a feedback back adds a fact, and empties those before it. A
listed row is made from the facts by whoever read them strongly after adding one, and carries how many they
were: it is only overwritten by one made from at least as many, so the last one standing is made from all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from shared.feedback.feedback import Feedback, Fields, Kind, Said, merged
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import EXPIRES_AT, AtMost, Equals, Item, Key, KeyRange, Table, Value

_BODY, _AT, _CREATED, _KIND, _LISTED_IN = "b", "u", "c", "k", "j"
_COUNT, _ENDS = "n", "e"
_EMPTY = b""

_encode = msgspec.json.Encoder().encode
_fields = msgspec.json.Decoder(Fields).decode
_feedback = msgspec.json.Decoder(Feedback).decode


class Owner(NamedTuple):
    """Under what feedback lies. The trace of a run that is not here yet is taken to be the run's own id."""

    kind: Literal["trace", "project"]
    id: str

    def partition(self, workspace: str) -> str:
        """Where its feedback lies."""
        if self.kind == "trace":
            return keys.trace(workspace, self.id)
        return keys.project_feedback(workspace, self.id)


class Addressed(NamedTuple):
    """One feedback of a workspace, and what it lies under."""

    workspace: str
    owner: Owner
    feedback_id: str


def facts_under(workspace: str, owner: Owner, feedback_id: str = "") -> KeyRange:
    """The facts of one feedback, or of all, under an owner; strongly read."""
    prefix = keys.FEEDBACK + (f"{feedback_id}#" if feedback_id else "")
    return KeyRange(owner.partition(workspace), prefix, prefix + keys.LAST, consistent=True)


def fact_item(at: Addressed, said: Said, ends_us: int, listed_in: str | None = None) -> Item:
    """The row of one fact; `listed_in` is the project in whose list it is reflected."""
    attributes = {
        _BODY: _encode(said.fields),
        _AT: said.at_us,
        _CREATED: said.created_us,
        **({} if said.kind == "create" else {_KIND: said.kind}),
        **({} if listed_in is None else {_LISTED_IN: listed_in}),
    }
    sk = keys.feedback(at.feedback_id, said.receipt)
    return Item(at.owner.partition(at.workspace), sk, attributes, deletable_epoch_s(ends_us))


def place_item(at: Addressed, ends_us: int) -> Item:
    """The row that leads from a feedback's id to its owner."""
    pk = keys.feedback_places(at.workspace, at.feedback_id)
    return Item(pk, f"{at.owner.kind}#{at.owner.id}", {}, deletable_epoch_s(ends_us))


def owner_of_place(item: Item) -> Owner:
    """The owner that such a row names."""
    kind, owner_id = item.sk.split("#")
    return Owner("trace" if kind == "trace" else "project", owner_id)


def waiting_item(workspace: str, run_id: str, ends_us: int) -> Item:
    """The row that says that feedback waits for this run."""
    return Item(keys.waiting_feedback(workspace), run_id, {}, deletable_epoch_s(ends_us))


def said_in(item: Item) -> Said:
    """The fact of a row."""
    said = item.attributes
    kind: Kind = "create"
    if said.get(_KIND) is not None:
        kind = "delete" if said[_KIND] == "delete" else "change"
    body = bytes(said[_BODY] or _EMPTY)  # type: ignore[arg-type]
    _, receipt = _parts(item)
    return Said(int(said[_AT] or 0), receipt, kind, int(said[_CREATED] or 0), _fields(body) if body else {})


def feedback_in(items: Iterable[Item], owner: Owner, *, is_here: bool = True) -> list[Feedback]:
    """The feedback that these facts of one owner give, in order of id.

    Where the trace is not here yet, the feedback says of it what its client said.
    """
    found = [merged(feedback_id, map(said_in, facts)) for feedback_id, facts in by_id(items).items()]
    for one in found:
        if one is not None and owner.kind == "trace":
            one.trace_id = owner.id if is_here else one.fields.get("trace_id")
    return [one for one in found if one is not None]


def by_id(items: Iterable[Item]) -> dict[str, list[Item]]:
    """The facts of each feedback."""
    facts: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        facts[_parts(item)[0]].append(item)
    return facts


def unlisted(items: Iterable[Item]) -> list[Item]:
    """Those facts that are in no list yet: their project was not known when they came."""
    return [item for item in items if _LISTED_IN not in item.attributes]


def mark(table: Table, items: Iterable[Item], project: str, ends_us: int) -> None:
    """Note that these facts are reflected in the list of this project, and let them end with their trace."""
    changes: dict[str, Value] = {_LISTED_IN: project, EXPIRES_AT: deletable_epoch_s(ends_us)}
    for item in items:
        table.update(Key(item.pk, item.sk), changes, _still_there(item))


def make_empty(table: Table, items: Iterable[Item], taken_back: Said) -> None:
    """Take out of the facts before this one what they said. They stay, so that the number of facts only grows."""
    for item in items:
        if said_in(item).order < taken_back.order:
            table.update(Key(item.pk, item.sk), {_BODY: _EMPTY}, _still_there(item))


def _still_there(item: Item) -> Equals:
    return Equals(_AT, item.attributes[_AT])


def listed_writes(
    workspace: str, owner: Owner, facts: Sequence[Item], project: str, ends_us: int
) -> list[tuple[Item, AtMost]]:
    """What to write so that a project's list shows the one feedback that all these facts are about.

    A create that came late may say that the feedback was made earlier than was known: it moves, and where it
    stood before is emptied.
    """
    feedback_id = _parts(facts[0])[0]
    feedback = next(iter(feedback_in(facts, owner)), None)
    writes = []
    for created_us in sorted({said.created_us for said in map(said_in, facts) if said.kind == "create"}):
        shown = _EMPTY
        if feedback is not None and feedback.created_us == created_us:
            feedback.project = project
            shown = _encode(feedback)
        sk = keys.feedback_listed(created_us, feedback_id)
        attributes: dict[str, Value] = {"f": shown, _COUNT: len(facts), _ENDS: ends_us}
        item = Item(keys.feedback_list(workspace, project), sk, attributes, deletable_epoch_s(ends_us))
        writes.append((item, AtMost(_COUNT, len(facts))))
    return writes


def listed_in(item: Item, now_us: int) -> Feedback | None:
    """The feedback that a listed row shows; None where it was taken back or has ended."""
    shown = bytes(item.attributes["f"] or _EMPTY)  # type: ignore[arg-type]
    return _feedback(shown) if shown and int(item.attributes[_ENDS] or 0) > now_us else None


def rows_of(workspace: str, facts: Iterable[Item]) -> list[Key]:
    """The rows beside these facts of a trace that are about the same feedback: what an erasure must take as well."""
    found: dict[Key, None] = {}
    for item in facts:
        feedback_id, _ = _parts(item)
        owner = item.pk.removeprefix(keys.trace(workspace, ""))
        found[Key(keys.feedback_places(workspace, feedback_id), f"trace#{owner}")] = None
        project, said = item.attributes.get(_LISTED_IN), said_in(item)
        if project is not None and said.kind == "create":
            listed = keys.feedback_listed(said.created_us, feedback_id)
            found[Key(keys.feedback_list(workspace, str(project)), listed)] = None
    return list(found)


def _parts(item: Item) -> tuple[str, str]:
    feedback_id, receipt = item.sk.removeprefix(keys.FEEDBACK).split("#")
    return feedback_id, receipt
