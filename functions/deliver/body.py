"""What a webhook is sent: the runs that matched, as v1 shows them, read when it is sent.

A body has a limit. What is over it is left out whole, the largest first, and the body says what: nothing is cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from shared.runs.dotted_order import segment
from shared.runs.fact import PAYLOAD_FIELDS
from shared.runs.run import Run
from shared.store.deliveries import Delivery
from shared.store.ports import Objects
from shared.store.whole import ReadRun, WholeTraces, place_of
from shared.wire.feedback_stats import feedback_stats
from shared.wire.moments import naive
from shared.wire.run_parts import Around
from shared.wire.run_v1 import whole_run

_encode = msgspec.json.Encoder(decimal_format="string").encode
_SHAPE = whole_run(with_serialized=False)
_PAYLOADS = tuple(name for name in PAYLOAD_FIELDS if name in _SHAPE.payloads)
_ENVELOPE_BYTES = 2_048
"""For all that stands beside runs and feedback."""
_SHARE_OF_FEEDBACK = 4
"""Statistics of feedback, which hold people's comments, have at most a fourth of a body."""
_NOTE_BYTES = 128
"""For each run, to say what of it is left out."""
_SAMPLE = ("00000000-0000-4000-8000-000000000000", b'{"question": "Does it arrive?"}', b'{"answer": "It does."}')


class Plan(NamedTuple):
    """What of some runs a body tells: of the first so many, all payloads but these, by run id."""

    told: Sequence[ReadRun]
    left_out: dict[str, list[str]]


class Bodies:
    """Writes the bodies of webhooks."""

    def __init__(self, traces: WholeTraces, objects: Objects, max_bytes: int) -> None:
        self._traces = traces
        self._objects = objects
        self._max_bytes = max_bytes

    def of_runs(self, delivery: Delivery, runs: Sequence[ReadRun]) -> bytes:
        """The body that tells of these runs of one trace."""
        around = _around(delivery, self._objects)
        feedback = feedback_stats([text for read in runs for text in read.feedback]) or {}
        said_bytes = len(_encode(feedback))
        is_heard = said_bytes <= self._max_bytes // _SHARE_OF_FEEDBACK
        plan = planned(runs, around, self._max_bytes - _ENVELOPE_BYTES - (said_bytes if is_heard else 0))
        self._read(plan)
        shown = [_shown(read, plan.left_out.get(read.run.id, ()), around) for read in plan.told]
        note = self._note(plan, len(runs) - len(plan.told), is_heard=is_heard)
        return _encode(_envelope(delivery) | {"runs": shown, "feedback_stats": feedback if is_heard else None} | note)

    def of_sample(self, delivery: Delivery, project: str) -> bytes:
        """The body of a test: of one run, which nobody ever made."""
        shown = _SHAPE.object_of(_sample(delivery.since_us, project), _around(delivery, self._objects))
        return _encode(_envelope(delivery) | {"runs": [shown], "feedback_stats": {}, "is_test": True})

    def _read(self, plan: Plan) -> None:
        """Payloads as planned: together, but for those of runs that lack some."""
        alike: dict[tuple[str, ...], list[ReadRun]] = defaultdict(list)
        for read in plan.told:
            lacks = plan.left_out.get(read.run.id, ())
            alike[tuple(name for name in _PAYLOADS if name not in lacks)].append(read)
        for fields, reads in alike.items():
            self._traces.fill(reads, fields)

    def _note(self, plan: Plan, more: int, *, is_heard: bool) -> dict[str, Any]:
        """What is left out, where anything is."""
        if not plan.left_out and not more and is_heard:
            return {}
        why = f"a body has at most {self._max_bytes} bytes; read the rest by the API, GET /runs/{{id}}"
        return {"left_out": {"why": why, "payloads": plan.left_out, "runs": more, "feedback_stats": not is_heard}}


def planned(runs: Sequence[ReadRun], around: Around, room_bytes: int) -> Plan:
    """What fits into so many bytes: first runs without payloads, in order; then payloads, the smallest first."""
    told: list[ReadRun] = []
    for read in runs:
        size_bytes = len(_encode(_SHAPE.object_of(read, around))) + _NOTE_BYTES
        if size_bytes > room_bytes:
            break
        room_bytes -= size_bytes
        told.append(read)
    sized = sorted((size_bytes, at, name) for at, read in enumerate(told) for name, size_bytes in _sizes(read))
    left_out: dict[str, list[str]] = defaultdict(list)
    for size_bytes, at, name in sized:
        if size_bytes > room_bytes:
            left_out[told[at].run.id].append(name)
        else:
            room_bytes -= size_bytes
    return Plan(told, dict(left_out))


def _sizes(read: ReadRun) -> list[tuple[str, int]]:
    """The bytes of each payload of a run, as JSON, before any is read."""
    return [(name, at.length) for name in _PAYLOADS if (at := place_of(read.run, name)) is not None]


def _shown(read: ReadRun, lacks: Sequence[str], around: Around) -> dict[str, Any]:
    """The run; null stands for what is left out, never something that it might have been."""
    return _SHAPE.object_of(read, around) | dict.fromkeys(lacks)


def _envelope(delivery: Delivery) -> dict[str, Any]:
    return {
        "rule_id": delivery.rule,
        "start_time": naive(delivery.since_us),
        "end_time": naive(delivery.until_us),
    }


def _around(delivery: Delivery, objects: Objects) -> Around:
    """A link that opens a trace to anybody is not told to a receiver."""
    return Around(delivery.workspace, objects, shared=lambda _: None, origin="")


def _sample(at_us: int, project: str) -> ReadRun:
    run_id, inputs, outputs = _SAMPLE
    fields = {
        "project": project,
        "name": "sample of a delivery",
        "run_type": "chain",
        "dotted_order": segment(at_us, run_id),
        "start_us": at_us,
        "end_us": at_us,
        "inputs": [inputs.decode(), 0, len(inputs)],
        "outputs": [[outputs.decode(), None], 0, len(outputs)],
    }
    payloads = {"inputs": inputs, "outputs": outputs}
    return ReadRun(Run(run_id, run_id, fields), None, at_us, at_us, "base", payloads=payloads)
