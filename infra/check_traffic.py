"""Traffic for `deploy_check`: what an app sends by the unmodified client, and whether the client reads it back."""

from __future__ import annotations

import dataclasses
import random
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Literal
from uuid import UUID

from langsmith import Client
from langsmith.run_trees import RunTree
from langsmith.schemas import Attachments
from langsmith.utils import LangSmithNotFoundError

PROJECT = "deploy-check"
ERROR = "RateLimitError: the model is busy"
ATTACHMENT = "note"
_MIME_TYPE = "application/octet-stream"
_ATTACHED_EVERY = 10
_FAILED_EVERY = 5
_CUSTOMERS = 10
_LARGE_CHARS = 600_000
"""Random text this long stays over what `receive` lets through the queue, so it goes by the bucket."""
_READ_WITHIN_S = 90.0
_PAUSE_S = 0.5

Json = dict[str, Any]
RunKind = Literal["llm", "tool"]


@dataclasses.dataclass(frozen=True)
class Sent:
    """One run as the app knows it. `words` are said in its trace and in no other; `customer` in every tenth."""

    id: UUID
    trace_id: UUID
    parent_run_id: UUID | None
    name: str
    inputs: Json
    outputs: Json | None
    error: str | None
    words: str
    customer: str
    attachment: bytes | None = None


@dataclasses.dataclass(frozen=True)
class Found:
    """What the client read, held against what was sent."""

    readable: int
    missing: list[str]
    doubled: list[str]
    different: list[str]
    unknown: list[str]
    waited_s: float

    @property
    def is_whole(self) -> bool:
        """Every run once, as it was sent, and nothing else."""
        return not (self.missing or self.doubled or self.different or self.unknown)


def send_traces(client: Client, count: int) -> list[Sent]:
    """Send traces of four runs each: some fail, some have an attachment, one is large; wait until they are sent."""
    dice = random.Random(count)
    sent = [run for number in range(count) for run in _send_trace(client, number, dice)]
    client.flush()
    return sent


def _send_trace(client: Client, number: int, dice: random.Random) -> Iterator[Sent]:
    """An agent that asks a model, calls a tool and asks again; the large one has a long document in its tool."""
    told = (f"{dice.getrandbits(128):032x}", f"customer {number % _CUSTOMERS}")
    words, customer = told
    inputs, outputs = {"question": words}, {"answer": number}
    root = RunTree(
        name=f"agent {words}",
        run_type="chain",
        inputs=inputs,
        project_name=PROJECT,
        ls_client=client,
        extra={"metadata": {"customer": customer}},
        tags=[words],
    )
    attachment = words.encode() * 30 if number % _ATTACHED_EVERY == 0 else None
    attachments: Attachments = {ATTACHMENT: (_MIME_TYPE, attachment)} if attachment else {}
    root.attachments = attachments
    root.post()
    document = "".join(dice.choices("abcdefghijklmnop 0123456789", k=_LARGE_CHARS if number == 0 else 200)) + words
    plan: list[tuple[str, RunKind, Json, Json]] = [
        ("think", "llm", {"messages": [["user", f"question {number}"]]}, {"text": "look it up"}),
        ("look up", "tool", {"query": f"answer {number}"}, {"document": document}),
        ("answer", "llm", {"messages": [["tool", document[:100]]]}, {"text": f"it is {number}", "ünïcode": "✓"}),
    ]
    for name, kind, asked, answered in plan:
        has_failed = name == "look up" and number % _FAILED_EVERY == 1
        error = f"{ERROR}: {words}" if has_failed else None
        yield _send_child(root, name, kind, (asked, None if has_failed else answered), error, told)
    root.end(outputs=outputs)
    root.patch()
    yield dataclasses.replace(_sent(root, inputs, outputs, None, told), attachment=attachment)


def _send_child(
    root: RunTree, name: str, kind: RunKind, io: tuple[Json, Json | None], error: str | None, told: tuple[str, str]
) -> Sent:
    inputs, outputs = io
    child = root.create_child(name=name, run_type=kind, inputs=inputs)
    child.post()
    child.end(outputs=outputs, error=error)
    child.patch()
    return _sent(child, inputs, outputs, error, told)


def _sent(run: RunTree, inputs: Json, outputs: Json | None, error: str | None, told: tuple[str, str]) -> Sent:
    return Sent(run.id, run.trace_id, run.parent_run_id, run.name, inputs, outputs, error, *told)


def read_back(client: Client, sent: list[Sent], say: Callable[[str], None]) -> Found:
    """Read the project until all that was sent is there, or for as long as is bearable."""
    started_s = time.monotonic()
    while True:
        runs = _listed(client)
        waited_s = time.monotonic() - started_s
        found = compare(sent, runs, waited_s)
        if not found.missing or waited_s > _READ_WITHIN_S:
            return found
        say(f"{found.readable} of {len(sent)} runs readable after {waited_s:.1f} s")
        time.sleep(_PAUSE_S)


def _listed(client: Client) -> list[Any]:
    """All runs of the project, as the client pages through them; none before the first made the project.

    The client warns that it will page otherwise from 2027.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return list(client.list_runs(project_name=PROJECT))
        except LangSmithNotFoundError:
            return []


def compare(sent: list[Sent], runs: list[Any], waited_s: float) -> Found:
    """What is missing, there twice, or other than it was sent."""
    times = Counter(run.id for run in runs)
    by_id = {run.id: run for run in runs}
    known = {run.id for run in sent}
    return Found(
        readable=sum(run.id in by_id for run in sent),
        missing=[f"{run.name} {run.id}" for run in sent if run.id not in by_id],
        doubled=[str(run_id) for run_id, count in times.items() if count > 1],
        different=[line for run in sent if run.id in by_id for line in _differences(run, by_id[run.id])],
        unknown=[f"{run.name} {run.id}" for run in runs if run.id not in known],
        waited_s=waited_s,
    )


def _differences(sent: Sent, read: Any) -> Iterator[str]:  # noqa: ANN401 the client's own model
    for field in ("trace_id", "parent_run_id", "name", "inputs", "error"):
        expected, got = getattr(sent, field), getattr(read, field)
        if expected != got:
            yield f"{sent.name} {sent.id}: {field} is {got!r:.200}, was sent as {expected!r:.200}"
    if (sent.outputs or {}) != (read.outputs or {}):
        yield f"{sent.name} {sent.id}: outputs is {read.outputs!r:.200}, was sent as {sent.outputs!r:.200}"
    attached = {name: attachment["reader"].read() for name, attachment in (read.attachments or {}).items()}
    if attached != ({ATTACHMENT: sent.attachment} if sent.attachment else {}):
        yield f"{sent.name} {sent.id}: attachments are {attached!r:.200}, was sent with {sent.attachment!r:.200}"
