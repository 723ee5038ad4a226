"""A trace of 25,000 runs: sent by the client, recorded, and its tree read, on the server's side and over HTTP."""

from __future__ import annotations

import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

import zstandard
from langsmith import Client
from langsmith.run_trees import RunTree

from bench.capture import open_client
from bench.figures import Figure, Section
from bench.reference import MODEL, PROJECT
from bench.watching import Watched, cpu_s_of, watching
from bench.words import Writer
from infra.local.server import RunningServer, running_server

RUNS = 25_000
_READS = 5
_MUST_MS, _AIM_MS = 1_000, 300
_SKELETON = (
    "ID",
    "NAME",
    "RUN_TYPE",
    "STATUS",
    "START_TIME",
    "END_TIME",
    "PARENT_RUN_IDS",
    "TOTAL_TOKENS",
    "TOTAL_COST",
)
_HOW = (
    f"One trace of {RUNS:,} runs in three levels (agent, steps, model calls and tools), 0.5 KB of text a run, sent by "
    "the client without waiting into a server of its own. Server side: functions.api.reader.Reader.trace without "
    f"payloads over the server's own SQLite file, median of {_READS}. Over HTTP: GET /api/v2/traces/{{id}}/runs with "
    f"{', '.join(_SKELETON).lower()}; Accept-Encoding: zstd; until the last byte is here and unpacked. The skeleton is "
    "GET /api/v1/traces/{id}/skeleton, asked for the same way."
)

Say = Callable[[str], None]


class _Read(NamedTuple):
    """One read; on a busy machine it waits for a core, which is not the reader's doing."""

    ms: float
    cpu_ms: float


class Answered(NamedTuple):
    """One answer over HTTP."""

    ms: float
    wire_bytes: int
    bytes: int


def measure(say: Say) -> Section:
    """Send it, record it, read it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name) / "data"
        with running_server(folder) as server, watching(folder) as watched:
            say(f"big: {RUNS:,} runs by the client")
            with open_client(server.endpoint, server.api_key) as client:
                send_big_trace(client, 10)  # the rooms are built, the client knows of zstd
                before_s, began_s = cpu_s_of(server.process_id), time.perf_counter()
                trace_id = send_big_trace(client, RUNS)
                sent_s = time.perf_counter() - began_s
            watched.wait_until(watched.is_at_rest)
            behind_s = time.perf_counter() - began_s - sent_s
            cpu_us = (cpu_s_of(server.process_id) - before_s) / RUNS * 1e6
            say(f"big: sent in {sent_s:.0f} s; reading its tree")
            figures = [
                Figure(f"sent by the client, {RUNS:,} runs", sent_s, "s"),
                Figure("recorded after the last was sent", behind_s, "s"),
                Figure("server's processor time a run", cpu_us, "µs"),
                *_read(server, watched, trace_id),
            ]
    return Section(f"A trace of {RUNS:,} runs", _HOW, figures)


def send_big_trace(client: Client, runs: int) -> str:
    """Send one trace of so many runs; its id."""
    writer = Writer(5)
    root = RunTree(name="agent", inputs={"question": writer.text(500)}, project_name=PROJECT, ls_client=client)
    root.post()
    parent = root
    for number in range(1, runs):
        if number % 10 == 1:
            parent = _step(root, "step", "chain", writer)
        else:
            kind = "llm" if number % 2 else "tool"
            _step(parent, "gpt" if kind == "llm" else "search", kind, writer)
    root.end(outputs={"answer": writer.text(300)})
    root.patch()
    client.flush()
    return str(root.id)


def _step(parent: RunTree, name: str, kind: str, writer: Writer) -> RunTree:
    is_llm = kind == "llm"
    run = parent.create_child(
        name,
        kind,  # type: ignore[arg-type] # one of the client's literals
        inputs={"input": writer.text(200)},
        extra={"metadata": dict(MODEL)} if is_llm else {},
    )
    run.post()
    usage = {"usage_metadata": {"input_tokens": 120, "output_tokens": 30, "total_tokens": 150}} if is_llm else {}
    run.end(outputs={"output": writer.text(200), **usage})
    run.patch()
    return run


def _read(server: RunningServer, watched: Watched, trace_id: str) -> list[Figure]:
    reads = [_server_side(watched, trace_id) for _ in range(_READS)]
    answers = [_over_http(server, watched.project(), trace_id) for _ in range(_READS)]
    first, again = _skeleton(server, trace_id), [_skeleton(server, trace_id) for _ in range(_READS)]
    return [
        Figure("tree read, server side", median(one.ms for one in reads), "ms", _MUST_MS, _AIM_MS),
        Figure("… of it this process's computing", median(one.cpu_ms for one in reads), "ms"),
        Figure("tree read over HTTP", median(one.ms for one in answers), "ms"),
        Figure("bytes on the wire", answers[0].wire_bytes / 1e6, "MB"),
        Figure("bytes of JSON", answers[0].bytes / 1e6, "MB"),
        Figure("skeleton for the page over HTTP, first", first.ms, "ms", _MUST_MS, _AIM_MS),
        Figure("… asked for again", median(one.ms for one in again), "ms"),
        Figure("… its bytes on the wire", first.wire_bytes / 1e6, "MB"),
        Figure("… its bytes of JSON", first.bytes / 1e6, "MB"),
    ]


def _server_side(watched: Watched, trace_id: str) -> _Read:
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    runs = watched.reader.trace(watched.workspace, trace_id)
    took = _Read((time.perf_counter() - began_s) * 1_000, (time.process_time() - began_cpu_s) * 1_000)
    if len(runs) != RUNS:
        raise RuntimeError(f"trace {trace_id} has {len(runs)} runs after {RUNS} were sent")
    return took


def _over_http(server: RunningServer, project: str, trace_id: str) -> Answered:
    asked = urlencode({"project_id": project, "selects": _SKELETON}, doseq=True)
    return _fetched(server, f"/api/v2/traces/{trace_id}/runs?{asked}")


def _skeleton(server: RunningServer, trace_id: str) -> Answered:
    return _fetched(server, f"/api/v1/traces/{trace_id}/skeleton")


def _fetched(server: RunningServer, path: str) -> Answered:
    headers = {"x-api-key": server.api_key, "accept-encoding": "zstd"}
    began_s = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(server.url + path, headers=headers), timeout=60) as answer:  # noqa: S310 our own http URL
        wire = answer.read()
        encoding = answer.headers.get("content-encoding")
    body = zstandard.ZstdDecompressor().decompress(wire, max_output_size=10**9) if encoding == "zstd" else wire
    return Answered((time.perf_counter() - began_s) * 1_000, len(wire), len(body))
