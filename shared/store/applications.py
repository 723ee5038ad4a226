"""What rules did: a row under the trace for each time, and a log by rule that names them (ADR 18).

applied  under the trace: which runs, in which pass, with what outcome. Written where there is none under its number,
         before anything is done; then once more, with what came of it. Two that overlap find each other's
log      by rule and pass: traces and numbers of what was done, and how it ended. What more there is, the rows under
         the traces tell, as long as those may be read
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from shared.base.clock import Clock
from shared.base.errors import Unavailable
from shared.retention.periods import Periods, deletable_epoch_s
from shared.rules.outcome import Outcome, Result
from shared.rules.rule import Action
from shared.runs.codec import compress, decompress
from shared.store import keys
from shared.store.erased import packed, unpacked
from shared.store.ports import Absent, Equals, Item, KeyRange, Table, Value

MAX_RUNS = 500
"""Of one row, and so at once: what each of them takes is done in seconds. A trace with more takes several."""
PART_ENTRIES = 5_000
"""Of one part of a pass's log: some 200 KB."""
FOLLOWED, LOOKED_BACK = "w", "b"
"""How the names of passes begin: those that follow what is recorded, and those that look back."""
_TRIES = 10
_PAGE_ROWS = 20
_FRAME, _IS_DONE, _VERSION = "f", "d", "v"


class Application(msgspec.Struct, frozen=True):
    """One time that a rule acted on runs of a trace: its `number`-th there, from 0.

    `outcomes` is empty until it is done. `may_extend` is False where a cap stands against that.
    Units: `at_us` is when it was claimed, microseconds since 1970 UTC.
    """

    rule: str
    trace_id: str
    number: int
    pass_name: str
    run_ids: tuple[str, ...]
    at_us: int
    may_extend: bool = True
    outcomes: dict[Action, Outcome] = {}

    @property
    def is_done(self) -> bool:
        """Whether all its actions were taken."""
        return bool(self.outcomes)

    def done(self, outcomes: dict[Action, Outcome]) -> Application:
        """The same, done."""
        return msgspec.structs.replace(self, outcomes=outcomes)


class LogEntry(msgspec.Struct, frozen=True, array_like=True):
    """One application as the log of its rule has it: `runs` is their number."""

    trace: bytes
    number: int
    at_us: int
    runs: int
    results: dict[Action, Result] = {}

    @property
    def trace_id(self) -> str:
        """The trace that it was about."""
        return unpacked(self.trace)[0]


class LogRow(msgspec.Struct, frozen=True):
    """What a rule did in one pass that looked at what was recorded in [`since_us`, `until_us`)."""

    since_us: int
    until_us: int
    entries: list[LogEntry]


class Logged(NamedTuple):
    """An entry of the log, with what its pass looked at; its `cursor` continues behind it."""

    entry: LogEntry
    since_us: int
    until_us: int
    cursor: str


class LogPage(NamedTuple):
    """Some of a rule's log, newest pass first, and where the next page begins; None behind the last."""

    logged: list[Logged]
    cursor: str | None


class _Kept(msgspec.Struct, array_like=True):
    """An application as its row has it; what its key says is not repeated."""

    pass_name: str
    run_ids: bytes
    at_us: int
    may_extend: bool
    outcomes: dict[Action, Outcome]


_encode = msgspec.msgpack.Encoder().encode
_kept = msgspec.msgpack.Decoder(_Kept).decode
_log_row = msgspec.msgpack.Decoder(LogRow).decode


