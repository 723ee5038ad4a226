"""Traces that are not finished: awaited, growing, or left for ever."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

from langsmith import Client
from langsmith.run_trees import RunTree
from playwright.sync_api import Page, expect

from infra.sample_pages import SamplePages
from tests.browser.watching import Watched

PROJECT = "Demo: report writer"


def _begun(client: Client, name: str) -> RunTree:
    """A run of the client's own, not yet sent."""
    return RunTree(name=name, inputs={"week": "47"}, project_name=PROJECT, ls_client=client, id=uuid.uuid4())


def test_a_trace_grows_before_ones_eyes(page: Page, samples: SamplePages, client: Client) -> None:
    """Steps appear, words stream in, and the status turns from running to done, without loading anew."""
    root = _begun(client, "live report")
    root.post()
    client.flush()
    page.goto(f"{samples.trace(PROJECT, root.id)}?poll=true")
    expect(page.get_by_role("heading", name="live report", level=1)).to_be_visible()
    page.evaluate("window.isStillTheSame = true")
    head = page.locator(".trace-figures")
    expect(head).to_contain_text("Running")
    step = root.create_child("write", "llm", inputs={"messages": [{"role": "user", "content": "Write week 47."}]})
    step.post()
    client.flush()
    expect(page.get_by_role("treeitem")).to_have_count(2)
    page.get_by_role("treeitem").last.click()
    step.end(outputs={"messages": [{"role": "assistant", "content": "Sales went up."}]})
    step.patch()
    client.flush()
    expect(page.get_by_role("region", name="Selected run")).to_contain_text("Sales went up.")
    root.end(outputs={"report": "done"})
    root.patch()
    client.flush()
    expect(head).to_contain_text("OK")
    expect(page.get_by_role("treeitem").last).to_have_attribute("aria-selected", "true")
    assert page.evaluate("window.isStillTheSame")


def test_a_printed_link_works_before_the_trace_is_there(
    page: Page, samples: SamplePages, client: Client, watched: Watched
) -> None:
    """The link that a client prints waits, says so, and shows the trace once it arrives."""
    watched.allow("404")
    root = _begun(client, "printed early")
    page.goto(f"{samples.trace(PROJECT, root.id)}?poll=true")
    expect(page.get_by_role("heading", name="Waiting for this trace")).to_be_visible()
    root.post()
    root.end(outputs={"report": "short"})
    root.patch()
    client.flush()
    expect(page.get_by_role("heading", name="printed early", level=1)).to_be_visible()


def test_a_link_to_a_run_opens_its_trace(page: Page, samples: SamplePages, client: Client) -> None:
    """A link to a step, as `Run.app_path` says it, opens its trace with the step selected."""
    failed = next(iter(client.list_runs(trace_id=samples.failed_refund, filter='eq(name, "get_payment")')))
    page.goto(str(failed.app_path))
    expect(page.get_by_role("treeitem", selected=True)).to_contain_text("get_payment")
    expect(page.get_by_role("heading", name="refund agent", level=1)).to_be_visible()


def test_a_trace_that_is_not_here_says_so(page: Page, samples: SamplePages, watched: Watched) -> None:
    """A link to a trace that has expired, or never was, ends in words and not in bones."""
    watched.allow("404")
    page.goto(samples.trace(PROJECT, uuid.uuid4()))
    expect(page.get_by_role("alert")).to_contain_text("It is not here")


def test_a_run_that_never_ended_says_so(page: Page, samples: SamplePages, client: Client) -> None:
    """A step that is pending below a root that ended is told as what it is, and the trace is not taken for running."""
    start = datetime.now(UTC) - timedelta(hours=2)
    root = _begun(client, "frozen")
    root.start_time = start
    root.post()
    root.create_child("call that hangs", "tool", start_time=start + timedelta(seconds=1)).post()
    root.end(outputs={"report": "none"}, end_time=start + timedelta(seconds=2))
    root.patch()
    client.flush()
    page.goto(f"{samples.trace(PROJECT, root.id)}?poll=true")
    expect(page.get_by_text(re.compile("1 run never ended"))).to_be_visible()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("treeitem", selected=True)).to_contain_text("call that hangs")


def test_a_trace_of_which_nothing_comes_says_so(page: Page, samples: SamplePages, client: Client) -> None:
    """A root without an end, and minutes of silence: the trace is told as unfinished, and for how long."""
    root = _begun(client, "killed")
    root.post()
    client.flush()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=25))
    page.goto(f"{samples.trace(PROJECT, root.id)}?poll=true")
    expect(page.locator(".trace-figures")).to_contain_text("No end yet")
    note = page.get_by_role("listitem").filter(has_text="without an end")
    expect(note).to_contain_text(re.compile(r"1 run without an end, and nothing has come for\s+2[45] m"))


def test_a_list_that_is_live_shows_what_comes(page: Page, samples: SamplePages, client: Client) -> None:
    """With Live on, a new trace stands in the list without loading anew."""
    page.goto(f"{samples.project(PROJECT)}?live=1")
    page.get_by_role("grid").get_by_role("row").nth(1).wait_for()
    root = _begun(client, "came while looking")
    root.post()
    root.end(outputs={"report": "here"})
    root.patch()
    client.flush()
    expect(page.get_by_role("grid").get_by_role("link", name="came while looking")).to_be_visible(timeout=12_000)
