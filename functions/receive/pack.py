"""Facts and their payload texts, packed by trace: one frame of facts and one of texts a group.

The texts of a trace are compressed together, three times smaller than each alone, and never opened
again on the way to their reader (ADR 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from functions.receive.validate import Valid, known_fields
from shared.base.units import KIB
from shared.projects.project import BY_NAME
from shared.runs.codec import compress_quickly, encode_facts
from shared.runs.fact import MAX_RUNS_PER_TRACE, Group, Reject
from shared.runs.merge import collapse

MAX_FACTS_BYTES = 128 * KIB
"""Facts of one group, uncompressed: with an inline payload a chunk stays far below DynamoDB's 400 KB."""
MAX_FACT_BYTES = 96 * KIB
"""What one run may say beside its payload. Names, tags and small metadata together reach half of it."""

MAX_PROJECT_NAMES = 100
"""In one request: each new name makes a project, which stays. Clients name one, or as many as their experiments."""

_Bucket = tuple[str | None, str | None, str | None]


class Packed(NamedTuple):
    """The groups of one request, and what did not fit."""

    groups: list[Group]
    rejects: list[Reject]


def pack(valid: Sequence[Valid]) -> Packed:
    """All facts of a request in groups. A run is in one group, with its trace, unless no one says which."""
    kept, rejects = _within_projects(placed(valid))
    kept, more = _within_traces(kept)
    rejects += more
    groups: list[Group] = []
    for (trace_id, project, _), bucket in _buckets(kept).items():
        groups.extend(_groups(trace_id, project, bucket, rejects))
    return Packed(groups, rejects)


def placed(valid: Sequence[Valid]) -> list[Valid]:
    """The operations, where each says all that is known of its place.

    What one operation of the request says of a run's place holds for the others on that run.
    """
    known = {one.fact.run_id: one for one in valid if "dotted_order" in one.fact.fields}
    return [_with_place(one, known.get(one.fact.run_id)) for one in valid]


def _with_place(one: Valid, known: Valid | None) -> Valid:
    if known is None or known is one:
        return one
    if "dotted_order" not in one.fact.fields and one.trace_id in (None, known.trace_id):
        one.fact.fields.update(known_fields(known.fact.fields))
        one = one._replace(trace_id=known.trace_id)
    return one if one.project or one.trace_id != known.trace_id else one._replace(project=known.project)


def _within_projects(valid: list[Valid]) -> tuple[list[Valid], list[Reject]]:
    """The first `MAX_PROJECT_NAMES` projects that are named; runs in others after them are refused."""
    named = dict.fromkeys(one.project for one in valid if one.project and one.project.startswith(BY_NAME))
    if len(named) <= MAX_PROJECT_NAMES:
        return valid, []
    refused = set(list(named)[MAX_PROJECT_NAMES:])
    reason = (
        f"the request names {len(named)} projects and one may name {MAX_PROJECT_NAMES}: this run's is not among the "
        "first; send it in another request, or create the projects first and name them by session_id"
    )
    rejects = [_reject(one, reason) for one in valid if one.project in refused]
    return [one for one in valid if one.project not in refused], rejects


def _within_traces(valid: list[Valid]) -> tuple[list[Valid], list[Reject]]:
    """At most `MAX_RUNS_PER_TRACE` runs of a trace; those after them are refused."""
    if len(valid) <= MAX_RUNS_PER_TRACE:
        return valid, []
    runs: dict[str | None, set[str]] = {}
    kept: list[Valid] = []
    rejects: list[Reject] = []
    for one in valid:
        of_trace = runs.setdefault(one.trace_id, set())
        if one.trace_id is None or one.fact.run_id in of_trace or len(of_trace) < MAX_RUNS_PER_TRACE:
            of_trace.add(one.fact.run_id)
            kept.append(one)
        else:
            rejects.append(_reject(one, f"trace {one.trace_id} would have more than {MAX_RUNS_PER_TRACE} runs"))
    return kept, rejects


def _buckets(valid: Iterable[Valid]) -> dict[_Bucket, list[Valid]]:
    """By trace and project; a run without a place is alone, so that it can wait alone."""
    buckets: dict[_Bucket, list[Valid]] = {}
    for one in valid:
        alone = None if "dotted_order" in one.fact.fields else one.fact.run_id
        buckets.setdefault((one.trace_id, one.project, alone), []).append(one)
    return buckets


def _groups(trace_id: str | None, project: str | None, bucket: list[Valid], rejects: list[Reject]) -> list[Group]:
    """One group, or several where the facts are too many for one."""
    whole, facts_bytes = _group(trace_id, project, bucket)
    if facts_bytes <= MAX_FACT_BYTES:
        return [whole]
    return [_group(trace_id, project, piece)[0] for piece in _pieces(bucket, rejects)]


def _pieces(bucket: list[Valid], rejects: list[Reject]) -> list[list[Valid]]:
    pieces: list[list[Valid]] = []
    room = 0
    for one in bucket:
        size = len(encode_facts([one.fact]))
        if size > MAX_FACT_BYTES:
            rejects.append(
                _reject(one, f"it holds {size} bytes beside its payload; at most {MAX_FACT_BYTES} are taken")
            )
            continue
        if size > room:
            pieces.append([])
            room = MAX_FACTS_BYTES
        pieces[-1].append(one)
        room -= size
    return pieces


def _group(trace_id: str | None, project: str | None, bucket: list[Valid]) -> tuple[Group, int]:
    """The group and the size of its facts before compression."""
    payload = _joined(bucket)
    facts = collapse(one.fact for one in bucket)
    encoded = encode_facts(facts)
    group = Group(
        trace_id=trace_id,
        project=project,
        facts=compress_quickly(encoded),
        posts=sum(not fact.is_patch for fact in facts),
        payload=compress_quickly(payload) if payload else b"",
        raw_length=len(payload),
    )
    return group, len(encoded)


def _joined(bucket: list[Valid]) -> bytes:
    """The payload texts, with each one's place put into its fact."""
    texts: list[bytes] = []
    offset = 0
    for one in bucket:
        for name, text in one.texts.items():
            one.fact.fields[name][1] = offset
            texts.append(text)
            offset += len(text)
    return b"".join(texts)


def _reject(one: Valid, reason: str) -> Reject:
    return Reject(f"{'patch' if one.fact.is_patch else 'post'}.{one.fact.run_id}", reason, one.fact.run_id, one.project)
