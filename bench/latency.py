"""How long after its 202 a trace can be read, one request at a time, alone or beside other traffic."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from typing import NamedTuple

from bench.capture import Sent, capturing, open_client
from bench.reference import OPERATIONS, RUNS, send_trace
from bench.watching import NeverReadable, Poster, Watched
from bench.words import Writer
from infra.local.server import RunningServer
from shared.base.errors import NotFound
from shared.base.ids import uuid_time_us
from shared.base.units import US_PER_S
from shared.store.walk import Window

WITH_LOAD_RUNS_PER_S = 500
_OPERATIONS_A_BODY = 100
_LOOK_EVERY_S = 0.000_5
_WITHIN_S = 30.0


class Single(NamedTuple):
    """A request that holds one whole trace."""

    trace_id: str
    sent: Sent


class Latency(NamedTuple):
    """Milliseconds from 202 until the trace is read whole, and until the list of traces has it."""

    trace_ms: list[float]
    list_ms: list[float]


def single_traces(count: int) -> list[Single]:
    """So many traces, each in a request of its own, as the client sends one that is flushed."""
    singles: list[Single] = []
    with capturing() as (endpoint, sent), open_client(endpoint) as client:
        send_trace(client, Writer(0))
        client.flush()
        for number in range(count):
            before = len(sent)
            trace_id = send_trace(client, Writer(30_000 + number))
            client.flush()
            if len(sent) == before + 1:  # the client's own clock may cut one in two; those are left out
                singles.append(Single(str(trace_id), sent[-1]))
    return singles


def latencies(server: RunningServer, watched: Watched, singles: list[Single]) -> Latency:
    """Each in turn: posted, then looked for."""
    poster = Poster(server)
    found = Latency([], [])
    for single in singles:
        poster.post(single.sent)
        accepted_s = time.perf_counter()
        found.trace_ms.append(_until(accepted_s, partial(_is_whole, watched, single.trace_id)))
        found.list_ms.append(_until(accepted_s, partial(_is_listed, watched, single.trace_id)))
    poster.close()
    return found


@contextmanager
def loaded(server: RunningServer, bodies: list[Sent]) -> Iterator[None]:
    """Post these bodies in the background, `WITH_LOAD_RUNS_PER_S`, again and again until the block ends."""
    done = threading.Event()
    pause_s = _OPERATIONS_A_BODY / OPERATIONS * RUNS / WITH_LOAD_RUNS_PER_S
    thread = threading.Thread(target=_post_until, args=(server, bodies, pause_s, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _post_until(server: RunningServer, bodies: list[Sent], pause_s: float, done: threading.Event) -> None:
    poster = Poster(server)
    next_s = time.monotonic()
    for body in cycle(bodies):
        if done.wait(max(0.0, next_s - time.monotonic())):
            break
        poster.post(body)
        next_s += pause_s
    poster.close()


def _until(accepted_s: float, is_so: Callable[[], bool]) -> float:
    """Milliseconds since it was accepted. Raises: NeverReadable."""
    while not is_so():
        if time.perf_counter() - accepted_s > _WITHIN_S:
            raise NeverReadable(f"an accepted trace was not readable within {_WITHIN_S:.0f} s")
        time.sleep(_LOOK_EVERY_S)
    return (time.perf_counter() - accepted_s) * 1_000


def _is_whole(watched: Watched, trace_id: str) -> bool:
    try:
        return len(watched.reader.trace(watched.workspace, trace_id)) == RUNS
    except NotFound:
        return False


def _is_listed(watched: Watched, trace_id: str) -> bool:
    """Whether the list of the traces that started when this one did has it."""
    start_us = uuid_time_us(trace_id) or 0
    heads = watched.ask.heads.walk(
        watched.workspace, watched.project(), Window(start_us - US_PER_S, start_us + US_PER_S)
    )
    return any(head.trace_id == trace_id for head in heads)
