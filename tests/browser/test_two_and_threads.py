"""Two traces side by side, and a conversation as a whole."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from infra.sample_pages import SamplePages


def test_two_traces_are_chosen_and_compared(page: Page, samples: SamplePages) -> None:
    """Two rows marked in the list are compared: both names, and what changed between them."""
    page.goto(samples.support)
    boxes = page.get_by_role("grid").get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare/**")
    expect(page.get_by_role("columnheader", name="Change").first).to_be_visible()
    expect(page.get_by_role("link", name="Swap")).to_be_visible()


def test_a_comparison_shows_where_prompts_differ(page: Page, samples: SamplePages) -> None:
    """The failed refund beside one that went well: at the model's call the prompts differ in the line that matters."""
    page.goto(samples.views()["compare"])
    page.get_by_role("table").first.wait_for()
    for _ in range(12):
        page.keyboard.press("d")
        step = page.get_by_role("region", name="The chosen step")
        if step.get_by_text("never from the customer", exact=False).count():
            break
    expect(page.get_by_role("region", name="The chosen step")).to_contain_text("never from the customer")


def test_a_thread_reads_as_one_conversation(page: Page, samples: SamplePages) -> None:
    """Every turn in its order, with what the person and the assistant said, and a link to its trace."""
    page.goto(samples.views()["thread"])
    turns = page.get_by_role("list", name="Turns", exact=True).locator("> li")
    expect(turns.first).to_be_visible()
    assert turns.count() > 1
    words = [turns.nth(at).get_by_role("link").first.inner_text() for at in range(turns.count())]
    assert [word.split("·")[0].strip() for word in words] == [f"Turn {at + 1}" for at in range(len(words))]
    expect(turns.first).to_contain_text("User")
    expect(turns.first).to_contain_text("Assistant")
    turns.nth(1).get_by_role("link").first.click()
    page.wait_for_url("**/r/**")
    expect(page.get_by_role("tree", name="Runs")).to_be_visible()
