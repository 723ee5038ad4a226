"""What rules collect is looked at: a queue reviewed by keyboard, an example read, a run put where it is found again."""

from __future__ import annotations

import uuid

import httpx
import pytest
from langsmith import Client
from playwright.sync_api import Page, expect

from infra.local.server import RunningServer
from infra.sample_pages import SamplePages
from tests.browser.watching import Watched
from tests.contract.clients import new_project, settle


@pytest.fixture
def queue(client: Client, samples: SamplePages) -> str:
    """The address of a queue with two runs."""
    project = new_project("review")
    runs: list[uuid.UUID | str] = [uuid.uuid4(), uuid.uuid4()]
    for number, run_id in enumerate(runs):
        client.create_run(f"answer {number}", {"question": "refund?"}, "chain", id=run_id, project_name=project)
        client.update_run(run_id, outputs={"answer": "yes"}, end_time=None)
    client.flush()
    settle(client)
    made = client.create_annotation_queue(name=f"Review {uuid.uuid4().hex[:6]}", rubric_instructions="Is it right?")
    client.add_runs_to_annotation_queue(made.id, run_ids=runs)
    return f"/o/{samples.workspace}/annotation-queues/{made.id}"


def _feedback(server: RunningServer, run_id: str) -> list[tuple[str, float]]:
    """What was said of a run, by key and score."""
    found = httpx.get(f"{server.endpoint}/feedback?run={run_id}", headers={"x-api-key": server.api_key}).json()
    return [(one["key"], one["score"]) for one in found]


def test_two_runs_are_reviewed_by_keyboard(page: Page, server: RunningServer, queue: str) -> None:
    """Pressing y says that a run is right, d that it is done and leads to the next; Enter is as d."""
    page.goto(queue)
    progress = page.get_by_role("status").filter(has_text="done")
    expect(progress).to_have_text("0 of 2 done")
    expect(page.get_by_text("Is it right?")).to_be_visible()
    first = page.get_by_role("region", name="Reviewing answer 0")
    expect(first.get_by_role("article", name="Run answer 0")).to_contain_text("refund?")
    page.keyboard.press("y")
    expect(first.get_by_role("button", name="correctness: Yes (y)")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("d")
    second = page.get_by_role("region", name="Reviewing answer 1")
    expect(second.get_by_role("article", name="Run answer 1")).to_be_visible()
    expect(progress).to_have_text("1 of 2 done")
    page.keyboard.press("k")
    expect(first.get_by_role("button", name="Put back")).to_be_visible()
    page.keyboard.press("j")
    expect(second.get_by_role("button", name="Done, next")).to_be_visible()
    page.keyboard.press("Enter")
    expect(progress).to_have_text("2 of 2 done")
    expect(page.get_by_role("heading", name="Everything here is reviewed")).to_be_visible()
    page.reload()
    expect(progress).to_have_text("2 of 2 done")
    run_id = httpx.get(
        f"{server.endpoint}/annotation-queues/{queue.rpartition('/')[2]}/runs", headers={"x-api-key": server.api_key}
    ).json()[0]["id"]
    assert _feedback(server, run_id) == [("correctness", 1.0)]


def test_what_is_done_is_put_back(page: Page, queue: str) -> None:
    """It waits again, on both sides of the queue; and a run can be taken out of it."""
    page.goto(queue)
    page.get_by_role("region", name="Reviewing answer 0").get_by_role("button", name="Done, next").click()
    expect(page.get_by_role("region", name="Reviewing answer 1")).to_be_visible()
    page.get_by_role("button", name="Done 1").click()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_role("status").filter(has_text="done")).to_have_text("0 of 2 done")
    page.get_by_role("button", name="Waiting 2").click()
    expect(page.get_by_role("list", name="Runs in the queue").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="More about this run").click()
    page.get_by_role("menuitem", name="Take out of the queue").click()
    expect(page.get_by_role("status").filter(has_text=" done")).to_have_text("0 of 1 done")


def test_queues_are_made_changed_and_deleted(page: Page, samples: SamplePages) -> None:
    """An empty one says how runs come there; deleting asks first."""
    name = f"Made {uuid.uuid4().hex[:6]}"
    page.goto(samples.views()["queues"])
    page.get_by_role("button", name="New queue").click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name="No run is in this queue yet")).to_be_visible()
    page.get_by_role("link", name="All queues").click()
    page.get_by_role("button", name=f"Edit {name}").click()
    page.get_by_role("textbox", name="Name").fill(f"{name} again")
    page.get_by_role("textbox", name="What reviewers are to look for").fill("Is it polite?")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=f"{name} again"))
    expect(row).to_contain_text("Is it polite?")
    page.get_by_role("button", name=f"Delete {name} again").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the annotation queue").click()
    expect(page.get_by_role("link", name=f"{name} again")).to_have_count(0)


def test_a_run_of_a_trace_becomes_an_example(page: Page, samples: SamplePages) -> None:
    """From the trace's menu into a new dataset; there it is read, leads back to its run, and is saved as JSONL."""
    page.goto(samples.failure)
    page.get_by_role("button", name="More about this trace").click()
    page.get_by_role("menuitem", name="Add this run to a dataset…").click()
    page.get_by_label("Which dataset").select_option("")
    name = f"Golden {uuid.uuid4().hex[:6]}"
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    page.keyboard.press("j")
    example = page.get_by_role("region", name="Example #")
    expect(example.get_by_text("Input")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="JSONL").click()
    assert saved.value.suggested_filename == f"{name.replace(' ', '-')}.jsonl"
    assert len(saved.value.path().read_text().splitlines()) == 1
    example.get_by_role("link", name="The run it was made of").click()
    expect(page.get_by_role("region", name="Selected run")).to_contain_text("refund")


def test_a_queue_that_is_not_there_says_so(page: Page, samples: SamplePages, watched: Watched) -> None:
    """Its address may be old."""
    watched.allow("404")
    page.goto(f"/o/{samples.workspace}/annotation-queues/{uuid.uuid4()}")
    expect(page.get_by_role("heading", name="It is not here")).to_be_visible()
