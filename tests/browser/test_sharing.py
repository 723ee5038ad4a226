"""Somebody shares a trace, somebody else sees it without an account, and it is taken back: all on the page."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from langsmith import Client, uuid7
from playwright.sync_api import Page, Route, expect

from infra.browser import PHONE
from infra.local.server import RunningServer
from infra.sample_pages import SamplePages
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.settled import settled
from tests.browser.watching import Watched
from tests.contract.clients import new_project, open_client, run_or_none
from tests.contract.waiting import eventually

GUEST = "ann@example.com"
REFUSED = r"answered 404: .*/public/|console error: .* 404 .*/public/"


@pytest.fixture
def trace(client: Client, samples: SamplePages) -> str:
    """The address of a trace of one run, whose input names somebody."""
    project = new_project("to share")
    return _address(samples, client, project, _sent(client, project, "invite"))


def test_shared_seen_by_nobody_in_particular_and_taken_back(
    page: Page, open_page: OpenPage, trace: str, watched: Watched
) -> None:
    """What is hidden is counted before the link exists, and not in it; unshared, the link is refused."""
    page.goto(trace)
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share this trace")
    expect(dialog).to_contain_text("Anyone with the link can see this trace")
    expect(dialog).to_contain_text("Nothing is hidden")
    dialog.get_by_label("E-mail addresses").check()
    expect(dialog).to_contain_text("1 place hidden")
    dialog.get_by_label("The link works for").select_option("7 days")
    dialog.get_by_role("button", name="Share and copy the link").click()
    link = dialog.get_by_label("Link", exact=True).input_value()
    expect(page.locator(".trace-actions")).to_contain_text("Public")

    nobody = open_page(PHONE)
    nobody.goto(link)
    expect(nobody.get_by_role("heading", name="invite", level=1)).to_be_visible()
    assert nobody.context.cookies() == []
    settled(nobody)
    assert GUEST not in nobody.content()
    nobody.close()

    dialog.get_by_role("button", name="Unshare…").click()
    dialog.get_by_role("button", name="Unshare", exact=True).click()
    expect(dialog.get_by_role("list", name="Steps of the receipt")).to_contain_text(
        "The link and the public API refuse"
    )
    watched.allow(REFUSED)
    refused = open_page(PHONE).goto(link)
    assert refused is not None
    assert refused.status == 404
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator(".trace-actions")).not_to_contain_text("Public")


def test_the_list_finds_a_link_and_takes_it_back(page: Page, trace: str, samples: SamplePages, client: Client) -> None:
    """Settings, Shared URLs: found by its words, unshared after being asked, and gone for the client too."""
    run = trace.rpartition("/")[2]
    client.share_run(run)
    page.goto(f"/o/{samples.workspace}/settings/shared")
    page.get_by_role("searchbox", name="Search what is shared").fill(f"invite {run}")
    expect(page.get_by_role("row").filter(has_text="invite")).to_have_count(1)
    page.get_by_role("checkbox", name="Choose invite").check()
    page.get_by_role("button", name="Unshare 1 link…").click()
    page.get_by_role("dialog", name="Unshare invite?").get_by_role("button", name="Unshare").click()
    expect(page.get_by_text("1 link unshared")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="invite")).to_have_count(0)
    assert not client.run_is_shared(run)


def test_the_public_view_is_seen_before_there_is_a_link(page: Page, trace: str, client: Client) -> None:
    """Rules are switched by keys alone, and what they hide is gone from the trace itself; nothing is shared by it."""
    page.goto(trace)
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("dialog").get_by_role("link", name="View as public").click()
    bar = page.get_by_role("region", name="View as public")
    expect(bar).to_contain_text("There is no link yet")
    expect(page.locator("tk-trace")).to_contain_text(GUEST)
    page.get_by_role("checkbox", name="E-mail addresses").focus()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("1 place hidden")
    expect(page.locator("tk-trace")).to_contain_text("▇▇▇ email")
    expect(page.locator("tk-trace")).not_to_contain_text(GUEST)
    page.reload()
    expect(page.locator("tk-trace")).to_contain_text("▇▇▇ email")
    page.keyboard.press("h")
    expect(page.get_by_role("checkbox", name="E-mail addresses")).to_have_count(0)
    assert violations(page) == []
    bar.get_by_role("button", name="Share…").click()
    dialog = page.get_by_role("dialog", name="Share this trace")
    expect(dialog.get_by_label("E-mail addresses")).to_be_checked()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    assert not client.run_is_shared(trace.rpartition("/")[2])


def test_a_private_deployment_says_who_can_see_it(page: Page, trace: str) -> None:
    """Where only some networks are answered the dialog names them, instead of anyone."""
    page.route("**/api/v1/me", _in_private)
    page.goto(trace)
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share this trace")
    expect(dialog).to_contain_text("from these networks, and from nowhere else: 10.0.0.0/8")
    expect(dialog).not_to_contain_text("Anyone")


def test_links_are_chosen_in_a_row_exported_and_all_taken_back_by_typing(
    page: Page, samples: SamplePages, server: RunningServer
) -> None:
    """Shift chooses several, a file has all of a workspace, and all of it stop once their number is typed."""
    other = _team(page, server)
    with open_client(server.endpoint, server.api_key, workspace_id=other) as theirs:
        runs = [_sent(theirs, new_project("shared list"), f"agent {number}") for number in range(4)]
        for run in runs:
            theirs.share_run(run)
        page.goto(f"/o/{samples.workspace}/settings/shared?workspace={other}&sort=run_name")
        names = page.locator(".share-table .share-what a")
        expect(names).to_have_text([f"agent {number}" for number in range(4)])
        page.get_by_role("button", name="Trace", exact=True).click()
        expect(names).to_have_text([f"agent {number}" for number in reversed(range(4))])
        page.get_by_role("checkbox", name="Choose agent 3").click()
        page.get_by_role("checkbox", name="Choose agent 1").click(modifiers=["Shift"])
        expect(page.get_by_role("button", name="Unshare 3 links…")).to_be_visible()
        with page.expect_download() as saving:
            page.get_by_role("link", name="CSV").click()
        assert saving.value.path().read_text().count("/public/") == 4
        page.get_by_role("button", name="Unshare all…").click()
        dialog = page.get_by_role("dialog", name="Unshare all")
        expect(dialog.get_by_role("button", name="Unshare 4 links")).to_be_disabled()
        dialog.get_by_role("textbox").fill("4")
        page.keyboard.press("Enter")
        expect(page.get_by_text("4 links unshared")).to_be_visible()
        expect(page.get_by_text("No shared trace has these words.")).to_be_visible()
        assert not any(theirs.run_is_shared(run) for run in runs)
    page.get_by_role("tab", name="Taken back or ended").click()
    receipts = page.locator(".refusals details").filter(has_text="Unshared with all others")
    receipts.first.locator("summary").click()
    expect(receipts.first.get_by_role("list", name="Steps of the receipt")).to_contain_text(
        "The link and the public API refuse"
    )
    settled(page)
    assert violations(page) == []


def test_a_workspace_says_how_its_links_begin(page: Page, server: RunningServer, watched: Watched) -> None:
    """An expression is refused at its character, tried on a text, and saved; what stops is counted before it does."""
    watched.allow(r"answered 422: .*/trial|console error: .* 422 .*/trial")
    other = _team(page, server)
    page.goto(f"/o/{other}/settings/sharing")
    page.get_by_label("No link works longer than").select_option("30 days")
    page.get_by_text("By name, place and expression").click()
    page.get_by_role("button", name="Add an expression").click()
    page.keyboard.type("order")
    page.keyboard.press("Tab")
    page.keyboard.type("ORD-(x")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert").filter(has_text="missing )")).to_be_visible()
    expect(page.locator(".custom-pointed mark")).to_have_text("(")
    save = page.get_by_role("button", name="Save for the workspace")
    expect(save).to_be_disabled()
    page.get_by_label("Expression 1", exact=True).fill(r"ORD-\d{6}")
    page.get_by_label("Try it on a text").fill("for ORD-123456, not ORD-12")
    expect(page.locator(".trial-text")).to_have_text("for ▇▇▇ order, not ORD-12")
    save.click()
    expect(page.get_by_text("It counts for links that are made or changed")).to_be_visible()
    page.reload()
    expect(page.get_by_label("No link works longer than")).to_have_value("30")
    expect(page.get_by_text("14 names, 1 expression")).to_be_visible()
    off = page.locator(".share-switch").filter(has_text="Sharing of this workspace")
    off.get_by_role("button", name="Switch off…").click()
    dialog = page.get_by_role("dialog", name="Switch sharing off")
    expect(dialog).to_contain_text("There is no link now")
    dialog.get_by_role("button", name="Switch off").click()
    expect(off).to_contain_text("Sharing of this workspace: off")
    settled(page)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_of_sharing(
    page: Page, trace: str, samples: SamplePages, client: Client, scheme: str
) -> None:
    """Axe finds nothing in the dialog, before and after the link is there, nor in the list."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(trace)
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share this trace")
    expect(dialog).to_contain_text("Nothing is hidden")
    assert violations(page) == []
    dialog.get_by_role("button", name="Share and copy the link").click()
    dialog.get_by_role("button", name="Unshare…").click()
    assert violations(page) == []
    page.goto(f"/o/{samples.workspace}/settings/shared")
    settled(page)
    assert violations(page) == []
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE.width
    client.unshare_run(trace.rpartition("/")[2])


