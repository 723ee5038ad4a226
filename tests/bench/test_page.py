"""What the browser's protocol says of a page's traffic, summed up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from playwright.sync_api import CDPSession

from bench.page import _table
from bench.page_load import Opened, Traffic


class _Debugger:
    """Takes listeners, and tells them events."""

    def __init__(self) -> None:
        self.listeners: dict[str, Callable[[dict[str, Any]], None]] = {}

    def send(self, method: str) -> None:
        """As CDPSession."""
        assert method == "Network.enable"

    def on(self, event: str, listener: Callable[[dict[str, Any]], None]) -> None:
        """As CDPSession."""
        self.listeners[event] = listener

    def answer(self, request: str, kind: str, header_bytes: int, all_bytes: int) -> None:
        """One request from its answer to its end."""
        response = {"encodedDataLength": header_bytes}
        self.listeners["Network.responseReceived"]({"requestId": request, "type": kind, "response": response})
        self.listeners["Network.loadingFinished"]({"requestId": request, "encodedDataLength": all_bytes})


def test_bodies_are_counted_by_kind_and_headers_apart() -> None:
    """What was transferred is the bodies by kind and the headers of all; a request that only ended is counted whole."""
    debugger = _Debugger()
    traffic = Traffic(cast("CDPSession", debugger))
    debugger.answer("1", "Script", 300, 1_300)
    debugger.answer("2", "Script", 300, 500)
    debugger.answer("3", "Fetch", 200, 200)
    debugger.listeners["Network.loadingFinished"]({"requestId": "4", "encodedDataLength": 40})
    assert traffic.bytes == {"Script": 1_200, "Fetch": 0, "Other": 40}
    assert (traffic.header_bytes, traffic.requests) == (800, 4)


def test_every_line_of_the_table_is_as_wide_as_its_head() -> None:
    """Ours and the others' have a cell for each column."""
    table = _table({"list": Opened(*([1] * len(Opened._fields)))})
    assert {len(row) for row in table.rows} == {len(table.head)}
