"""Debian's Chromium, for whoever looks at our page as people do: tests, screenshots, benches."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright

from infra.local.run import sign_in_link
from infra.local.server import RunningServer

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",  # in a container it runs as root
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
_WITHIN_MS = 15_000

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


class NoBrowser(Exception):
    """There is no Chromium on PATH; the message says how one comes there."""


@dataclass(frozen=True)
class Look:
    """With what somebody looks at the page. `is_still`: they asked their system for less motion."""

    width: int = 1440
    height: int = 900
    theme: Theme = "light"
    is_phone: bool = False
    is_still: bool = True
    pixels: float = 1


WIDE = Look()
PHONE = Look(390, 844, is_phone=True)


def chromium() -> str:
    """Where the browser is. Raises: NoBrowser."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise NoBrowser(f"none of {', '.join(_NAMES)} is on PATH; on Debian: apt-get install chromium")
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser without a window, which finds no host but this one. Raises: NoBrowser.

    Law: while it runs, this thread has a running asyncio loop: Playwright's.
    """
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def open_context(
    browser: Browser,
    server: RunningServer,
    look: Look = WIDE,
    signed_in: StorageState | None = None,
    *,
    runs_scripts: bool = True,
) -> BrowserContext:
    """Somebody's browser at this server: cookies and storage of its own, or those of who is signed in."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.theme,
        device_scale_factor=look.pixels,
        has_touch=look.is_phone,
        is_mobile=look.is_phone,
        reduced_motion="reduce" if look.is_still else "no-preference",
        locale="en-GB",
        timezone_id="Europe/Berlin",
        storage_state=signed_in,
        java_script_enabled=runs_scripts,
    )
    context.set_default_timeout(_WITHIN_MS)
    return context


def sign_in(browser: Browser, server: RunningServer) -> StorageState:
    """What a browser keeps of somebody who opened the link that `make run` prints."""
    context = open_context(browser, server)
    try:
        page = context.new_page()
        page.goto(sign_in_link(server.url, server.api_key))
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return context.storage_state()
    finally:
        context.close()
