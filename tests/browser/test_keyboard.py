"""Everything without a mouse: what has the focus is seen, keys do what `?` says, dialogs give the focus back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from infra.sample_pages import SamplePages

_FOCUSED = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  const outline = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
  const ring = look.boxShadow !== "none";
  const frame = getComputedStyle(one.parentElement);
  const around = frame.outlineStyle !== "none" && parseFloat(frame.outlineWidth) > 0 || frame.boxShadow !== "none";
  return {what: one.localName + " " + (one.getAttribute("aria-label") || one.textContent.trim().slice(0, 40)),
          isSeen: (outline || ring || around) && box.width > 0 && box.height > 0};
}"""
_PLACES = """rows => rows.map(
  row => ["level", "posinset", "setsize"].map(name => Number(row.getAttribute("aria-" + name))))"""
_STEPS = 24


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_from_the_projects_to_an_output_and_back(page: Page, samples: SamplePages) -> None:
    """Down to a project, into it, down to a trace, into it, through its tree to a tool's output, and back again."""
    page.goto("/")
    support = page.get_by_role("link", name="Demo: support agent")
    support.wait_for()
    for _ in range(len(samples.projects) + 2):
        _press(page, "j")
        if support.evaluate("one => one === document.activeElement"):
            break
    _press(page, "Enter")
    page.wait_for_url("**/projects/p/*")
    page.get_by_role("grid").get_by_role("row").nth(2).wait_for()
    _press(page, "j", "j", "Enter")
    page.wait_for_url("**/r/**")
    tree = page.get_by_role("tree", name="Runs")
    tree.wait_for()
    _press(page, "j", "j")
    selected = tree.get_by_role("treeitem", selected=True)
    expect(selected).to_have_count(1)
    expect(selected).not_to_have_attribute("aria-level", "1")
    expect(page.get_by_role("region", name="Selected run").get_by_text("Output", exact=True)).to_be_visible()
    page.go_back()
    page.get_by_role("grid").wait_for()
    page.go_back()
    expect(support).to_be_visible()


def test_the_tree_moves_as_trees_do(page: Page, samples: SamplePages) -> None:
    """One row has the tab stop; arrows move, fold and unfold; Home and End lead to the ends."""
    page.goto(samples.views()["conversation"].replace("conversation", "tree"))
    tree = page.get_by_role("tree", name="Runs")
    items = tree.get_by_role("treeitem")
    items.nth(4).wait_for()
    assert tree.locator('[tabindex="0"]').count() == 1
    items.first.focus()
    _press(page, "ArrowDown")
    expect(items.nth(1)).to_be_focused()
    expect(items.nth(1)).to_have_attribute("tabindex", "0")
    _press(page, "End")
    expect(items.last).to_be_focused()
    _press(page, "Home")
    expect(items.first).to_be_focused()
    _press(page, "ArrowLeft")
    expect(items).to_have_count(1)
    expect(items.first).to_have_attribute("aria-expanded", "false")
    _press(page, "ArrowRight")
    expect(items).to_have_count(5)


@pytest.mark.parametrize("view", ["trace", "loop"])
def test_the_tree_says_where_each_row_stands(page: Page, samples: SamplePages, view: str) -> None:
    """Level, place and number of siblings are right, though only the rows in sight are drawn."""
    page.goto(samples.views()[view])
    page.get_by_role("treeitem").nth(1).wait_for()
    rows = page.get_by_role("treeitem").evaluate_all(_PLACES)
    assert rows[0] == [1, 1, 1]
    assert all(1 <= place <= siblings for _, place, siblings in rows)
    assert all(after[0] <= before[0] + 1 for before, after in pairwise(rows))
    children = [place for level, place, _ in rows if level == 2]
    assert children == list(range(1, len(children) + 1))


@pytest.mark.parametrize("view", ["projects", "traces", "trace", "compare", "thread"])
def test_what_has_the_focus_is_seen(page: Page, samples: SamplePages, view: str) -> None:
    """Tab by tab through a view: each stop is in sight and marked, and there is no trap."""
    page.goto(samples.views()[view])
    page.wait_for_load_state("networkidle")
    seen = []
    for _ in range(_STEPS):
        _press(page, "Tab")
        seen.append(page.evaluate(_FOCUSED))
    assert [one["what"] for one in seen if not one["isSeen"] and not one["what"].startswith("body")] == []
    assert len({one["what"] for one in seen}) > 5
    assert seen[0]["what"] == "a Skip to the content"


def test_the_help_lists_the_keys_and_gives_the_focus_back(page: Page, samples: SamplePages) -> None:
    """`?` opens a dialog with the keys of this view, keeps the focus, and Escape leads back to where one was."""
    page.goto(samples.views()["trace"])
    first = page.get_by_role("treeitem").first
    first.focus()
    _press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Next error")
    for _ in range(4):
        _press(page, "Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    _press(page, "Escape")
    expect(dialog).to_be_hidden()
    expect(first).to_be_focused()


def test_no_key_works_while_one_types(page: Page, samples: SamplePages) -> None:
    """Letters go into the search, which finds and walks its matches; they select nothing else."""
    page.goto(samples.views()["trace"])
    page.get_by_role("tree").wait_for()
    _press(page, "/")
    field = page.get_by_role("searchbox", name="Search in this trace")
    expect(field).to_be_focused()
    page.keyboard.type("je e")
    expect(field).to_have_value("je e")
    expect(page.get_by_role("treeitem").first).to_have_attribute("aria-selected", "true")
    field.fill("get_payment")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("of")
    _press(page, "Enter")
    expect(page.get_by_role("treeitem", selected=True)).not_to_have_attribute("aria-level", "1")


def test_views_have_numbers(page: Page, samples: SamplePages) -> None:
    """`1` to `4` switch the view of a trace."""
    page.goto(samples.views()["trace"])
    page.get_by_role("tree").wait_for()
    for key, name in zip("1342", ("Conversation", "Timeline", "Statistics", "Tree"), strict=True):
        _press(page, key)
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def test_whoever_wants_no_motion_gets_none(page: Page, samples: SamplePages) -> None:
    """With reduced motion asked for, nothing on the page runs an animation or a transition of any length."""
    page.goto(samples.views()["trace"])
    page.get_by_role("tree").wait_for()
    longest_s = page.evaluate(
        "Math.max(...[...document.querySelectorAll('*')].flatMap(one => { const look = getComputedStyle(one);"
        " return (look.animationDuration + ', ' + look.transitionDuration).split(', ').map(parseFloat) }))"
    )
    assert longest_s <= 0.01
