"""Many stored traces, quickly: recorded by the record room over a dictionary, then copied in bulk."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from uuid import UUID

from bench.memory import MemoryTable
from bench.rooms import WORKSPACE, Refused
from bench.words import Writer
from functions.record.app import build as build_record
from functions.record.settings import RecordSettings
from infra.local.sqs_event import sqs_event
from infra.local.store import LocalStore, settings_of
from shared.base.clock import SystemClock
from shared.base.units import US_PER_DAY, US_PER_MINUTE, US_PER_MS, US_PER_S
from shared.retention.periods import Periods
from shared.runs.codec import compress, pack_envelope, pack_facts
from shared.runs.dotted_order import segment
from shared.runs.fact import Envelope, Fact, Group
from shared.store.ports import Message, Store
from shared.store.questions import open_questions

NEWEST = 1_000
"""Traces of the last half hour: as many whatever the size, so that a list of them is as long."""
RARE = "rare"
RARE_EVERY = 20_000
"""One trace in so many has a name that no other has: what a scan looks for."""
_NEWEST_US = 30 * US_PER_MINUTE
_OLDER_US = 13 * US_PER_DAY
_GOLDEN = 0.618_033_988_749_895
_BATCH = 1_000
_TRACES_A_REQUEST = 50
FAILED_EVERY = 50
"""One trace in so many has failed, counted from the first that a maker makes."""
_TEXTS = 64
_TOOK_US = 2 * US_PER_S


def fill(store: LocalStore, now_us: int) -> Iterator[str]:
    """Stores trace after trace, in batches, those of the last half hour first; gives the project's id for each."""
    ask = open_questions(store, SystemClock(), Periods())
    ask.access.create_workspace("bench", WORKSPACE)
    project = ask.projects.resolve(WORKSPACE, "name:bench").id
    rows = MemoryTable()
    record = build_record(
        settings_of(RecordSettings, {}), Store(rows, store.control, store.objects, store.operations), SystemClock()
    )
    maker = Maker(project)
    first = 1
    while True:
        starts = sorted(_start_us(number, now_us) for number in range(first, first + _BATCH))
        messages = [
            Message(str(begin), str(begin), pack_envelope(maker.envelope(starts[begin : begin + _TRACES_A_REQUEST])), 1)
            for begin in range(0, _BATCH, _TRACES_A_REQUEST)
        ]
        if record(sqs_event(messages, "operations", now_us), None)["batchItemFailures"]:
            raise Refused("record gave traces back that were made to be stored")
        store.traces.put(list(rows.items()))
        rows.clear()
        for _ in starts:
            yield project
        first += _BATCH


def _start_us(number: int, now_us: int) -> int:
    """When the trace of this number began: the first ones lately, the others long ago, evenly however many.

    Those of one request began one after another, a second apart, as a service under load sends them.
    """
    if number <= NEWEST:
        return now_us - _TOOK_US - number * (_NEWEST_US - US_PER_MINUTE) // NEWEST
    request, place = divmod(number - 1, _TRACES_A_REQUEST)
    # Steps of the golden ratio fill an interval evenly, whatever the count.
    return now_us - _NEWEST_US - int(request * _GOLDEN % 1 * _OLDER_US) - place * US_PER_S


class Maker:
    """Makes requests with traces of one run each, of the project with this id."""

    def __init__(self, project: str) -> None:
        self._project = project
        self._dice = random.Random(11)
        writer = Writer(11)
        self._texts = [writer.text(240).replace('"', "") for _ in range(_TEXTS)]
        self._made = 0

    def envelope(self, starts: Sequence[int]) -> Envelope:
        """One request with the traces that began at these times, sent when the last had ended."""
        receipt = f"{(starts[-1] + _TOOK_US) // US_PER_MS:012x}{self._dice.getrandbits(80):020x}"
        return Envelope(receipt, WORKSPACE, "bench", [self._group(start_us) for start_us in starts])

    def _group(self, start_us: int) -> Group:
        """A trace whose only run has ended, now and then badly."""
        self._made += 1
        run_id = _uuid7(start_us, self._dice)
        asked, answered = self._dice.choice(self._texts), self._dice.choice(self._texts)
        texts = [f'{{"question":"{asked}"}}'.encode(), f'{{"answer":"{answered}"}}'.encode()]
        inputs, outputs = [asked, 0, len(texts[0])], [[answered, None], len(texts[0]), len(texts[1])]
        place = segment(start_us, run_id)
        name = RARE if self._made % RARE_EVERY == NEWEST // 2 else "agent"
        told = {"name": name, "run_type": "chain", "start_us": start_us, "dotted_order": place, "tags": ["prod"]}
        error = {"error": ["TimeoutError: the model is busy", 0, 0]} if self._made % FAILED_EVERY == 0 else {}
        ended = {"dotted_order": place, "end_us": start_us + _TOOK_US, "outputs": outputs, **error}
        facts = [Fact(run_id, is_patch=False, fields={**told, "inputs": inputs}), Fact(run_id, True, ended)]  # noqa: FBT003 is_patch
        raw = b"".join(texts)
        return Group(run_id, f"id:{self._project}", pack_facts(facts), 1, compress(raw), raw_length=len(raw))


def _uuid7(time_us: int, dice: random.Random) -> str:
    raw = (time_us // US_PER_MS) << 80 | dice.getrandbits(76)
    return str(UUID(int=raw & ~(0xF << 76) & ~(3 << 62) | 7 << 76 | 2 << 62))
