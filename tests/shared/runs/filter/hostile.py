"""Runs that no polite client sends, each as what is known of it and as what v1 shows of it."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from functions.receive.summaries import summarise
from functions.record.arrivals import without_previews
from shared.runs.dotted_order import segment
from shared.runs.fact import RUN_TYPES, Fact, Fields
from shared.runs.filter.subject import Known
from shared.runs.preview import preview_of
from shared.runs.run import Run
from shared.runs.totals import Totals
from shared.store.runlog import slim
from tests.shared.runs.filter.reference import View

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROJECTS = ("0190aaaa-0000-7000-8000-00000000000a", "0190aaaa-0000-7000-8000-00000000000b")
NAMES = (
    "refund",
    "Refund Agent",
    "re%fund",
    "re_fund",
    "%",
    "_",
    "",
    "退款 😀",
    'say "hi"',
    "it's",
    "a\\b",
    "line\nbreak",
    "ß",
)
KEYS = (
    "user_id",
    "session_id",
    "thread_id",
    "a.b",
    "a",
    "",
    'qu"ote',
    "it's",
    "%",
    "_",
    "ключ",
    "deep",
    "x" * 300,
    "null",
)
USUAL: dict[str, tuple[Any, ...]] = {
    "user_id": ("u1", "U1", "u2", 1, 1.0, 0.5, True, None),
    "a": (1, "u1", {"b": 1}),
    "session_id": ("u1", "s1"),
    "deep": ("u1", None),
}
"""What polite clients send beside, so that what people ask finds something."""
TAGS = ("prod", "Prod", "", "a,b", "😀", "prod", "50%", "it's")
FEEDBACK_KEYS = ("user_score", "correct", "😀", "")
SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 0.1, 1e-9, 1e300, 2**53, 2**53 + 1, 2**63, 10**30, -0.0),
    *("", "true", "1", "null", "u1", "U1", "50%", "a_b", "😀", "{}", "'; DROP TABLE runs; --", "{0.__class__}", "\x00"),
    *("%", "_", "\\", "long " * 300, "2026-11-20", "ÄÖ", "ß", "SS"),
)


@dataclass(frozen=True)
class HostileRun:
    """A run, as the wire shows it, and as it is known from its trace, from a chunk of it, and from the log."""

    view: View
    whole: Known
    chunk: Known
    logged: Known
    head: Known


def runs(seed: int, count: int) -> list[HostileRun]:
    """The same runs for the same seed."""
    random = Random(seed)
    return [_hostile(random, number) for number in range(count)]


def _hostile(random: Random, number: int) -> HostileRun:
    sent = _sent(random, number)
    fields, texts = _plain(sent), _texts(sent)
    summarise(fields, texts)
    totals = _totals(random)
    return _known(sent, fields, totals, _feedback(random))


def _known(sent: View, fields: Fields, totals: Totals | None, feedback: list[dict[str, Any]]) -> HostileRun:
    fact = Fact(sent["id"], False, fields)
    of_chunk = without_previews(copy.deepcopy(fact), "another trace").fields
    of_log = {**slim(copy.deepcopy(fact)).fields}

    def run(known: Fields) -> Run:
        return Run(sent["id"], sent["trace_id"], {**known, "project": sent["session_id"]})

    return HostileRun(
        {**_view(sent, totals, feedback), "thread_id": run(fields).thread_id},
        whole=Known(run(of_chunk), totals, feedback, copy.deepcopy(sent).get, has_totals=True),
        chunk=Known(run(of_chunk), totals, feedback, has_totals=True),
        logged=Known(run(of_log)),
        head=Known(run(fields), totals, has_totals=True),
    )


def _sent(random: Random, number: int) -> View:
    """What a client said about one run; a field that it did not say is not there."""
    run_id = f"0190abcd-0000-7000-8000-{number:012x}"
    is_root = random.random() < 0.4
    started = NOON + timedelta(microseconds=random.choice([0, 1, 999_999, 10**6, random.randrange(10**11)]))
    sent: View = {
        "id": run_id,
        "trace_id": run_id if is_root else f"0190abcd-0000-7000-8000-{number // 4 + 10**6:012x}",
        "session_id": random.choice(PROJECTS),
        "start_time": started,
        "order": started + timedelta(seconds=random.choice([0, 0, 0, 1])),
    }
    if not is_root:
        sent["parent_run_id"] = sent["trace_id"]
    sent.update({name: make for name, make in _optional(random, started).items() if random.random() < 0.7})
    return sent


def _optional(random: Random, started: datetime) -> View:
    latencies = [0, 1, 1_100, 200_000, 1_500_000, 5_000_000, random.randrange(10**9)]
    errors = ["", "boom", "ValueError('😀')", "x" * 249, "x" * 250, "x" * 251, "Timeout " * 60 + "needle"]
    return {
        "name": random.choice(NAMES),
        "run_type": random.choice(sorted(RUN_TYPES)),
        "reference_example_id": f"0190eeee-0000-7000-8000-{random.randrange(3):012x}",
        "end_time": started + timedelta(microseconds=random.choice(latencies) - random.choice([0, 0, 0, 7])),
        "tags": [random.choice(TAGS) for _ in range(random.randrange(4))],
        "error": random.choice(errors) if random.random() < 0.5 else None,
        "inputs": _object(random, 2),
        "outputs": _object(random, 2),
        "extra": {"metadata": _object(random, 2), "runtime": {"sdk": "x"}} if random.random() < 0.8 else {},
        "events": [{"name": "new_token", "time": (started + timedelta(milliseconds=200)).isoformat()}],
    }


def _object(random: Random, depth: int) -> dict[str, Any]:
    usual = {key: random.choice(values) for key, values in USUAL.items() if random.random() < 0.3}
    return {**usual, **{random.choice(KEYS): _json(random, depth) for _ in range(random.randrange(4))}}


def _json(random: Random, depth: int) -> Any:  # noqa: ANN401 any JSON
    if depth and random.random() < 0.25:
        return _object(random, depth - 1) if random.random() < 0.7 else [_json(random, depth - 1) for _ in range(3)]
    return random.choice(SCALARS)


def _feedback(random: Random) -> list[dict[str, Any]]:
    return [
        {
            "key": random.choice(FEEDBACK_KEYS),
            "score": random.choice([None, True, False, 0, 1, 0.5, -3, 1e9]),
            "value": random.choice([None, "good", "", True, 5, {"label": "x"}]),
            "comment": random.choice([None, "", "Great answer 😀", "50% right"]),
            **random.choice([{}, {"feedback_source": None}, {"feedback_source": {"type": "api"}}]),
        }
        for _ in range(random.choice([0, 0, 1, 2, 3]))
    ]


def _totals(random: Random) -> Totals | None:
    if random.random() < 0.3:
        return None
    tokens = random.choice([0, 1, 1000, 2**40])
    cost = random.choice([None, Decimal(0), Decimal("0.1"), Decimal("0.041"), Decimal("1E-12"), Decimal("123.456")])
    return Totals(prompt_tokens=tokens, completion_tokens=7, total_tokens=tokens + 7, prompt_cost=cost, total_cost=cost)


def _plain(sent: View) -> Fields:
    parts = ("name", "run_type", "parent_run_id", "reference_example_id", "tags")
    fields: Fields = {part: sent[part] for part in parts if part in sent}
    above = [] if sent["trace_id"] == sent["id"] else [segment(_us(NOON), sent["trace_id"])]
    fields["dotted_order"] = ".".join([*above, segment(_us(sent["order"]), sent["id"])])
    fields.update({f"{side}_us": _us(sent[f"{side}_time"]) for side in ("start", "end") if f"{side}_time" in sent})
    return fields


def _texts(sent: View) -> dict[str, bytes]:
    parts = ("inputs", "outputs", "extra", "events", "error")
    return {part: msgspec.json.encode(sent[part]) for part in parts if sent.get(part) not in (None, {}, [])}


def _view(sent: View, totals: Totals | None, feedback: list[dict[str, Any]]) -> View:
    """The run as v1 shows it."""
    said = {name: sent[name] for name in _texts(sent)}
    counted = totals or Totals()
    is_done = "end_time" in sent or "outputs" in said
    return {
        **{name: sent.get(name) for name in ("id", "trace_id", "session_id", "parent_run_id", "name", "tags")},
        **{name: said.get(name) for name in ("error", "inputs", "outputs", "extra")},
        "run_type": sent.get("run_type", "chain"),
        "reference_example_id": sent.get("reference_example_id"),
        "status": "error" if "error" in said else "success" if is_done else "pending",
        "start_time": _naive(sent["start_time"]),
        "end_time": _naive(sent["end_time"]) if "end_time" in sent else None,
        "first_token_time": sent["events"][0]["time"] if "events" in sent else None,
        "inputs_preview": preview_of("inputs", said.get("inputs")),
        "outputs_preview": preview_of("outputs", said.get("outputs")),
        **{name: getattr(counted, name) for name in ("total_tokens", "prompt_tokens", "completion_tokens")},
        **{name: _money(getattr(counted, name)) for name in ("total_cost", "prompt_cost", "completion_cost")},
        "execution_order": 1,
        "feedback": json.loads(json.dumps(feedback)),
    }


def _money(cost: Decimal | None) -> str | None:
    return None if cost is None else format(cost, "f")


def _naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
