"""The page in Chromium: its weight, when it is seen, and a trace of 25,000 runs in its hands."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page, StorageState

from bench.big_trace import RUNS, send_big_trace
from bench.capture import open_client
from bench.figures import Figure, Section, Table, percentile
from bench.page_load import Opened, opened
from bench.reference import send_traces
from bench.watching import Watched, watching
from infra.browser import WIDE, NoBrowser, open_context, running_browser, sign_in
from infra.local.server import RunningServer, running_server

TRACES = 53
"""As many as the lists of Phoenix and MLflow had that ours is compared with."""
_OPENINGS = 5
_MUST_KB = 250
_MUST_FIRST_MS, _MUST_LARGEST_MS = 400, 800
_BIG_MUST_MS = 1_000
_FRAME_MS = 1_000 / 60
_FRAMES = 300
_STEP_PX = 240
_HOW = (
    f"Chromium without a window, 1440 by 900, on the same machine as the server. A list of {TRACES} traces and one of "
    f"them, each opened {_OPENINGS} times with an empty cache; medians. Bytes are of bodies as transferred, answers of "
    "the API included; headers apart, as HTTP/1.1 sends them: HTTP/2, which CloudFront speaks, packs them. The big "
    f"trace has {RUNS:,} runs; all its rows are unfolded before {_FRAMES} frames of {_STEP_PX} px are scrolled; heap "
    "after a collection. Phoenix and MLflow were measured before, on a like machine, with as many traces."
)
_OTHERS = (
    ("Phoenix, list", 5_700, 2_600, 3_250),
    ("MLflow, list", 5_600, 1_000, 1_900),
)
"""KB, ms of first content, ms of largest."""
_SCROLL = """([frames, step]) => new Promise(done => {
  const box = document.querySelector(".tree-scroll"), deltas = [];
  let last = 0;
  const frame = now => {
    if (last) deltas.push(now - last);
    last = now;
    box.scrollTop += step;
    if (deltas.length < frames) requestAnimationFrame(frame); else done(deltas);
  };
  requestAnimationFrame(frame);
})"""

Say = Callable[[str], None]


def measure(say: Say) -> Section | None:
    """Open it as people do; nothing where there is no browser."""
    try:
        with running_browser() as browser, tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name) / "data"
            with running_server(folder) as server, watching(folder) as watched:
                return _Bench(browser, server, watched, say).section()
    except NoBrowser as missing:
        say(f"page: skipped, {missing}")
        return None


class _Bench:
    """One server with the traces, and a browser that is signed in."""

    def __init__(self, browser: Browser, server: RunningServer, watched: Watched, say: Say) -> None:
        self._browser = browser
        self._server = server
        self._watched = watched
        self._say = say
        self._signed_in: StorageState = sign_in(browser, server)

    def section(self) -> Section:
        """Send, open, scroll."""
        self._say(f"page: {TRACES} traces and one of {RUNS:,} runs by the client")
        trace, big = self._send()
        project = f"/o/{self._watched.workspace}/projects/p/{self._watched.project()}"
        self._say("page: opening them")
        views = {
            "projects": self._opened("/"),
            f"list of {TRACES + 1} traces": self._opened(project),
            "trace": self._opened(_as_lists_link_it(project, trace)),
        }
        huge = self._opened(_as_lists_link_it(project, big), 3)
        figures = [*_figures(views), *_big(huge), *self._handled(_as_lists_link_it(project, big))]
        return Section("The page", _HOW, figures, [_table({**views, f"{RUNS:,} runs": huge})])

    def _send(self) -> tuple[str, str]:
        with open_client(self._server.endpoint, self._server.api_key) as client:
            traces = send_traces(client, TRACES, agents=4)
            big = send_big_trace(client, RUNS)
        self._watched.wait_until(self._watched.is_at_rest)
        return str(traces[0]), big

    def _opened(self, address: str, times: int = _OPENINGS) -> Opened:
        """The medians of several openings, each with an empty cache."""
        all_opened = [opened(self._browser, self._server, self._signed_in, address) for _ in range(times)]
        return Opened(*(median(column) for column in zip(*all_opened, strict=True)))

    def _handled(self, address: str) -> list[Figure]:
        """Unfold all of the big trace, scroll it, and look at what it keeps."""
        context = open_context(self._browser, self._server, WIDE, self._signed_in)
        try:
            page = context.new_page()
            page.goto(address, wait_until="networkidle")
            heap_mb = _heap_bytes(context.new_cdp_session(page)) / 1e6
            rows = _unfolded(page)
            deltas_ms: Sequence[float] = page.evaluate(_SCROLL, [_FRAMES, _STEP_PX])
            return [Figure("… JavaScript heap", heap_mb, "MB"), *_scrolled(rows, deltas_ms)]
        finally:
            context.close()


def _as_lists_link_it(project: str, trace: str) -> str:
    return f"{project}/r/{trace}?trace_id={trace}"


def _unfolded(page: Page) -> int:
    """Open every group of the tree; how many rows it has then."""
    page.evaluate("document.querySelector('.tree-scroll').scrollTop = 1e9")
    page.locator(".tree-group").first.click()
    page.evaluate("document.querySelector('.tree-scroll').scrollTop = 0")
    height_px: float = page.evaluate("document.querySelector('.tree-sheet').getBoundingClientRect().height")
    row_px: float = page.evaluate("document.querySelector('.tree-row').getBoundingClientRect().height")
    return round(height_px / row_px)


def _heap_bytes(debugger: CDPSession) -> float:
    debugger.send("HeapProfiler.collectGarbage")
    return float(debugger.send("Runtime.getHeapUsage")["usedSize"])


def _figures(views: dict[str, Opened]) -> list[Figure]:
    return [figure for name, view in views.items() for figure in _figures_of(name, view)]


def _figures_of(name: str, view: Opened) -> list[Figure]:
    return [
        Figure(f"{name}: transferred", view.bytes / 1e3, "KB", _MUST_KB),
        Figure("… first content", view.first_content_ms, "ms", _MUST_FIRST_MS),
        Figure("… largest content", view.largest_content_ms, "ms", _MUST_LARGEST_MS),
    ]


def _big(view: Opened) -> list[Figure]:
    return [
        Figure(f"{RUNS:,} runs: first row of the tree", view.first_row_ms, "ms", _BIG_MUST_MS),
        Figure("… details of the root shown too", view.whole_ms, "ms"),
        Figure("… processor time of the page until then", view.busy_ms, "ms"),
    ]


def _scrolled(rows: int, deltas_ms: Sequence[float]) -> list[Figure]:
    return [
        Figure("… rows when unfolded", rows, "rows"),
        Figure("… a frame while it scrolls, p95", percentile(deltas_ms, 95), "ms"),
        Figure("… frames that came late", sum(one > 1.5 * _FRAME_MS for one in deltas_ms), f"of {len(deltas_ms)}"),
    ]


def _table(views: dict[str, Opened]) -> Table:
    ours: list[tuple[str | float, ...]] = [
        (name, *(one / 1e3 for one in view[:4]), view.requests, *(round(one) for one in view[5:8]), round(view.busy_ms))
        for name, view in views.items()
    ]
    others: list[tuple[str | float, ...]] = [
        (name, kb, "", "", "", "", first, largest, "", "") for name, kb, first, largest in _OTHERS
    ]
    head = (
        "page",
        "KB",
        "headers KB",
        "script KB",
        "style KB",
        "requests",
        "first content ms",
        "largest ms",
        "first row ms",
        "processor ms",
    )
    return Table("By page, and the others", head, [*ours, *others])
