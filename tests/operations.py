"""Envelopes for tests, as `receive` makes them, without a wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from shared.base.ids import new_receipt
from shared.runs.codec import compress, pack_facts
from shared.runs.dotted_order import segment
from shared.runs.fact import PAYLOAD_FIELDS, Envelope, Fact, Group
from shared.runs.merge import collapse
from shared.runs.preview import preview_of

WORKSPACE = "5f0f2a10-0000-4000-8000-000000000001"
KEY_ID = "5f0f2a10-0000-4000-8000-000000000002"


def uuid7(time_us: int) -> str:
    """A run id as the SDKs make it: the start in milliseconds, then random bits."""
    raw = (time_us // 1000) << 80 | 7 << 76 | uuid.uuid4().int & ((1 << 76) - 1)
    return str(uuid.UUID(int=raw & ~(3 << 62) | 2 << 62))


def post(run_id: str, start_us: int, parent: Fact | None = None, **fields: object) -> Fact:
    """The create of a run, under `parent` if that is given."""
    own = segment(start_us, run_id)
    above = {} if parent is None else {"parent_run_id": parent.run_id}
    place = own if parent is None else f"{parent.fields['dotted_order']}.{own}"
    said = {"name": "step", "run_type": "chain", "start_us": start_us, "dotted_order": place, **above, **fields}
    return Fact(run_id, is_patch=False, fields=said)


def patch(created: Fact, end_us: int, **fields: object) -> Fact:
    """The update that ends a run."""
    place = created.fields["dotted_order"]
    return Fact(created.run_id, is_patch=True, fields={"dotted_order": place, "end_us": end_us, **fields})


def trace_id_of(fact: Fact) -> str:
    """The trace that a placed fact is about."""
    first: str = fact.fields["dotted_order"].split(".")[0]
    return first[-36:]


def envelope(facts: Iterable[Fact], now_us: int, project: str | None = None, receipt: str | None = None) -> Envelope:
    """One request with these facts; payload fields hold plain values, which become payload texts."""
    by_trace: dict[str, list[Fact]] = {}
    for fact in facts:
        copied = Fact(fact.run_id, fact.is_patch, dict(fact.fields))
        by_trace.setdefault(trace_id_of(fact), []).append(copied)
    groups = [_group(trace_id, collapse(told), project) for trace_id, told in by_trace.items()]
    return Envelope(receipt or new_receipt(now_us), WORKSPACE, KEY_ID, groups)


def _group(trace_id: str, facts: list[Fact], project: str | None) -> Group:
    texts = bytearray()
    for fact in facts:
        for name in PAYLOAD_FIELDS:
            if name in fact.fields:
                text = json.dumps(fact.fields[name]).encode()
                fact.fields[name] = [_summary(name, fact.fields[name]), len(texts), len(text)]
                texts += text
    posts = sum(not fact.is_patch for fact in facts)
    payload = compress(bytes(texts)) if texts else b""
    return Group(trace_id, project, pack_facts(facts), posts, payload, raw_length=len(texts))


def _summary(name: str, value: Any) -> object:  # noqa: ANN401 whatever a test puts there
    if name == "extra":
        return {"metadata": value.get("metadata", {})}
    if name == "events":
        return [None, len(value)]
    if name == "error":
        return value[:250]
    return preview_of("inputs", value) if name == "inputs" else [preview_of("outputs", value), None]
