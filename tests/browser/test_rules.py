"""Keep what failed: from a filtered list to a rule that says what it will do, acts, and tells what it did."""

from __future__ import annotations

import re
import uuid

import httpx
from langsmith import Client
from playwright.sync_api import Page, expect

from infra.local.server import RunningServer
from infra.sample_pages import SamplePages
from tests.browser.watching import Watched
from tests.contract.clients import new_project, settle


def _failed_trace(client: Client, project: str) -> None:
    """A trace that failed, just now."""
    run_id = uuid.uuid4()
    client.create_run("pay", {"amount": 5}, "tool", id=run_id, project_name=project)
    client.update_run(run_id, error="declined", end_time=None)
    client.flush()
    settle(client)


def test_a_rule_is_tried_made_and_acts(page: Page, server: RunningServer, client: Client) -> None:
    """Errors of a list become a rule: its trial finds the trace, it keeps the next one, and its log says so."""
    project = new_project("rules")
    _failed_trace(client, project)
    page.goto("/")
    page.get_by_role("link", name=project).click()
    page.get_by_role("group", name="Quick filters").get_by_role("button", name="Errors").click()
    page.get_by_role("link", name="Make a rule of this filter").click()
    expect(page.get_by_role("heading", name="New rule", level=1)).to_be_visible()
    trial = page.get_by_role("region", name="What it would do")
    expect(trial).to_contain_text("1 trace of 1 in the last 14 days has 1 run that matches")
    page.get_by_role("button", name="Create the rule").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Keep declined")
    page.get_by_role("button", name="Create the rule").click()
    expect(page.get_by_role("heading", name="Keep declined", level=1)).to_be_visible()
    _failed_trace(client, project)
    server.local("POST", "jobs/automate")
    page.get_by_role("tab", name="Log").click()
    entry = page.get_by_role("row").filter(has_text="pay")
    expect(entry).to_contain_text("Keep longer")
    entry.get_by_role("link").click()
    expect(page.get_by_role("heading", name="pay", level=1)).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Kept until .* \(extended\)$")).click()
    expect(page.get_by_text("Rule “Keep declined” matched").first).to_be_visible()


def test_a_filter_that_cannot_be_read_is_pointed_at(page: Page, samples: SamplePages, watched: Watched) -> None:
    """The trial waits, and the field says what was expected where."""
    watched.allow("422")
    page.goto(f"/o/{samples.workspace}/rules/new?filter=eq(status)")
    expect(page.get_by_role("region", name="Filters")).to_contain_text("Character 1: expected eq(field, value)")


def test_a_rule_is_switched_off_and_deleted_from_the_list(
    page: Page, server: RunningServer, samples: SamplePages
) -> None:
    """Its switch says so at once; deleting asks first."""
    rule = {"display_name": f"Off {uuid.uuid4().hex[:6]}", "sampling_rate": 1, "extend_only": True, "is_enabled": True}
    headers = {"x-api-key": server.api_key}
    asked = rule | {"filter": 'eq(name, "never")'}
    assert httpx.post(f"{server.endpoint}/runs/rules", json=asked, headers=headers).status_code == 200
    page.goto(f"/o/{samples.workspace}/rules")
    switch = page.get_by_role("switch", name=f"{rule['display_name']} is on")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    page.get_by_role("button", name=f"Delete the rule {rule['display_name']}").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the rule").click()
    expect(switch).to_have_count(0)