class Applications:
    """Questions and commands about what rules did in a workspace."""

    def __init__(self, table: Table, clock: Clock, periods: Periods) -> None:
        self._table = table
        self._clock = clock
        self._periods = periods

    def of_trace(self, workspace: str, trace_id: str) -> list[Application]:
        """What rules did with runs of a trace, in order of time."""
        pk = keys.trace(workspace, trace_id)
        rows = self._table.query(KeyRange(pk, keys.APPLIED, keys.APPLIED + keys.LAST, consistent=True))
        return sorted(applications_in(trace_id, rows), key=lambda one: (one.at_us, one.rule, one.number))

    def of_entries(self, workspace: str, rule_id: str, entries: Sequence[LogEntry]) -> list[Application | None]:
        """Each in full, in the order asked; None where its trace has ended or was erased since."""
        asked = [(keys.trace(workspace, one.trace_id), keys.applied(rule_id, one.number)) for one in entries]
        read = self._table.query_many([KeyRange(pk, sk, f"{sk}!", consistent=True) for pk, sk in asked])
        found = (applications_in(one.trace_id, rows) for one, rows in zip(entries, read, strict=True))
        return [next(iter(of_entry), None) for of_entry in found]

    def claim(self, workspace: str, wanted: Sequence[Application]) -> list[bool]:
        """Say what is going to be done, each unless another has its number; says which nobody had."""
        return self._table.put_if_many([(self._item(workspace, one), Absent()) for one in wanted])

    def finish(self, workspace: str, done: Sequence[Application]) -> list[Application]:
        """Say what came of each. What another has said of the same stands: gives what stands."""
        was_first = self._table.put_if_many(
            [(self._item(workspace, one), Equals(_IS_DONE, value=False)) for one in done]
        )
        return [
            one if is_first else self._standing(workspace, one) for one, is_first in zip(done, was_first, strict=True)
        ]

    def log(  # noqa: PLR0913 each narrows what is asked for
        self,
        workspace: str,
        rule_id: str,
        limit: int,
        *,
        looks_back: bool = False,
        cursor: str | None = None,
        start_us: int = 0,
        end_us: int | None = None,
    ) -> LogPage:
        """A rule's log, newest first: what was applied in [start, end), at most `limit`, from behind the cursor."""
        found: list[Logged] = []
        at_once = min(limit, _PAGE_ROWS)
        for one in self._walk(workspace, rule_id, looks_back=looks_back, cursor=cursor, at_once=at_once):
            if start_us <= one.entry.at_us and (end_us is None or one.entry.at_us < end_us):
                found.append(one)
                if len(found) == limit:
                    return LogPage(found, one.cursor)
        return LogPage(found, None)

    def last_applied_us(self, workspace: str, rule_id: str, *, looks_back: bool = False) -> int | None:
        """When a rule last acted; None where it never did."""
        page = self.log(workspace, rule_id, 1, looks_back=looks_back)
        return page.logged[0].entry.at_us if page.logged else None

    def note(self, workspace: str, done: Sequence[Application], since_us: int, until_us: int) -> None:
        """Name what was done in a pass in the log of its rule: beside what is there, each once, whoever else writes.

        All of them are of one rule and one pass.
        """
        if not done:
            return
        for _ in range(_TRIES):
            if self._noted(workspace, done, since_us, until_us):
                return
        raise Unavailable(f"the log of rule {done[0].rule} changed {_TRIES} times while it was written")

    def _standing(self, workspace: str, one: Application) -> Application:
        """What another has said of the same; of a trace that was erased meanwhile, what we say."""
        found = self.of_trace(workspace, one.trace_id)
        return next((other for other in found if (other.rule, other.number) == (one.rule, one.number)), one)

    def _noted(self, workspace: str, done: Sequence[Application], since_us: int, until_us: int) -> bool:
        pk, name = keys.rule_log(workspace, done[0].rule), done[0].pass_name
        parts = self._table.query(KeyRange(pk, f"{name}#", f"{name}#{keys.LAST}", consistent=True))
        rows = [_log_row(decompress(_bytes(part, _FRAME))) for part in parts]
        known = {(entry.trace, entry.number) for row in rows for entry in row.entries}
        wanted = {(entry.trace, entry.number): entry for entry in map(_entry, done)}
        new = [entry for place, entry in wanted.items() if place not in known]
        if not new:
            return True
        last = rows[-1] if rows and len(rows[-1].entries) + len(new) <= PART_ENTRIES else None
        if last is None:
            sk, version, condition = keys.rule_log_row(name, len(parts)), 1, Absent()
            row = LogRow(since_us, until_us, new)
            return self._table.put_if(self._log_item(pk, sk, row, version), condition)
        before = int(parts[-1].attributes[_VERSION] or 0)
        row = LogRow(last.since_us, max(last.until_us, until_us), [*last.entries, *new])
        return self._table.put_if(self._log_item(pk, parts[-1].sk, row, before + 1), Equals(_VERSION, before))

    def _walk(
        self, workspace: str, rule_id: str, *, looks_back: bool, cursor: str | None, at_once: int
    ) -> Iterator[Logged]:
        """The entries, newest pass first: a row only ever grows at its end."""
        begin = LOOKED_BACK if looks_back else FOLLOWED
        at, _, before = (cursor or "").partition("|")
        end = f"{at}!" if at else f"{begin}{keys.LAST}"
        while True:
            asked = KeyRange(keys.rule_log(workspace, rule_id), begin, end, newest_first=True, limit=at_once)
            rows = self._table.query(asked)
            for item in rows:
                row = _log_row(decompress(_bytes(item, _FRAME)))
                numbered = list(enumerate(row.entries))[: int(before) if item.sk == at else None]
                for number, entry in reversed(numbered):
                    yield Logged(entry, row.since_us, row.until_us, f"{item.sk}|{number}")
            if len(rows) < at_once:
                return
            end = rows[-1].sk

    def _item(self, workspace: str, one: Application) -> Item:
        kept = _Kept(one.pass_name, packed(one.run_ids), one.at_us, one.may_extend, one.outcomes)
        said: dict[str, Value] = {_FRAME: compress(_encode(kept)), _IS_DONE: one.is_done}
        pk, sk = keys.trace(workspace, one.trace_id), keys.applied(one.rule, one.number)
        return Item(pk, sk, said, self._ends_epoch_s(one.at_us))

    def _log_item(self, pk: str, sk: str, row: LogRow, version: int) -> Item:
        said: dict[str, Value] = {_FRAME: compress(_encode(row)), _VERSION: version}
        return Item(pk, sk, said, self._ends_epoch_s(self._clock.now_us()))

    def _ends_epoch_s(self, at_us: int) -> int:
        return deletable_epoch_s(self._periods.ends_us(at_us, "extended"))


