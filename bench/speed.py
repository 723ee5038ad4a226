"""How fast a laptop's server makes traces readable: by the real client, and by its bodies posted again."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.capture import Sent, open_client
from bench.figures import Figure, Section, Table, percentile
from bench.latency import WITH_LOAD_RUNS_PER_S, Latency, latencies, loaded, single_traces
from bench.reference import RUNS, send_traces
from bench.shapes import Shape, capture
from bench.watching import Poster, Watched, cpu_s_of, watching
from infra.local.server import RunningServer, running_server

_AGENTS = 4
_CONNECTIONS = 4
_MUST_MS = {"p50": 150.0, "p99": 500.0}
_AIM_MS = {"p50": 50.0, "p99": 200.0}
_HOW = (
    "A server as `make run` starts it, in a process of its own on the same machine, over SQLite in a fresh folder. "
    f"By the client: langsmith with its defaults, {_AGENTS} agents that do not wait for anything; the client's own "
    "work is done on the same cores. Replayed: bodies that the client sent before, posted over "
    f"{_CONNECTIONS} connections, so that the server is what is measured. Runs a second until the last is readable, "
    "queue empty. Accepted to readable: a request with one trace; from the moment its 202 is read until all 8 runs are "
    "read from the store as the api reads them, looking each half millisecond from another process; and until the "
    "list of traces has it."
)
_LATENCY_HEAD = ("ms from 202 until", "samples", "p50", "p90", "p99", "slowest")

Say = Callable[[str], None]


def measure(traces: int, samples: int, say: Say) -> Section:
    """All of it, on one server."""
    say(f"speed: capturing {2 * traces} traces, and {2 * samples} one by one")
    bodies, load = (capture(Shape("", "", _AGENTS, traces, 0, 1), seed=seed).requests for seed in (10_000, 20_000))
    singles = single_traces(2 * samples)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name) / "data"
        with running_server(folder) as server, watching(folder) as watched:
            figures = _throughput(server, watched, traces, bodies, say)
            say(f"speed: {samples} traces one by one, alone and beside {WITH_LOAD_RUNS_PER_S} runs/s")
            alone = latencies(server, watched, singles[:samples])
            with loaded(server, load):
                beside = latencies(server, watched, singles[samples:])
    return Section("Speed on this machine", _HOW, [*figures, *_figures(alone)], [_table(alone, beside)])


def _throughput(server: RunningServer, watched: Watched, traces: int, bodies: list[Sent], say: Say) -> list[Figure]:
    _by_client(server, 2)  # the rooms are built, the project is made
    say(f"speed: {traces} traces by the client, then {traces} replayed")
    client_runs_per_s, client_cpu_us = _timed(server, watched, traces, lambda: _by_client(server, traces))
    replay_runs_per_s, replay_cpu_us = _timed(server, watched, traces, lambda: _replay(server, bodies))
    return [
        Figure("readable runs a second, by the client", client_runs_per_s, "runs/s"),
        Figure("readable runs a second, replayed", replay_runs_per_s, "runs/s"),
        Figure("server's processor time a run, by the client", client_cpu_us, "µs"),
        Figure("server's processor time a run, replayed", replay_cpu_us, "µs"),
    ]


def _timed(server: RunningServer, watched: Watched, traces: int, send: Callable[[], None]) -> tuple[float, float]:
    """Runs a second from the first request until all is readable, and the server's µs a run meanwhile."""
    before = watched.whole_traces_at_rest()
    cpu_s, began_s = cpu_s_of(server.process_id), time.perf_counter()
    send()
    watched.wait_until(lambda: watched.is_at_rest() and watched.whole_traces() >= before + traces)
    took_s, cpu_s = time.perf_counter() - began_s, cpu_s_of(server.process_id) - cpu_s
    runs = traces * RUNS
    return runs / took_s, cpu_s / runs * 1e6


def _by_client(server: RunningServer, traces: int) -> None:
    with open_client(server.endpoint, server.api_key) as client:
        send_traces(client, traces, _AGENTS, seed=traces)


def _replay(server: RunningServer, bodies: list[Sent]) -> None:
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        list(pool.map(lambda one: _post_each(server, bodies[one::_CONNECTIONS]), range(_CONNECTIONS)))


def _post_each(server: RunningServer, bodies: list[Sent]) -> None:
    poster = Poster(server)
    for body in bodies:
        poster.post(body)
    poster.close()


def _figures(alone: Latency) -> list[Figure]:
    return [
        Figure(f"accepted → readable, {name}", percentile(alone.trace_ms, percent), "ms", _MUST_MS[name], _AIM_MS[name])
        for name, percent in (("p50", 50), ("p99", 99))
    ]


def _table(alone: Latency, beside: Latency) -> Table:
    rows: list[tuple[str | float, ...]] = [
        (f"{what}, {when}", len(values), *(percentile(values, percent) for percent in (50, 90, 99, 100)))
        for when, latency in (("alone", alone), (f"beside {WITH_LOAD_RUNS_PER_S} runs/s", beside))
        for what, values in (("the trace is read whole", latency.trace_ms), ("it is in the list", latency.list_ms))
    ]
    return Table("Accepted → readable", _LATENCY_HEAD, rows)
