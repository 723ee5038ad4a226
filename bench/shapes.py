"""How apps trace, and what the client makes of it: the same traces in very different requests.

The client sends when 100 operations wait, or when none has come for half a second. So many agents in one process
give full requests, each with a little of many traces, and a lone agent gives a request for each pause it makes.
Source: langsmith 0.14.17, `_internal/_background_thread.py`, the control thread of compressed traces.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from langsmith import Client

from bench.capture import Sent, capturing, open_client
from bench.reference import RUNS, send_trace, send_traces
from bench.words import Writer


class Shape(NamedTuple):
    """A kind of app. `batch_size` is how many messages record is given at once at such a rate of requests."""

    name: str
    about: str
    agents: int
    traces: int
    step_s: float
    batch_size: int
    flushes: bool = False


BUSY = Shape("BUSY", "32 agents in one process", 32, 128, 0.45, 5)
REF = Shape("REF", "4 agents in one process", 4, 36, 0.3, 1)
ONCE = Shape("ONCE", "an agent that flushes after each trace, as in a Lambda", 1, 32, 0, 1, flushes=True)
SPARSE = Shape("SPARSE", "one agent alone, slow enough that each step is a request", 1, 4, 0.65, 1)
SHAPES = (BUSY, REF, ONCE, SPARSE)


class Captured(NamedTuple):
    """What the client sent for a shape; before that, one trace to warm up with."""

    shape: Shape
    traces: int
    warm_up: list[Sent]
    requests: list[Sent]

    @property
    def runs(self) -> int:
        """Runs in all of it."""
        return self.traces * RUNS

    @property
    def raw_bytes(self) -> int:
        """Before the client compressed it."""
        return sum(sent.raw_bytes for sent in self.requests)

    @property
    def wire_bytes(self) -> int:
        """As it came."""
        return sum(len(sent.body) for sent in self.requests)


def capture_all(shapes: tuple[Shape, ...] = SHAPES) -> dict[str, Captured]:
    """What the client sends for each shape, by name; captured side by side, since agents mostly wait."""
    with ThreadPoolExecutor(len(shapes)) as pool:
        return {captured.shape.name: captured for captured in pool.map(capture, shapes)}


def capture(shape: Shape, seed: int = 1) -> Captured:
    """What the client sends for one shape. A first trace stands apart: it leaves before the client knows of zstd."""
    with capturing() as (endpoint, sent), open_client(endpoint) as client:
        send_traces(client, 1, 1)
        first = len(sent)
        _send(client, shape, seed)
        return Captured(shape, shape.traces, sent[:first], sent[first:])


def _send(client: Client, shape: Shape, seed: int) -> None:
    """Send the shape's traces, all at the pace of its agents or each on its own."""
    if not shape.flushes:
        send_traces(client, shape.traces, shape.agents, shape.step_s, seed)
        return
    for number in range(shape.traces):
        send_trace(client, Writer(seed + number), shape.step_s)
        client.flush()
