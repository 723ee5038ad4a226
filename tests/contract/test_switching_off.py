"""Sharing switched off: whoever has a link, or has its page open, reads nothing within seconds, until it is on."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from langsmith import Client, uuid7

from infra.local.server import RunningServer
from tests.contract.clients import new_project, open_client, run_or_none
from tests.contract.waiting import eventually

WITHIN_S = 10.0
"""The budget of an unshare, which switching off is of many."""
OK, FORBIDDEN, NOT_FOUND = 200, 403, 404


class Open(NamedTuple):
    """A shared link with its page open: the page, the public API, and a file that was signed for it."""

    nobody: httpx.Client
    page: str
    api: str
    signed: str

    def statuses(self) -> list[int]:
        """What whoever has them is answered now."""
        return [self.nobody.get(path).status_code for path in (self.page, self.api, self.signed)]


class Team(NamedTuple):
    """A workspace of its own, so that no other test's links are switched off with it."""

    client: Client
    owner: httpx.Client

    def link(self, nobody: httpx.Client) -> Open:
        """A trace, shared, and its page opened."""
        run = uuid7()
        self.client.create_run("agent", {"q": "1"}, "chain", id=run, project_name=new_project("switched"))
        eventually(lambda: run_or_none(self.client, run), lambda found: found is not None)
        token = self.client.share_run(run).partition("/public/")[2].partition("/")[0]
        path = f"/public/{token}/r"
        page = eventually(lambda: nobody.get(path), lambda answer: answer.status_code == OK)
        told: dict[str, Any] = json.loads(page.text.partition('id="shared">')[2].partition("</script>")[0])
        return Open(nobody, path, f"/api/v1/public/{token}/run", f"{told['base']}trace.json?{told['query']}")

    def switch(self, *, is_off: bool, path: str = "/workspaces/current/share-settings") -> None:
        """Switch the sharing of the workspace."""
        self.owner.put(path, json={"sharing_disabled": is_off}).raise_for_status()


@pytest.fixture
def nobody(server: RunningServer) -> Iterator[httpx.Client]:
    """Who asks without a key or a cookie."""
    with httpx.Client(base_url=server.url) as http:
        yield http


@pytest.fixture
def team(server: RunningServer) -> Iterator[Team]:
    """A fresh one."""
    key = {"x-api-key": server.api_key}
    made = httpx.post(f"{server.endpoint}/workspaces", json={"display_name": uuid.uuid4().hex}, headers=key).json()
    with (
        open_client(server.endpoint, server.api_key, workspace_id=made["id"]) as client,
        httpx.Client(base_url=server.endpoint, headers={**key, "x-tenant-id": made["id"]}) as owner,
    ):
        yield Team(client, owner)


def test_switching_off_stops_every_open_page_within_the_budget(team: Team, nobody: httpx.Client) -> None:
    """The page and the API at once, what was signed before in seconds; on again, the same signature opens it again."""
    links = [team.link(nobody) for _ in range(3)]
    assert [link.statuses() for link in links] == [[OK, OK, OK]] * 3
    begin_s = time.monotonic()
    team.switch(is_off=True)
    assert [link.statuses()[:2] for link in links] == [[NOT_FOUND, NOT_FOUND]] * 3
    for link in links:
        eventually(link.statuses, lambda found: found == [NOT_FOUND, NOT_FOUND, FORBIDDEN], WITHIN_S)
    assert time.monotonic() - begin_s < WITHIN_S
    team.switch(is_off=False)
    for link in links:
        eventually(link.statuses, lambda found: found == [OK, OK, OK], WITHIN_S)


def test_another_workspace_goes_on(team: Team, nobody: httpx.Client, client: Client) -> None:
    """Its links, and what was signed for them, are not touched."""
    mine, theirs = team.link(nobody), team._replace(client=client).link(nobody)
    team.switch(is_off=True)
    eventually(mine.statuses, lambda found: found == [NOT_FOUND, NOT_FOUND, FORBIDDEN], WITHIN_S)
    assert theirs.statuses() == [OK, OK, OK]
