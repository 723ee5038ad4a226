"""A shared link in a browser of nobody's: content without a script, the trace's own view with one, and nothing kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from langsmith import Client, uuid7
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from bench.page_load import Traffic
from infra.local.server import RunningServer
from tests.browser.axe import violations
from tests.browser.settled import settled
from tests.contract.clients import new_project, run_or_none
from tests.contract.waiting import eventually

PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1440, "height": 900}
MOST_BYTES = 96_000
"""Of all bodies that a link to a small trace transfers until nothing more is asked for, compressed."""


@pytest.fixture(scope="module")
def link(server: RunningServer, client: Client) -> str:
    """A shared trace of two runs."""
    root, child = uuid7(), uuid7()
    now = dt.datetime.now(dt.UTC)
    common: dict[str, Any] = {
        "project_name": new_project("shared"),
        "start_time": now,
        "end_time": now,
        "trace_id": root,
    }
    stamp = f"{now:%Y%m%dT%H%M%S%fZ}"
    client.create_run("agent", {"question": "why"}, "chain", id=root, dotted_order=f"{stamp}{root}", **common)
    client.create_run(
        "search", {"words": "tea"}, "tool", id=child, parent_run_id=root,
        dotted_order=f"{stamp}{root}.{stamp}{child}", **common,
    )  # fmt: skip
    eventually(lambda: run_or_none(client, child), lambda found: found is not None)
    path = client.share_run(root).partition("/public/")[2]
    return f"{server.url}/public/{path}"


@pytest.fixture
def nobody(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile that has never been anywhere."""
    context = browser.new_context(viewport=PHONE)
    yield context
    context.close()


def test_the_content_is_there_without_a_script(browser: Browser, link: str) -> None:
    """Title, how it is shared, the tree and the root's input; each run is a link that works."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_role("heading", name="agent", level=1)).to_be_visible()
    expect(page.get_by_text("nothing redacted")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("link", name="search").click()
    expect(page.get_by_text("tea")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


def test_the_traces_own_view_takes_over(nobody: BrowserContext, link: str) -> None:
    """With its tree and its runs from the snapshot's files; nothing is said of a session, and nothing is kept."""
    page = nobody.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    expect(page.get_by_role("treeitem")).to_have_count(2)
    page.get_by_role("treeitem", name="search").click()
    expect(page.get_by_text("tea").first).to_be_visible()
    assert "run=" in page.url
    origin = link.partition("/public/")[0]
    assert [url for url in asked if not url.startswith(origin) or "/api/" in url] == []
    assert (nobody.cookies(), page.evaluate("localStorage.length"), troubles) == ([], 0, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nobody_is_kept_out_of_a_shared_trace(browser: Browser, link: str, size: ViewportSize, scheme: str) -> None:
    """Axe finds nothing, neither in what the server wrote nor in what takes its place, on any of its tabs and views."""
    context = browser.new_context(
        viewport=size, color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.route("**/shared.js", lambda route: route.abort())
    page.goto(link)
    assert violations(page) == []
    page.unroute("**/shared.js")
    page.reload()
    settled(page)
    assert violations(page) == []
    for view in ("Conversation", "Timeline", "Statistics", "Tree"):
        page.get_by_role("tab", name=view).click()
        settled(page)
        assert violations(page) == [], view
    page.get_by_role("treeitem", name="search").click()
    for tab in ("Metadata", "Events", "Raw"):
        page.get_by_role("tab", name=tab).click()
        settled(page)
        assert violations(page) == [], tab
    context.close()


def test_all_of_it_can_be_taken_along(nobody: BrowserContext, link: str) -> None:
    """As JSON and as Markdown, with the keyboard too; what was opened closes when one goes on."""
    page = nobody.new_page()
    page.goto(link)
    page.get_by_role("tree").wait_for()
    page.get_by_text("Download", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="JSON")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Markdown").click()
    assert "## search" in saving.value.path().read_text().replace("###", "##")
    page.get_by_role("searchbox").focus()
    expect(page.get_by_role("link", name="JSON")).to_have_count(0)


def test_a_link_is_light(nobody: BrowserContext, link: str) -> None:
    """What a shared trace transfers at first has a budget, whatever the parts of the page grow to."""
    page = nobody.new_page()
    traffic = Traffic(nobody.new_cdp_session(page))
    page.goto(link, wait_until="networkidle")
    assert 0 < traffic.bytes.total() <= MOST_BYTES, traffic.bytes


def test_views_that_few_open_come_when_they_are_opened(nobody: BrowserContext, link: str) -> None:
    """No module of a tab, a view or the JSON tree is loaded before somebody wants to see it."""
    page = nobody.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("/assets/")[2].partition("/")[2]))
    page.goto(link, wait_until="networkidle")
    later = {"parts/run/json.js", "parts/run/metadata.js", "parts/trace/timeline.js", "parts/trace/statistics.js"}
    assert later.isdisjoint(asked)
    page.get_by_role("treeitem", name="agent").click()
    page.get_by_role("tab", name="Raw").click()
    expect(page.get_by_role("tree", name="The run as JSON")).to_be_visible()
    assert "parts/run/json.js" in asked
