"""An owner sets a limit, is told over every view when it is reached, and tries again what it refused."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langsmith import uuid7
from playwright.sync_api import Browser, Page, expect

from infra.browser import PHONE, WIDE, sign_in
from infra.local.server import RunningServer, running_server
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.settled import settled
from tests.contract.waiting import eventually

_MORE_THAN_TOLD_S = 70
"""Each process of the laptop knows of a limit within a minute of its own clock."""


class Laptop:
    """A server of one's own, whose meter runs when it is told to."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self._http = httpx.Client(base_url=server.endpoint, headers={"x-api-key": server.api_key}, timeout=30)
        self.project = str(uuid.uuid4())

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 any JSON
        """What the API answers."""
        answer = self._http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def sent(self) -> str:
        """A trace of one run, recorded and counted."""
        now = dt.datetime.now(dt.UTC).isoformat()
        run_id = str(uuid7())
        run = {"id": run_id, "name": "step", "run_type": "chain", "start_time": now, "end_time": now}
        self.ask("POST", "/runs", {**run, "session_name": self.project})
        eventually(lambda: self._http.get(f"/runs/{run_id}").status_code, lambda status: status == 200)
        return run_id

    def counted(self) -> None:
        """The meter has run, and everybody knows what it found."""
        self.server.local("POST", "jobs/meter")
        self.server.advance(_MORE_THAN_TOLD_S)


@pytest.fixture(scope="module")
def laptop() -> Iterator[Laptop]:
    """With three traces."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder) / "data") as server:
        laptop = Laptop(server)
        for _ in range(3):
            laptop.sent()
        yield laptop
        laptop.close()


@pytest.fixture
def view(browser: Browser, open_page: OpenPage, laptop: Laptop) -> Page:
    """A wide page, signed in at that server."""
    return open_page(WIDE, sign_in(browser, laptop.server), laptop.server)


def test_a_limit_is_set_reached_and_lets_what_it_refused_in_when_it_is_raised(view: Page, laptop: Laptop) -> None:
    """On the page alone: what it counts and what happens beyond it; the banner; what was refused, and trying again."""
    view.goto("/")
    settled(view)
    workspace = laptop.ask("GET", "/me")["tenant_id"]
    expect(view.locator(".limit-banner")).to_have_count(0)
    view.goto(f"/o/{workspace}/settings/usage")
    view.get_by_role("button", name="Set a limit").click()
    dialog = view.get_by_role("dialog", name="Set a limit")
    dialog.get_by_label("Extended traces").check()
    expect(dialog).to_contain_text("Beyond it nothing more is upgraded")
    dialog.get_by_label("Extended traces a month").fill("many")
    dialog.get_by_role("button", name="Save the limit").click()
    expect(dialog).to_contain_text("Say a whole number of extended traces")
    dialog.get_by_label("Extended traces a month").fill("0")
    dialog.get_by_role("button", name="Save the limit").click()
    banner = view.locator(".limit-banner")
    expect(banner).to_contain_text("Nothing more is upgraded to the extended tier")
    laptop.counted()

    trace = laptop.sent()
    laptop.ask("POST", "/feedback", {"run_id": trace, "trace_id": trace, "key": "correctness", "score": 1})
    refused = "/workspaces/current/refused-upgrades"
    eventually(lambda: laptop.ask("GET", refused)["items"], bool)
    view.reload()
    settled(view)
    section = view.get_by_role("region", name="Refused upgrades")
    expect(section.get_by_role("row").nth(1)).to_contain_text("Feedback “correctness”")
    for look, theme in ((WIDE, "light"), (PHONE, "dark")):
        view.set_viewport_size({"width": look.width, "height": look.height})
        view.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert violations(view) == []
    view.set_viewport_size({"width": WIDE.width, "height": WIDE.height})

    view.get_by_role("button", name="Change the limit: This workspace, extended traces").click()
    dialog = view.get_by_role("dialog", name="Change the limit")
    dialog.get_by_label("Extended traces a month").fill("5")
    dialog.get_by_role("button", name="Save the limit").click()
    expect(banner).to_have_count(0)
    laptop.server.advance(_MORE_THAN_TOLD_S)
    section.get_by_role("button", name="Try all again").click()
    expect(view.get_by_text("1 trace is extended")).to_be_visible()
    expect(section).to_have_count(0)
    assert laptop.ask("GET", f"/traces/{trace}/retention")["trace_tier"] == "longlived"


def test_the_banner_stands_over_every_view_until_it_is_dismissed(view: Page, laptop: Laptop) -> None:
    """For this session; it says what happens, by which limit, and where to look."""
    limit = {"limit_type": "monthly_traces", "limit_value": 1, "when_reached": "sample", "sample_rate": 0.25}
    made = laptop.ask("PUT", "/usage-limits", limit)
    laptop.counted()
    view.goto("/")
    banner = view.locator(".limit-banner")
    expect(banner).to_contain_text("New traces are sampled: 25 % are taken.")
    expect(banner).to_contain_text("of 1 traces a month are used")
    banner.get_by_role("link", name="See usage").click()
    expect(view.get_by_role("heading", name="Limits")).to_be_visible()
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="Dismiss for this session").click()
    expect(banner).to_have_count(0)
    view.goto("/")
    settled(view)
    expect(banner).to_have_count(0)
    laptop.ask("DELETE", f"/usage-limits/{made['id']}")
