"""`python -m infra.screenshots`: pictures of every view with the sample traces, light and dark, wide and on a phone.

All go to build/screenshots. With `--readme` those that the README shows are written to docs/images too.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from langsmith import Client
from playwright.sync_api import Browser, BrowserContext, Page

from infra.browser import PHONE, THEMES, WIDE, Look, NoBrowser, open_context, running_browser, sign_in
from infra.local.samples.sending import Size
from infra.local.server import RunningServer, running_server
from infra.sample_pages import send_samples

_ROOT = Path(__file__).parents[1]
_ALL = _ROOT / "build/screenshots"
_SHOWN = _ROOT / "docs/images"
_SCREENS = {"wide": WIDE, "phone": PHONE}
_QUALITY = 84
_MOST_BYTES = 250_000


class _Picture(NamedTuple):
    """One that the README shows."""

    name: str
    view: str
    look: Look


_README = (
    _Picture("projects", "projects", WIDE),
    _Picture("traces", "traces", WIDE),
    _Picture("trace", "failure", WIDE),
    _Picture("trace-dark", "failure", replace(WIDE, theme="dark")),
    _Picture("as-public", "as public", WIDE),
    _Picture("rule", "new rule", WIDE),
    _Picture("dashboard", "dashboard", WIDE),
    _Picture("trace-phone", "failure", replace(PHONE, theme="dark")),
)


def main(arguments: Sequence[str]) -> int:
    """Take them all; the exit code."""
    parser = argparse.ArgumentParser("python -m infra.screenshots", description="Take pictures of every view.")
    parser.add_argument("--readme", action="store_true", help="write those that the README shows, too")
    is_for_readme = parser.parse_args(arguments).readme
    _forget_tracing()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="pictures-") as name,
            running_browser() as browser,
            running_server(Path(name) / "data") as server,
        ):
            _take_all(browser, server, is_for_readme=is_for_readme)
    except NoBrowser as missing:
        print(f"screenshots: {missing}", file=sys.stderr)
        return 1
    return 0


def _take_all(browser: Browser, server: RunningServer, *, is_for_readme: bool) -> None:
    client = Client(api_url=server.endpoint, api_key=server.api_key)
    samples = send_samples(server, client, Size())
    client.close()
    views = {**samples.views(), "failure": samples.failure}
    studio = _Studio(browser, server, views)
    _ALL.mkdir(parents=True, exist_ok=True)
    for path in studio.every_view(_ALL):
        print(path.relative_to(_ROOT))
    if is_for_readme:
        _SHOWN.mkdir(parents=True, exist_ok=True)
        for picture in _README:
            print(studio.shown(picture, _SHOWN).relative_to(_ROOT))


class _Studio:
    """Takes pictures of views of one server, as somebody who is signed in sees them."""

    def __init__(self, browser: Browser, server: RunningServer, views: dict[str, str]) -> None:
        self._browser = browser
        self._server = server
        self._views = views
        self._signed_in = sign_in(browser, server)

    def every_view(self, folder: Path) -> Iterator[Path]:
        """Each view in both themes on both screens, as PNG."""
        for screen, look in _SCREENS.items():
            for theme in THEMES:
                with self._context(replace(look, theme=theme)) as context:
                    page = context.new_page()
                    for view, address in self._views.items():
                        path = folder / f"{view}-{screen}-{theme}.png"
                        _open(page, address)
                        page.screenshot(path=path)
                        yield path

    def shown(self, picture: _Picture, folder: Path) -> Path:
        """One for the README, as WebP. Raises: ValueError where it is too heavy for a page that people load."""
        path = folder / f"{picture.name}.webp"
        with self._context(replace(picture.look, pixels=2)) as context:
            page = context.new_page()
            _open(page, self._views[picture.view])
            path.write_bytes(_webp(context, page))
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes, over {_MOST_BYTES:,}: lower its quality")
        return path

    def _context(self, look: Look) -> BrowserContext:
        return open_context(self._browser, self._server, look, self._signed_in)


def _open(page: Page, address: str) -> None:
    """Show the address, until nothing is asked any more and no grey bars stand for rows."""
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("!document.querySelector('.bones')")
    page.evaluate("document.fonts.ready.then(() => undefined)")


def _webp(context: BrowserContext, page: Page) -> bytes:
    """The page as WebP, which Playwright itself does not write. Source: DevTools protocol, Page.captureScreenshot."""
    debugger = context.new_cdp_session(page)
    answer = debugger.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    return base64.b64decode(answer["data"])


def _forget_tracing() -> None:
    """The developer's own settings of the client must not reach it."""
    for name in [name for name in os.environ if name.startswith(("LANGSMITH_", "LANGCHAIN_"))]:
        del os.environ[name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
