"""One opening of one address in a browser that has nothing of it yet: what came over the wire, and when it was seen."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from playwright.sync_api import Browser, CDPSession, Page, StorageState

from infra.browser import WIDE, open_context
from infra.local.server import RunningServer

_NOTE = """
  window.seen = {fcp: 0, lcp: 0, first: 0, whole: 0};
  const note = (type, keep) =>
    new PerformanceObserver(list => list.getEntries().forEach(keep)).observe({type, buffered: true});
  note("paint", one => { if (one.name === "first-contentful-paint") seen.fcp = one.startTime; });
  note("largest-contentful-paint", one => { seen.lcp = one.startTime; });
  const look = () => {
    if (!seen.first && document.querySelector("[role=treeitem], [role=grid] [role=row] [role=gridcell], .project-name"))
      requestAnimationFrame(() => { seen.first ||= performance.now(); });
    if (!seen.whole && document.querySelector("article.run[aria-busy=false]"))
      requestAnimationFrame(() => { seen.whole ||= performance.now(); });
  };
  new MutationObserver(look).observe(document, {childList: true, subtree: true, attributes: true});
"""
"""Runs in the page before anything of it; `first` is the first row of whatever the view lists, `whole` the details."""


class Opened(NamedTuple):
    """What one opening took. Times are since the navigation began; bytes are of bodies as transferred, compressed."""

    bytes: int
    header_bytes: int
    script_bytes: int
    style_bytes: int
    requests: int
    first_content_ms: float
    largest_content_ms: float
    first_row_ms: float
    whole_ms: float
    busy_ms: float
    """Processor time of the page's main thread, which others on the machine do not lengthen."""


class Traffic:
    """Counts what a page transfers. Source: DevTools protocol, encodedDataLength of Network's events."""

    def __init__(self, debugger: CDPSession) -> None:
        self.bytes: Counter[str] = Counter()
        self.header_bytes = 0
        self.requests = 0
        self._begun: dict[str, tuple[str, int]] = {}
        debugger.send("Network.enable")
        debugger.on("Network.responseReceived", self._answered)
        debugger.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict[str, Any]) -> None:
        self._begun[event["requestId"]] = event["type"], int(event["response"]["encodedDataLength"])

    def _finished(self, event: dict[str, Any]) -> None:
        kind, header_bytes = self._begun.get(event["requestId"], ("Other", 0))
        self.requests += 1
        self.header_bytes += header_bytes
        self.bytes[kind] += int(event["encodedDataLength"]) - header_bytes


def opened(browser: Browser, server: RunningServer, signed_in: StorageState | None, address: str) -> Opened:
    """Open it with an empty cache, and wait until nothing more is asked for."""
    context = open_context(browser, server, WIDE, signed_in)
    try:
        page = context.new_page()
        page.add_init_script(_NOTE)
        debugger = context.new_cdp_session(page)
        debugger.send("Performance.enable", {"timeDomain": "threadTicks"})
        traffic = Traffic(debugger)
        page.goto(address, wait_until="networkidle")
        return _opened(page, traffic, _busy_ms(debugger))
    finally:
        context.close()


def _busy_ms(debugger: CDPSession) -> float:
    """Source: DevTools protocol, Performance.getMetrics: TaskDuration, in seconds."""
    metrics = debugger.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) * 1_000 for one in metrics if one["name"] == "TaskDuration")


def _opened(page: Page, traffic: Traffic, busy_ms: float) -> Opened:
    seen: dict[str, float] = page.evaluate("seen")
    return Opened(
        bytes=traffic.bytes.total(),
        header_bytes=traffic.header_bytes,
        script_bytes=traffic.bytes["Script"],
        style_bytes=traffic.bytes["Stylesheet"],
        requests=traffic.requests,
        first_content_ms=seen["fcp"],
        largest_content_ms=seen["lcp"],
        first_row_ms=seen["first"],
        whole_ms=seen["whole"],
        busy_ms=busy_ms,
    )
