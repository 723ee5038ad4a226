"""When a view shows what it came for."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def settled(page: Page) -> None:
    """Wait until nothing is asked any more, no grey bars stand for rows, and the view says something."""
    page.wait_for_load_state("networkidle")
    expect(page.locator(".bones")).to_have_count(0)
    expect(page.locator("#main, main")).not_to_be_empty()
