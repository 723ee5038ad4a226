"""A customer complains: find the refund that failed, and see why."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from infra.sample_pages import SamplePages
from tests.browser.watching import Watched


def _failed_refund(page: Page) -> Locator:
    """The rows of failed refunds in the list."""
    return page.get_by_role("row").filter(has_text="currency_mismatch")


def test_from_the_projects_to_the_reason(page: Page, samples: SamplePages) -> None:
    """Projects, project, errors, trace, next error: the tool's own error says which currencies differ."""
    page.goto("/")
    page.get_by_role("link", name="Demo: support agent").click()
    page.get_by_role("group", name="Quick filters").get_by_role("button", name="Errors").click()
    expect(page.get_by_role("grid").get_by_role("img", name="OK")).to_have_count(0)
    _failed_refund(page).first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="refund agent", level=1)).to_be_visible()
    page.keyboard.press("e")
    step = page.get_by_role("treeitem", selected=True)
    expect(step).to_contain_text("refund")
    expect(step).to_contain_text("failed")
    details = page.get_by_role("region", name="Selected run")
    expect(details.get_by_role("heading", name="refund", exact=True)).to_be_visible()
    expect(details).to_contain_text("was captured in EUR, the refund asks for USD")
    expect(details).to_contain_text("RefundRejected")


def test_the_stack_of_the_error_can_be_read(page: Page, samples: SamplePages) -> None:
    """The traceback that came with the error names the line that raised it."""
    page.goto(samples.views()["trace"])
    page.get_by_role("tree").wait_for()
    page.keyboard.press("e")
    expect(page.get_by_role("region", name="Selected run")).to_contain_text("agents/tools.py")


def test_what_is_looked_at_is_in_the_address(page: Page, samples: SamplePages) -> None:
    """The selected step, the view and the filter come back with the address, and with the back button."""
    page.goto(samples.views()["trace"])
    page.get_by_role("tree").wait_for()
    page.get_by_role("treeitem", name="get_payment").click()
    expect(page).to_have_url(re.compile(r"run=[0-9a-f-]{36}"))
    page.reload()
    expect(page.get_by_role("treeitem", selected=True)).to_contain_text("get_payment")
    page.get_by_role("tab", name="Timeline").click()
    expect(page).to_have_url(re.compile("view=timeline"))
    page.reload()
    expect(page.get_by_role("tab", name="Timeline")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("table", name="Timeline")).to_be_visible()


def test_the_list_keeps_its_filter_in_the_address(page: Page, samples: SamplePages) -> None:
    """A filtered list that is opened by its address shows the same traces."""
    page.goto(samples.support)
    page.get_by_role("group", name="Quick filters").get_by_role("button", name="Errors").click()
    expect(page.get_by_role("grid").get_by_role("img", name="OK")).to_have_count(0)
    expect(_failed_refund(page).first).to_be_visible()  # the list is empty for a moment
    seen = page.get_by_role("grid").get_by_role("link").evaluate_all("links => links.map(one => one.href)")
    page.goto(page.url)
    expect(_failed_refund(page).first).to_be_visible()
    again = page.get_by_role("grid").get_by_role("link").evaluate_all("links => links.map(one => one.href)")
    assert again == seen


def test_a_mistyped_filter_points_at_the_mistake(page: Page, samples: SamplePages, watched: Watched) -> None:
    """A filter that the server refuses is marked at its place, with what is wrong; mended, it works."""
    watched.allow("422")
    page.goto(samples.support)
    page.get_by_role("grid").get_by_role("row").nth(1).wait_for()
    page.get_by_role("button", name="The filter as text").click()
    field = page.get_by_role("textbox", name="The trace's root")
    field.fill('eq(statuss, "error")')
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    wrong = page.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(wrong).to_contain_text("statuss")
    field.fill('eq(status, "error")')
    field.press("Enter")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("grid").get_by_role("img", name="OK")).to_have_count(0)
