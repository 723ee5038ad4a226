"""A shared link in a browser of nobody's: content without a script, the trace's own view with one, and nothing kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from langsmith import Client, uuid7
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from infra.local.server import RunningServer
from tests.contract.clients import new_project, run_or_none
from tests.contract.waiting import eventually

PHONE: ViewportSize = {"width": 390, "height": 844}


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
