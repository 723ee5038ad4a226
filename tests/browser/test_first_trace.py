"""Somebody who has just installed it: the page teaches, waits, and opens what arrives."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from infra.browser import WIDE, sign_in
from infra.local.server import RunningServer, running_server
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage

_APPLICATION = """
from langsmith import Client, traceable

@traceable
def greet(name):
    return f"Hello, {name}!"

greet("Ada")
Client().flush()
"""
_EXPORT = re.compile(r"^\s*(?:export )?(LANGSMITH_[A-Z_]+)=[\"']?([^\"'\s]+)[\"']?\s*$", re.MULTILINE)


@pytest.fixture(scope="module")
def new_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that nothing was sent to."""
    with running_server(tmp_path_factory.mktemp("new") / "data") as running:
        yield running


@pytest.fixture
def owner(browser: Browser, new_server: RunningServer) -> StorageState:
    """What the browser of whoever started it keeps."""
    return sign_in(browser, new_server)


def _send_with(lines: str, folder: Path) -> None:
    """Run an application that uses the unmodified client, with just the environment that the page shows."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("LANGSMITH_", "LANGCHAIN_"))}
    environ |= dict(_EXPORT.findall(lines))
    program = folder / "application.py"
    program.write_text(_APPLICATION)
    subprocess.run([sys.executable, program], env=environ, cwd=folder, check=True, timeout=60)


def test_the_page_teaches_and_opens_what_arrives(
    open_page: OpenPage, owner: StorageState, new_server: RunningServer, tmp_path: Path
) -> None:
    """An empty workspace makes a key, shows the lines to set, and opens the trace that an application sends so."""
    page: Page = open_page(WIDE, owner, new_server)
    page.goto("/")
    assert violations(page) == []
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("status").filter(has_text="lsv2_")).to_be_visible()
    lines = "\n".join(page.locator("pre").all_inner_texts())
    assert {name for name, _ in _EXPORT.findall(lines)} >= {"LANGSMITH_ENDPOINT", "LANGSMITH_API_KEY"}
    assert f"{new_server.url}/api/v1" in lines
    _send_with(lines, tmp_path)
    page.wait_for_url("**/r/**")
    expect(page.get_by_role("heading", name="greet", level=1)).to_be_visible()
    expect(page.get_by_role("tree", name="Runs").get_by_role("treeitem")).to_have_count(1)
    expect(page.get_by_text("Hello, Ada!")).to_be_visible()
