"""What arrived: the groups of envelopes, each placed in a trace and a project."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.base.errors import NotFound
from shared.base.ids import receipt_us
from shared.projects.project import Project
from shared.retention.periods import Tier
from shared.runs import dotted_order
from shared.runs.codec import pack_facts, unpack_facts
from shared.runs.fact import Envelope, Fact, Group, Reject
from shared.store.chunks import NO_ROOT, ROOT_END, SOME_ROOT, Chunk
from shared.store.questions import Questions
from shared.store.traces import StoredTrace

_TRIES = 10  # 1 + 2 + 4 … + 512 seconds: a quarter of an hour


@dataclass
class Arrival:
    """A group that was placed: its chunk is what is stored of it. `payload` still waits for its place.

    `birth` is the tier that a new trace of its project is born in, unless a limit is reached; `tier` the one whose end
    its rows have: base, and the keep room puts by what is to stay; but of an old trace that of the trace itself.
    """

    envelope: Envelope
    trace_id: str
    project: Project
    facts: list[Fact]
    chunk: Chunk
    payload: bytes
    tier: Tier = "base"
    birth: Tier = "base"


@dataclass
class Sorted:
    """A batch, sorted: what can be recorded, what must wait, what was refused."""

    arrivals: list[Arrival] = field(default_factory=list)
    waiting: list[Envelope] = field(default_factory=list)
    refused: list[tuple[Envelope, Reject]] = field(default_factory=list)


class Unplaced(Exception):
    """The run that an operation refers to is not there, yet."""


class Sorter:
    """Places the groups of envelopes."""

    def __init__(self, ask: Questions) -> None:
        self._ask = ask

    def sort(self, envelopes: list[Envelope]) -> Sorted:
        """Every group of every envelope, as an arrival, on its way back to the queue, or refused."""
        batch = Sorted()
        for envelope in envelopes:
            batch.refused.extend((envelope, reject) for reject in envelope.rejects)
            for part, group in enumerate(envelope.groups, envelope.first_part):
                self._sort_group(batch, envelope, part, group)
        return batch

    def _sort_group(self, batch: Sorted, envelope: Envelope, part: int, group: Group) -> None:
        facts = unpack_facts(group.facts)
        try:
            batch.arrivals.append(self._arrival(envelope, part, group, facts))
        except Unplaced as unplaced:
            if envelope.tries < _TRIES:
                batch.waiting.append(_again(envelope, part, group))
            else:
                batch.refused.append((envelope, _refusal(group, facts, str(unplaced))))
        except NotFound as missing:
            batch.refused.append((envelope, _refusal(group, facts, missing.message)))

    def _arrival(self, envelope: Envelope, part: int, group: Group, facts: list[Fact]) -> Arrival:
        workspace, trace_id = envelope.workspace, group.trace_id
        if trace_id is None or any("dotted_order" not in fact.fields for fact in facts):
            trace_id = self._place(workspace, group, facts)
        project = self._project(workspace, trace_id, group, facts)
        chunk = Chunk(
            receipt=envelope.receipt,
            part=part,
            project=project.id,
            facts=pack_facts([without_previews(fact, trace_id) for fact in facts]),
            posts=group.posts,
            root=max(_told_of_root(fact, trace_id) for fact in facts),
            segment=envelope.segment if group.length else None,
            offset=group.offset,
            length=group.length,
            raw_length=group.raw_length,
        )
        birth = self._ask.retention.tier_of(project, receipt_us(envelope.receipt))
        return Arrival(envelope, trace_id, project, facts, chunk, group.payload, birth=birth)

    def _place(self, workspace: str, group: Group, facts: list[Fact]) -> str:
        """Give the facts of one run their dotted order, and say which trace they are in. Raises: Unplaced."""
        known = [fact.fields["dotted_order"] for fact in facts if "dotted_order" in fact.fields]
        post = next((fact for fact in facts if not fact.is_patch), None)
        if known:
            place, trace_id = known[0], dotted_order.place(known[0]).trace_id
        elif post is not None and "parent_run_id" in post.fields:
            above, trace_id = self._dotted_order_of(workspace, post.fields["parent_run_id"], group.trace_id)
            own = dotted_order.segment(post.fields["start_us"], post.run_id)
            is_span = dotted_order.place(above).trace_id != trace_id  # its own place is found when the trace is read
            place = own if is_span else f"{above}.{own}"
        else:
            place, trace_id = self._dotted_order_of(workspace, facts[0].run_id, group.trace_id)
        for fact in facts:
            fact.fields["dotted_order"] = place
        return trace_id

    def _dotted_order_of(self, workspace: str, run_id: str, known_trace: str | None) -> tuple[str, str]:
        """The dotted order of a run that is stored, and its trace. Raises: Unplaced."""
        trace_id = known_trace or self._ask.locator.trace_of(workspace, run_id)
        stored = None if trace_id is None else self._ask.traces.stored(workspace, trace_id)
        fields = {} if stored is None else stored.merged().get(run_id, {})
        if stored is None or "dotted_order" not in fields:
            raise Unplaced(
                f"Run {run_id} was never created here, so its place in a trace is unknown; "
                "send trace_id and dotted_order with each operation, or create the run first"
            )
        return fields["dotted_order"], stored.id

    def _project(self, workspace: str, trace_id: str, group: Group, facts: list[Fact]) -> Project:
        """An update that names no project belongs where its trace is."""
        if group.project is None and all(fact.is_patch for fact in facts):
            stored: StoredTrace | None = self._ask.traces.stored(workspace, trace_id)
            if stored is not None:
                return self._ask.projects.resolve(workspace, f"id:{stored.chunks[0].project}")
        return self._ask.projects.resolve(workspace, group.project)


def without_previews(fact: Fact, trace_id: str) -> Fact:
    """The fact as a chunk keeps it: of the root with previews, which its head shows; of others without.

    The log keeps them for search; whoever opens a trace can make them from the payload. They are a third of
    a chunk's bytes.
    """
    if fact.run_id == trace_id:
        return fact
    fields = dict(fact.fields)
    if "inputs" in fields:
        fields["inputs"] = [None, *fields["inputs"][1:]]
    if "outputs" in fields:
        (_, usage), *place = fields["outputs"]
        fields["outputs"] = [[None, usage], *place]
    return Fact(fact.run_id, fact.is_patch, fields)


def _told_of_root(fact: Fact, trace_id: str) -> int:
    if fact.run_id != trace_id:
        return NO_ROOT
    return ROOT_END if any(name in fact.fields for name in ("end_us", "error", "outputs")) else SOME_ROOT


def _again(envelope: Envelope, part: int, group: Group) -> Envelope:
    """The group alone, for a later try: under the same receipt and part, so under the same key."""
    return Envelope(
        envelope.receipt,
        envelope.workspace,
        envelope.key_id,
        [group],
        segment=envelope.segment,
        first_part=part,
        tries=envelope.tries + 1,
    )


def _refusal(group: Group, facts: list[Fact], reason: str) -> Reject:
    kind = "patch" if facts[0].is_patch else "post"
    return Reject(f"{kind}.{facts[0].run_id}", reason, facts[0].run_id, group.project)
