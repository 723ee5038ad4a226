"""What a person thinks of a run, said on the page."""

from __future__ import annotations

from langsmith import Client
from playwright.sync_api import Page, expect

from infra.sample_pages import SamplePages
from tests.contract.waiting import eventually


def test_feedback_is_given_seen_and_taken_back(page: Page, samples: SamplePages, client: Client) -> None:
    """A verdict with a comment stands at the run at once, the client reads it, and it can be deleted."""
    page.goto(samples.views()["trace"])
    details = page.get_by_role("region", name="Selected run")
    details.get_by_role("tab", name="Feedback").click()
    form = details.get_by_role("form", name="Give feedback")
    form.get_by_label("Key").fill("right_currency")
    form.get_by_role("button", name="Bad").click()
    form.get_by_label("Comment").fill("It asked for dollars.")
    form.get_by_role("button", name="Save feedback").click()
    given = details.get_by_role("list", name="Feedback").get_by_role("listitem").filter(has_text="right_currency")
    expect(given).to_contain_text("It asked for dollars.")

    def read() -> list[tuple[str, object, str | None]]:
        found = client.list_feedback(run_ids=[samples.failed_refund], feedback_key=["right_currency"])
        return [(one.key, one.score, one.comment) for one in found]

    eventually(read, lambda seen: seen == [("right_currency", 0, "It asked for dollars.")])
    given.get_by_role("button", name="Delete the feedback right_currency").click()
    if page.get_by_role("dialog").count():
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(given).to_have_count(0)
    eventually(read, lambda seen: seen == [])


def test_feedback_without_a_key_says_what_is_missing(page: Page, samples: SamplePages) -> None:
    """A form that cannot be saved says why, and keeps what was typed."""
    page.goto(samples.views()["trace"])
    details = page.get_by_role("region", name="Selected run")
    details.get_by_role("tab", name="Feedback").click()
    form = details.get_by_role("form", name="Give feedback")
    form.get_by_label("Comment").fill("kept")
    form.get_by_role("button", name="Save feedback").click()
    expect(form.get_by_role("alert")).to_be_visible()
    expect(form.get_by_label("Comment")).to_have_value("kept")
