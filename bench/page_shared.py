"""A shared link in Chromium, as somebody opens it who has no account: a small trace, and one of 25,000 runs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from langsmith import Client
from playwright.sync_api import Browser

from bench.big_trace import RUNS, send_big_trace
from bench.capture import open_client
from bench.figures import Figure, Section, Table
from bench.page_load import Opened, Traffic, opened
from bench.reference import send_traces
from bench.watching import watching
from infra.browser import WIDE, NoBrowser, open_context, running_browser
from infra.local.server import RunningServer, running_server

_OPENINGS = 5
_MUST_KB, _AIM_KB = 150, 60
_MUST_FIRST_MS, _BIG_MUST_MS = 400, 1_000
_TRIES = 600
_AGAIN_S = 0.1
_HOW = (
    f"Chromium without a window, 1440 by 900, nobody signed in, on the same machine as the server. A trace of eight "
    f"runs and one of {RUNS:,}, shared by the client; each link opened {_OPENINGS} times with an empty cache; medians. "
    "Bytes are of bodies as transferred. Without script: the document and its sheet are all that is asked for."
)

Say = Callable[[str], None]


class Plain(NamedTuple):
    """One opening without script."""

    bytes: float
    first_content_ms: float


def measure(say: Say) -> Section | None:
    """Share both, open both; nothing where there is no browser."""
    try:
        with running_browser() as browser, tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name) / "data"
            with running_server(folder) as server, watching(folder) as watched:
                with open_client(server.endpoint, server.api_key) as client:
                    say(f"share: a small trace and one of {RUNS:,} runs by the client")
                    small = str(send_traces(client, 1, agents=1)[0])
                    big = send_big_trace(client, RUNS)
                    watched.wait_until(watched.is_at_rest)
                    links = {"eight runs": _link(client, small)[0]}
                    links[f"{RUNS:,} runs"], made_s = _link(client, big)
                say("share: opening their links")
                return _section(browser, server, links, made_s)
    except NoBrowser as missing:
        say(f"share: skipped, {missing}")
        return None


def _link(client: Client, trace: str) -> tuple[str, float]:
    """Share it; the link, and after how many seconds it worked."""
    began_s = time.monotonic()
    client.request_with_retries("PUT", f"/traces/{trace}/share", request_kwargs={"json": {}})
    for _ in range(_TRIES):
        share: dict[str, Any] = client.request_with_retries("GET", f"/traces/{trace}/share").json()
        if share["is_ready"]:
            return str(share["url"]), time.monotonic() - began_s
        time.sleep(_AGAIN_S)
    raise TimeoutError(f"the share of trace {trace} was not ready within {_TRIES * _AGAIN_S:.0f} s")


def _section(browser: Browser, server: RunningServer, links: dict[str, str], made_s: float) -> Section:
    with_script = {name: _opened(browser, server, link) for name, link in links.items()}
    without = {name: _plain(browser, server, link) for name, link in links.items()}
    figures = [Figure(f"{RUNS:,} runs: shared → the link works", made_s, "s")]
    for name in links:
        figures += _figures(name, with_script[name], without[name], is_big=name != "eight runs")
    return Section("A shared link", _HOW, figures, [_table(with_script)])


def _opened(browser: Browser, server: RunningServer, link: str) -> Opened:
    all_opened = [opened(browser, server, None, link) for _ in range(_OPENINGS)]
    return Opened(*(median(column) for column in zip(*all_opened, strict=True)))


def _plain(browser: Browser, server: RunningServer, link: str) -> Plain:
    """The medians of several openings in a browser that runs no script of a page."""
    found: list[Plain] = []
    for _ in range(_OPENINGS):
        context = open_context(browser, server, WIDE, runs_scripts=False)
        page = context.new_page()
        traffic = Traffic(context.new_cdp_session(page))
        page.goto(link, wait_until="networkidle")
        paints = page.evaluate("performance.getEntriesByName('first-contentful-paint').map(one => one.startTime)")
        found.append(Plain(traffic.bytes.total(), paints[0]))
        context.close()
    return Plain(*(median(column) for column in zip(*found, strict=True)))


def _figures(name: str, view: Opened, plain: Plain, *, is_big: bool) -> list[Figure]:
    budget = (None, None) if is_big else (_MUST_KB, _AIM_KB)
    return [
        Figure(f"{name}: transferred", view.bytes / 1e3, "KB", *budget),
        Figure("… first content, without script too", view.first_content_ms, "ms", _MUST_FIRST_MS),
        Figure("… tree that can be used", view.first_row_ms, "ms", _BIG_MUST_MS),
        Figure("… details shown too", view.whole_ms, "ms"),
        Figure("… without script: transferred", plain.bytes / 1e3, "KB"),
        Figure("… without script: first content", plain.first_content_ms, "ms", _MUST_FIRST_MS),
    ]


def _table(views: dict[str, Opened]) -> Table:
    rows: list[tuple[str | float, ...]] = [
        (name, *(one / 1e3 for one in view[:4]), view.requests, *(round(one) for one in view[5:]))
        for name, view in views.items()
    ]
    times = ("first content ms", "largest ms", "tree ms", "details ms", "processor ms")
    return Table("By link", ("link", "KB", "headers KB", "script KB", "style KB", "requests", *times), rows)
