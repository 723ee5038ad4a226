"""What went wrong in a page while somebody used it, which the person may not have seen."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request, Response

_BAD = frozenset({"error", "warning"})
_FIRST_ERROR = 400


class Watched:
    """Listens to browsers: what their consoles say, scripts throw, servers refuse, and hosts are asked."""

    def __init__(self) -> None:
        self._origins: set[str] = set()
        self._troubles: list[str] = []
        self._allowed: list[str] = []

    def listen(self, context: BrowserContext, origin: str) -> None:
        """Listen to one more browser, whose pages may ask this origin."""
        self._origins.add(origin)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._thrown(error.error))
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)

    def allow(self, *patterns: str) -> None:
        """What this test provokes: regular expressions, searched for in a trouble's line."""
        self._allowed += patterns

    @property
    def troubles(self) -> list[str]:
        """One line each, without those that were allowed."""
        return [line for line in self._troubles if not any(re.search(one, line) for one in self._allowed)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in _BAD:
            self._troubles.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _thrown(self, error: Error) -> None:
        self._troubles.append(f"thrown: {error}")

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and f"{url.scheme}://{url.netloc}" not in self._origins:
            self._troubles.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= _FIRST_ERROR:
            self._troubles.append(f"answered {response.status}: {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        # A question that is no longer wanted is given up: the page's own doing.
        if request.failure != "net::ERR_ABORTED":
            self._troubles.append(f"no answer: {request.method} {request.url}: {request.failure}")
