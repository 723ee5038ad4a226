"""Nobody is kept out: axe finds nothing on any view, in either theme, on a desk or on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from infra.browser import PHONE, WIDE
from infra.sample_pages import VIEWS, SamplePages
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.settled import settled


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(page: Page, samples: SamplePages, view: str) -> None:
    """No violation of WCAG 2.2 A and AA, contrast of colours included, nor of axe's best practices."""
    page.goto(samples.views()[view])
    settled(page)
    assert _everywhere(page) == {}


def test_axe_finds_nothing_at_the_door(open_page: OpenPage) -> None:
    """Signing in is for everyone too."""
    page = open_page()
    page.goto("/sign-in")
    settled(page)
    assert _everywhere(page) == {}


def test_axe_finds_nothing_in_a_dialog(page: Page, samples: SamplePages) -> None:
    """Nor where the help is open."""
    page.goto(samples.views()["trace"])
    settled(page)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    assert _everywhere(page) == {}


def _everywhere(page: Page) -> dict[str, list[str]]:
    """The violations on a desk and on a phone, in both themes: what each adds to those before."""
    found: dict[str, list[str]] = {}
    for name, look in (("wide", WIDE), ("phone", PHONE)):
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(color_scheme="light")
        found[name] = violations(page)
        page.emulate_media(color_scheme="dark")
        found[f"{name}, dark"] = violations(page, ["color-contrast"])
    return {name: lines for name, lines in found.items() if lines}