def applications_in(trace_id: str, rows: Iterable[Item]) -> list[Application]:
    """What rules did, by these rows of a trace; rows of other kinds are passed over."""
    return [_application(trace_id, row) for row in rows if row.sk.startswith(keys.APPLIED)]


def follow_name(looked_us: int) -> str:
    """The name of the pass that begins where everything before this moment was looked at."""
    return f"{FOLLOWED}{keys.moment(looked_us)}"


def backfill_name(number: int) -> str:
    """The name of a step back."""
    return f"{LOOKED_BACK}{number:012d}"


def _application(trace_id: str, row: Item) -> Application:
    rule_id, number = row.sk.removeprefix(keys.APPLIED).rsplit("#", 1)
    kept = _kept(decompress(_bytes(row, _FRAME)))
    run_ids = tuple(unpacked(kept.run_ids))
    return Application(
        rule_id, trace_id, int(number), kept.pass_name, run_ids, kept.at_us, kept.may_extend, kept.outcomes
    )


def _entry(one: Application) -> LogEntry:
    results: dict[Action, Result] = {action: outcome.outcome for action, outcome in one.outcomes.items()}
    return LogEntry(packed([one.trace_id]), one.number, one.at_us, len(one.run_ids), results)


def _bytes(row: Item, name: str) -> bytes:
    value = row.attributes[name]
    if not isinstance(value, bytes):
        raise TypeError(f"attribute {name} of row {row.pk}/{row.sk} is no frame")
    return value
