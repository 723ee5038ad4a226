"""Shared URLs of all workspaces that one may see: found, in order, as a file, taken back, with what became of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from shared.store.share_views import ShareViews
from tests.api_traces import Story, story
from tests.functions.api.routes.test_shares import Desk
from tests.operations import WORKSPACE
from tests.stores import NOON_US

LINKS = "/workspaces/all/shared"
SIBLING = "5f0f2a10-0000-4000-8000-0000000000aa"


class Office(Desk):
    """Two workspaces of one organization with a link each, whose `owner` sees both; and one of another."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        access = self.ask.access
        access.create_workspace("second", SIBLING, access.workspace(WORKSPACE).organization)
        self.sibling_key, _ = access.create_key(SIBLING, "=of the second")
        self.owner, _ = access.create_key(WORKSPACE, "owner", is_organization_wide=True)
        self.tokens = [self.linked(self.key, self.story)]
        self.tokens += [
            self.linked(key, self.sent(key, at)) for at, key in ((1, self.sibling_key), (2, self.other_key))
        ]

    def sent(self, key: str, at: int) -> Story:
        """A trace of another workspace."""
        ours, self.key = self.key, key
        told = story(NOON_US + at * 1_000_000)
        self.send(told.body)
        self.key = ours
        return told

    def linked(self, key: str, told: Story, **asked: object) -> str:
        """The token of a trace's link."""
        self.clock.advance(1)
        token: str = self.put(f"/traces/{told.root}/share", asked, key).json["share_token"]
        return token

    def listed(self, key: str = "", **query: object) -> list[str]:
        """The tokens of a list, in its order."""
        answer = self.get(LINKS, key or self.owner, **query)
        assert answer.status == 200, answer.text
        return [one["share_token"] for one in answer.json["entities"]]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A fresh one."""
    return Office(tmp_path)


def test_a_key_sees_the_links_of_the_workspaces_that_it_sees(office: Office) -> None:
    """All of its organization, newest first, or its own alone; another's never, and naming it is no way."""
    ours, siblings, theirs = office.tokens
    assert office.listed() == [siblings, ours]
    assert office.listed(office.key) == [ours]
    assert office.listed(office.other_key) == [theirs]
    assert office.listed(workspace_id=SIBLING) == [siblings]
    assert office.get(LINKS, office.key, workspace_id=SIBLING).status == 404


def test_a_link_says_whose_it_is_until_when_and_what_it_hides(office: Office) -> None:
    """LangSmith's fields, its workspace, the end of its trace, how often it was looked at."""
    ShareViews(office.store.control).count(office.shares.public(office.tokens[0]).id, "look", NOON_US)
    answer = office.get(LINKS, office.key).json
    [entity] = answer["entities"]
    assert answer["total"] == 1
    assert (entity["tenant_id"], entity["workspace_name"], entity["run_name"]) == (WORKSPACE, "ours", "agent")
    assert (entity["expires_at"], entity["ends_at"]) == (None, "2026-12-04T12:00:00Z")
    assert (entity["views"], entity["last_viewed_at"], entity["is_ready"]) == (1, "2026-11-20T12:00:00Z", True)
    assert entity["url"] == f"http://traces.example:1984/public/{office.tokens[0]}/r"
    assert "password" in json.dumps(entity["redaction"])


@pytest.mark.parametrize(
    ("sort", "order", "expected"),
    [
        ("created_at", "asc", [0, 1]),
        ("views", "desc", [0, 1]),
        ("views", "asc", [1, 0]),
        ("last_viewed_at", "desc", [0, 1]),
        ("ends_at", "asc", [1, 0]),
        ("workspace_name", "asc", [0, 1]),
        ("run_name", "asc", [1, 0]),
    ],
)
def test_links_stand_in_the_order_asked(office: Office, sort: str, order: str, expected: list[int]) -> None:
    """By each column, either way; what is equal newest first, and pages join to the whole."""
    ShareViews(office.store.control).count(office.shares.public(office.tokens[0]).id, "look", NOON_US)
    trace = office.shares.public(office.tokens[1]).trace_id
    office.put(f"/traces/{trace}/share", {"expires_in": 3_600}, office.sibling_key)
    whole = office.listed(sort=sort, order=order)
    assert whole == [office.tokens[at] for at in expected]
    pages = [office.listed(sort=sort, order=order, limit=1, offset=at) for at in range(2)]
    assert [token for page in pages for token in page] == whole


@pytest.mark.parametrize("words", ["SECOND agent", "of the second", "default second"])
def test_links_are_found_by_their_words(office: Office, words: str) -> None:
    """In the names of run, project and workspace, and of who shared it, whatever the case: every word."""
    assert office.listed(q=words) == [office.tokens[1]]
    assert office.listed(q=f"{words} elsewhere") == []


def test_a_pasted_link_is_found(office: Office) -> None:
    """By its address, its token or its trace."""
    url = f"http://traces.example:1984/public/{office.tokens[0]}/r"
    for words in (url, office.tokens[0], office.story.root):
        assert office.listed(q=words) == [office.tokens[0]]


def test_an_export_is_the_whole_list(office: Office) -> None:
    """As CSV, in which nothing is calculated, and as JSON; both to be saved."""
    answer = office.get(f"{LINKS}/export", office.owner, format="csv", sort="created_at", order="asc")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="shared-urls.csv"'
    assert [row["workspace_name"] for row in rows] == ["ours", "second"]
    assert [row["created_by"] for row in rows] == ["all", "'=of the second"]
    as_json = office.get(f"{LINKS}/export", office.owner, format="json", sort="created_at", order="asc").json
    assert [one["share_token"] for one in as_json["entities"]] == office.tokens[:2]


def test_links_of_all_workspaces_are_taken_back_one_and_all(office: Office) -> None:
    """Of those that one sees: another's token is passed over, and stays."""
    ours, siblings, theirs = office.tokens
    assert office.delete(LINKS, {"share_tokens": [siblings, theirs]}, office.owner).json == {"unshared": 1}
    assert [office.is_shown(token) for token in office.tokens] == [True, False, True]
    assert office.delete(LINKS, {"unshare_all": True}, office.owner).json == {"unshared": 1}
    assert [office.is_shown(token) for token in (ours, theirs)] == [False, True]
    assert office.delete(LINKS, {"unshare_all": True}, office.reading_key).status == 403


def test_receipts_of_all_workspaces_are_paged_newest_first(office: Office) -> None:
    """Open links and those that were taken back, with their workspace; none twice."""
    office.delete(LINKS, {"unshare_all": True}, office.owner)

    def page(**query: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = office.get(f"{LINKS}/receipts", office.owner, **query).json
        return found

    first = page(limit=1)
    second = page(limit=1, before=first[0]["share_id"])
    assert [one["workspace_name"] for one in (*first, *second)] == ["second", "ours"]
    assert page(before=second[0]["share_id"]) == []
    assert {one["reason"] for one in (*first, *second)} == {"unshared all"}