def _team(page: Page, server: RunningServer) -> str:
    """A workspace of its own."""
    asked = {"display_name": new_project("team")}
    made = page.request.post(f"{server.endpoint}/workspaces", data=asked, headers={"X-API-Key": server.api_key})
    return str(made.json()["id"])


def _sent(client: Client, project: str, name: str) -> uuid.UUID:
    """A run of this name, readable."""
    run, now = uuid7(), dt.datetime.now(dt.UTC)
    client.create_run(
        name, {"guest": GUEST}, "chain", id=run, trace_id=run, project_name=project, start_time=now, end_time=now,
        dotted_order=f"{now:%Y%m%dT%H%M%S%fZ}{run}",
    )  # fmt: skip
    eventually(lambda: run_or_none(client, run), lambda found: found is not None)
    return run


def _in_private(route: Route) -> None:
    """The deployment's answer, as one of its own networks gives it."""
    answer = route.fetch()
    said = answer.json()
    said["server"]["allowed_networks"] = ["10.0.0.0/8"]
    route.fulfill(response=answer, json=said)


def _address(samples: SamplePages, client: Client, project: str, run: uuid.UUID) -> str:
    """Where the page shows it."""
    return f"/o/{samples.workspace}/projects/p/{client.read_project(project_name=project).id}/r/{run}"
