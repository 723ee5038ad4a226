"""Who may see the page, and how one comes in and out."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, StorageState, expect

from infra.browser import WIDE, sign_in
from infra.local.run import sign_in_link
from infra.local.server import RunningServer
from infra.sample_pages import SamplePages
from tests.browser.conftest import OpenPage
from tests.browser.watching import Watched


def test_the_printed_link_signs_in_and_leaves_no_key(
    open_page: OpenPage, server: RunningServer, samples: SamplePages
) -> None:
    """The link leads to the projects; the key stays in no address, and no script can read the cookie."""
    page = open_page()
    page.goto(sign_in_link(server.url, server.api_key))
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert server.api_key not in page.url
    cookies = page.context.cookies()
    assert [(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [(True, "Strict")]
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("Object.values(localStorage).join() + Object.values(sessionStorage).join()") == ""


def test_a_wrong_key_is_told_and_can_be_mended(open_page: OpenPage, server: RunningServer, watched: Watched) -> None:
    """What is wrong stands beside the field, is read out, and the right key then works."""
    watched.allow("401")
    page = open_page()
    page.goto("/sign-in")
    field = page.get_by_label("API key")
    expect(field).to_be_focused()
    field.fill("lsv2_pt_wrong")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("key")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(server.api_key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_stranger_is_led_to_the_door_and_back(
    open_page: OpenPage, server: RunningServer, samples: SamplePages, watched: Watched
) -> None:
    """Somebody who opens a link without being signed in comes, once in, to where the link leads."""
    watched.allow("401")
    page = open_page()
    page.goto(samples.views()["trace"])
    page.get_by_label("API key").fill(server.api_key)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(re.escape(samples.views()["trace"])))
    expect(page.get_by_role("heading", name="refund agent", level=1)).to_be_visible()


def test_no_link_leads_elsewhere_after_signing_in(open_page: OpenPage, server: RunningServer) -> None:
    """A sign-in link that names another host ends at our own projects."""
    page = open_page()
    page.goto("/sign-in?to=//example.com/steal")
    page.get_by_label("API key").fill(server.api_key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert page.url.startswith(server.url)


def test_a_session_that_ended_leads_to_the_door(
    open_page: OpenPage, signed_in: StorageState, samples: SamplePages, watched: Watched
) -> None:
    """When the server no longer knows the session, the next question leads to signing in, and says where back."""
    watched.allow("401")
    page = open_page(WIDE, signed_in)
    page.goto(samples.views()["trace"])
    expect(page.get_by_role("tree", name="Runs")).to_be_visible()
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_label("API key")).to_be_visible()
    assert "to=%2Fo%2F" in page.url


def test_signing_out_ends_the_session(
    open_page: OpenPage, browser: Browser, server: RunningServer, watched: Watched
) -> None:
    """After signing out in the menu the same browser is a stranger, also to whoever kept the cookie."""
    watched.allow("401")
    kept = sign_in(browser, server)
    page = open_page(WIDE, kept)
    page.goto("/")
    page.get_by_role("button", name="Workspace").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("API key")).to_be_visible()
    thief = open_page(WIDE, kept)
    thief.goto("/")
    expect(thief.get_by_label("API key")).to_be_visible()


def test_an_address_of_nothing_says_so(page: Page) -> None:
    """A mistyped address has a way out."""
    page.goto("/nowhere/at/all")
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    page.get_by_role("link", name="To the projects").click()
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_hidden()
