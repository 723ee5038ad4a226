"""Sharing as clients and the page ask for it: one link for a trace, until it is taken back, hiding what is said."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from functions.share.app import build as build_share
from shared.base.errors import NotFound
from shared.base.units import US_PER_DAY, US_PER_S
from shared.sharing.redaction import MARK
from shared.store.shares import Shares
from shared.store.snapshots import Size
from tests.api_room import Answered, ApiRoom
from tests.api_traces import Story, story, wide_trace
from tests.operations import WORKSPACE, uuid7
from tests.share_room import SHARE_SETTINGS, FakeEdge
from tests.stores import NOON_US

TOKEN = "0f0e0d0c-0b0a-4908-8706-050403020100"


class Desk(ApiRoom):
    """An api room with a trace in it, a share room beside it, and the public's way in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.story: Story = story()
        self.send(self.story.body)
        self.shares = Shares(self.store.control, self.store.shares, self.clock)

    def put(self, path: str, body: object, key: str = "") -> Answered:
        """Ask by PUT."""
        return self.ask_for("PUT", path, body, key)

    def delete(self, path: str, body: object = None, key: str = "") -> Answered:
        """Ask by DELETE."""
        return self.ask_for("DELETE", path, body, key)

    def share(self, **asked: object) -> dict[str, Any]:
        """Share the trace in full."""
        answer = self.put(f"/traces/{self.story.root}/share", asked)
        assert answer.status == 200, answer.text
        shared: dict[str, Any] = answer.json
        return shared

    def is_shown(self, token: str) -> bool:
        """Whether the public is shown anything."""
        try:
            self.shares.public(token)
        except NotFound:
            return False
        return True

    def public_bytes(self, token: str) -> bytes:
        """All that the public can read of a share."""
        folder = self.shares.public(token).folder
        return b"".join(self.store.snapshots.get(key) for key in self.store.snapshots.list(folder))

    def finish(self) -> FakeEdge:
        """Let the share room do what waits now; the edge that it told."""
        edge = FakeEdge()
        room = build_share(SHARE_SETTINGS, dataclasses.replace(self.store, edge=edge), self.clock)
        for message in self.store.shares.receive(100, 60):
            record = {"messageId": "1", "body": message.body, "attributes": {"ApproximateReceiveCount": "1"}}
            assert room({"Records": [record]}, None) == {"batchItemFailures": []}
            self.store.shares.delete([message.handle])
        return edge


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh one."""
    return Desk(tmp_path)


def test_any_run_shares_its_trace_under_one_token(desk: Desk) -> None:
    """The client's token is taken; whoever shares again, by whichever run, is told the same."""
    first = desk.put(f"/runs/{desk.story.llm}/share", {"run_id": desk.story.llm, "share_token": TOKEN})
    assert (first.status, first.json) == (200, {"run_id": desk.story.llm, "share_token": TOKEN})
    again = desk.put(f"/runs/{desk.story.root}/share", {"share_token": "0f0e0d0c-0b0a-4908-8706-ffffffffffff"})
    assert again.json == {"run_id": desk.story.root, "share_token": TOKEN}
    v2 = desk.post(f"/v2/runs/{desk.story.tool}/share", {"session_id": desk.project(), "trace_id": desk.story.root})
    assert v2.json["share_token"] == TOKEN
    assert desk.get(f"/runs/{desk.story.tool}/share").json == {"run_id": desk.story.tool, "share_token": TOKEN}
    assert desk.is_shown(TOKEN)


def test_a_link_shows_the_whole_trace_when_it_is_answered(desk: Desk) -> None:
    """All of it but what is a secret by its name or its shape, which is hidden where nobody decided."""
    token = desk.put(f"/runs/{desk.story.root}/share", {}).json["share_token"]
    shown = desk.public_bytes(token)
    assert b"refund?" in shown
    assert b"123456789012345678901234567890" in shown
    assert WORKSPACE.encode() not in shown


def test_what_is_not_shared_has_no_token(desk: Desk) -> None:
    """Null, also after it was taken back; and in the runs themselves."""
    run = desk.story.llm
    assert desk.get(f"/runs/{run}/share").json is None
    assert desk.get(f"/traces/{desk.story.root}/share").json is None
    token = desk.put(f"/runs/{run}/share", {}).json["share_token"]
    answer = desk.delete(f"/runs/{run}/share")
    assert (answer.status, answer.body) == (200, b"")
    assert desk.get(f"/runs/{run}/share").json is None
    assert not desk.is_shown(token)
    assert desk.delete(f"/runs/{run}/share").status == 200


def test_runs_say_how_they_are_shared(desk: Desk) -> None:
    """v1's token and v2's link on every run of the trace; the page's skeleton, whose tag changes with it."""
    project = desk.project()

    def said() -> tuple[Any, Any, Any, str]:
        v1 = desk.get(f"/runs/{desk.story.tool}").json["share_token"]
        asked = {"project_ids": [project], "selects": ["SHARE_URL"]}
        v2 = {one["share_url"] for one in desk.post("/v2/runs/query", asked).json["items"]}
        skeleton = desk.get(f"/traces/{desk.story.root}/skeleton")
        return v1, v2, skeleton.json["is_shared"], skeleton.headers["etag"]

    before = said()
    assert before[:3] == (None, {None}, False)
    token = desk.put(f"/runs/{desk.story.root}/share", {}).json["share_token"]
    after = said()
    assert after[:3] == (token, {f"http://traces.example:1984/public/{token}/r"}, True)
    assert after[3] != before[3]
    kept = desk.ask_for("GET", f"/traces/{desk.story.root}/skeleton", headers={"if-none-match": before[3]})
    assert kept.status == 200
    desk.delete(f"/traces/{desk.story.root}/share")
    assert said() == before


def test_v2_takes_back_without_a_word_however_often(desk: Desk) -> None:
    """204 with a body, for what is shared, what is not, and what never was."""
    token = desk.post(f"/v2/runs/{desk.story.root}/share", {}).json["share_token"]
    statuses = [
        desk.delete(f"/v2/runs/{run}/share", {"session_id": desk.project()}).status
        for run in (desk.story.root, desk.story.root, uuid7(NOON_US))
    ]
    assert statuses == [204, 204, 204]
    assert not desk.is_shown(token)


def test_another_workspace_shares_and_takes_back_nothing_of_ours(desk: Desk) -> None:
    """Its key finds neither the trace nor the share, by whatever name."""
    shared, theirs = desk.share(), desk.other_key
    run = desk.story.root
    assert [
        desk.put(f"/runs/{run}/share", {}, theirs).status,
        desk.ask_for("GET", f"/runs/{run}/share", key=theirs).status,
        desk.delete(f"/runs/{run}/share", None, theirs).status,
        desk.put(f"/traces/{run}/share", {}, theirs).status,
        desk.post(f"/traces/{run}/share/preview", {}, theirs).status,
        desk.get(f"/workspaces/current/shared/receipts/{shared['share_id']}", theirs).status,
    ] == [404] * 6
    assert desk.get(f"/traces/{run}/share", theirs).json is None
    assert desk.delete(f"/traces/{run}/share", None, theirs).json is None
    assert desk.delete("/workspaces/current/shared", {"share_tokens": [shared["share_token"]]}, theirs).json == {
        "unshared": 0
    }
    assert desk.get("/workspaces/current/shared", theirs).json["entities"] == []
    assert desk.is_shown(shared["share_token"])


def test_a_token_of_another_share_is_not_given_twice(desk: Desk) -> None:
    """Whoever brings it gets another, and learns nothing."""
    token = desk.put(f"/runs/{desk.story.root}/share", {"share_token": TOKEN}).json["share_token"]
    other = story(NOON_US + 60_000_000)
    desk.send(other.body)
    second = desk.put(f"/runs/{other.root}/share", {"share_token": TOKEN}).json["share_token"]
    assert second != token
    assert desk.shares.public(token).trace_id == desk.story.root


def test_a_share_ends_when_it_was_told_to(desk: Desk) -> None:
    """In so long, at a time, with its trace; and it can be told anew."""
    shared = desk.share(expires_in=60)
    assert shared["expires_at"] == shared["ends_at"] == "2026-11-20T12:01:00Z"
    desk.clock.advance(30)
    assert desk.share(expires_at="2026-11-20T13:00:00Z")["share_token"] == shared["share_token"]
    desk.clock.advance(60)
    assert desk.is_shown(shared["share_token"])
    assert desk.share(expires_at=None)["ends_at"] == "2026-12-04T12:00:00Z"
    desk.clock.advance(14 * 86_400)
    assert not desk.is_shown(shared["share_token"])


def test_a_share_may_keep_its_trace(desk: Desk) -> None:
    """It is put into the extended tier, for this cause, and the link ends that much later."""
    shared = desk.share(keep_trace=True, expires_at=None)
    assert shared["ends_at"] == "2027-12-25T12:00:00Z"
    run = desk.get(f"/runs/{desk.story.root}").json
    assert run["trace_tier"] == "longlived"
    skeleton = desk.get(f"/traces/{desk.story.root}/skeleton").json
    assert "shared" in json.dumps(skeleton["kept_because"])
    assert desk.is_shown(shared["share_token"])


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"expires_at": "2026-11-20T11:59:59Z"}, "over already"),
        ({"expires_in": 60, "expires_at": "2026-11-21T00:00:00Z"}, "give one"),
        ({"expires_in": 0}, "expires_in"),
        ({"redaction": {"paths": ["nowhere.x"]}}, "nowhere"),
        ({"redaction": {"custom": [{"name": "x", "expression": "(a+)+"}]}}, "ways"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, asked: dict[str, Any], what: str) -> None:
    """And nothing is shared by it."""
    answer = desk.put(f"/traces/{desk.story.root}/share", asked)
    assert answer.status == 422
    assert what in answer.text
    assert desk.get(f"/traces/{desk.story.root}/share").json is None


def test_what_a_share_hides_is_in_no_byte_also_after_a_change(desk: Desk) -> None:
    """Narrower rules count as soon as they are answered; what was shown before goes with its files."""
    token = desk.share()["share_token"]
    assert b"refund?" in desk.public_bytes(token)
    changed = desk.share(redaction={"inputs": True, "outputs": True, "keys": ["ls_model_name"]})
    assert changed["redaction"]["inputs"]
    shown = desk.public_bytes(token)
    assert b"refund?" not in shown
    assert b"gpt-4o" not in shown
    assert f"{MARK} inputs".encode() in shown


def test_a_preview_is_what_the_public_would_see_and_keeps_nothing(desk: Desk) -> None:
    """Counts by rule, the trace, and a run of one's choice."""
    seen = desk.post(
        f"/traces/{desk.story.root}/share/preview",
        {"redaction": {"outputs": True, "keys": ["question"]}, "run_id": desk.story.llm},
    ).json
    assert seen["hidden"] == {"outputs": 2, "question": 2}
    assert (seen["runs"], seen["run"]["id"]) == (3, desk.story.llm)
    assert seen["run"]["outputs"] == {"hidden": f"{MARK} outputs"}
    assert seen["trace"]["skeleton"]["runs"] == 3
    assert list(desk.store.snapshots.list("s/")) == []
    assert desk.get(f"/traces/{desk.story.root}/share").json is None


def test_a_large_trace_is_shown_when_the_share_room_has_made_it(desk: Desk) -> None:
    """The request answers at once; the link works soon after."""
    posts = wide_trace(2_100, NOON_US + 120_000_000)
    desk.send(json.dumps({"post": posts, "patch": []}))
    answer = desk.put(f"/traces/{posts[0]['id']}/share", {}).json
    assert not answer["is_ready"]
    assert not desk.is_shown(answer["share_token"])
    desk.finish()
    assert desk.is_shown(answer["share_token"])
    assert desk.get(f"/traces/{posts[0]['id']}/share").json["is_ready"]


def test_a_trace_that_is_too_large_to_be_previewed_says_how_large(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And which limit it is over."""
    monkeypatch.setattr("functions.api.sharing.MOST_PREVIEWED", Size(2, 1 << 20))
    answer = desk.post(f"/traces/{desk.story.root}/share/preview", {})
    assert (answer.status, "2 runs" in answer.text) == (409, True)


def test_shared_urls_are_listed_and_taken_back_one_many_and_all(desk: Desk) -> None:
    """Newest first, a page at a time, with what the page shows of each."""
    stories = [desk.story, story(NOON_US + 1_000_000), story(NOON_US + 2_000_000)]
    for one in stories[1:]:
        desk.send(one.body)
    tokens = []
    for one in stories:
        desk.clock.advance(1)
        tokens.append(desk.put(f"/runs/{one.root}/share", {}).json["share_token"])
    entities = desk.get("/workspaces/current/shared").json["entities"]
    assert [one["share_token"] for one in entities] == tokens[::-1]
    assert {"type", "share_token", "created_at", "run_id", "run_name", "run_type", "session_id", "session_name"} <= (
        entities[0].keys()
    )
    assert (entities[2]["run_id"], entities[2]["run_name"], entities[2]["session_name"]) == (
        desk.story.root,
        "agent",
        "default",
    )
    page = desk.get("/workspaces/current/shared", "", limit=1, offset=1).json
    assert [one["share_token"] for one in page["entities"]] == [tokens[1]]
    assert desk.delete("/workspaces/current/shared", {"share_tokens": tokens[:1]}).json == {"unshared": 1}
    assert [desk.is_shown(token) for token in tokens] == [False, True, True]
    assert desk.delete("/workspaces/current/shared", {"unshare_all": True}).json == {"unshared": 2}
    assert desk.get("/workspaces/current/shared").json["entities"] == []
    assert [desk.is_shown(token) for token in tokens] == [False] * 3


def test_a_receipt_says_each_step_and_when(desk: Desk) -> None:
    """Who shared, who took back, why; revoked when it is answered, the rest within seconds."""
    shared = desk.share()
    receipt = desk.delete(f"/traces/{desk.story.root}/share").json
    assert (receipt["state"], receipt["reason"]) == ("removing", "unshared")
    assert [step["done_at"] is not None for step in receipt["steps"]] == [True, False, False, False, False]
    desk.finish()
    path = f"/workspaces/current/shared/receipts/{shared['share_id']}"
    done = desk.get(path).json
    assert [step["step"] for step in done["steps"] if step["done_at"]] == [
        *("revoked", "denied", "deleted", "invalidated")
    ]
    assert done["shared_by"] == done["asked_by"] == shared["created_by"]
    assert desk.get("/workspaces/current/shared/receipts").json == [done]
    assert "refund" not in json.dumps(done)


@pytest.mark.parametrize("by", ["id", "project"])
def test_deleting_a_trace_takes_its_share_too(desk: Desk, by: str) -> None:
    """Refused when the deletion is answered; its receipt names the share's, which says that its files are gone."""
    token, project = desk.share()["share_token"], desk.project()
    if by == "id":
        asked = {"session_id": project, "trace_ids": [desk.story.root]}
        deletion = desk.post("/runs/delete", asked).json["deletion_id"]
    else:
        assert desk.delete(f"/sessions/{project}").status in {200, 202}
        deletion = desk.get("/deletions").json[0]["id"]
    assert not desk.is_shown(token)
    desk.finish()
    assert list(desk.store.snapshots.list("s/")) == []
    [receipt] = desk.get(f"/deletions/{deletion}").json["shares"]
    assert receipt["reason"] == "trace deleted"
    assert [step["step"] for step in receipt["steps"] if step["done_at"]] == [
        *("revoked", "denied", "deleted", "invalidated")
    ]


def test_settings_bound_and_fill_what_clients_ask(desk: Desk) -> None:
    """Stock clients' shares get the workspace's defaults; nobody gets more than its longest."""
    said = {"default_expires_in": 3_600, "max_expires_in": 7_200, "redaction": {"inputs": True}}
    settings = desk.put("/workspaces/current/share-settings", said).json
    assert (settings["default_expires_in"], settings["redaction"]["inputs"]) == (3_600, True)
    token = desk.put(f"/runs/{desk.story.root}/share", {}).json["share_token"]
    assert desk.shares.public(token).expires_us == NOON_US + 3_600 * US_PER_S
    assert b"refund?" not in desk.public_bytes(token)
    refused = desk.put(f"/traces/{desk.story.root}/share", {"expires_in": 7_201})
    assert (refused.status, "7200" in refused.text) == (422, True)
    assert desk.put("/workspaces/current/share-settings", {"max_expires_in": None}).json["max_expires_in"] is None
    assert desk.get("/workspaces/current/share-settings").json["default_expires_in"] == 3_600


def test_sharing_can_be_switched_off(desk: Desk) -> None:
    """Of a workspace, or of an organization by a key of all of it: links stop, and nothing new is shared."""
    token = desk.share()["share_token"]
    desk.put("/workspaces/current/share-settings", {"sharing_disabled": True})
    assert not desk.is_shown(token)
    refused = desk.put(f"/runs/{desk.story.root}/share", {})
    assert (refused.status, "switched off" in refused.text) == (403, True)
    desk.put("/workspaces/current/share-settings", {"sharing_disabled": False})
    assert desk.is_shown(token)
    assert desk.put("/orgs/current/share-settings", {"public_sharing_disabled": True}).status == 403
    owner, _ = desk.ask.access.create_key(WORKSPACE, "owner", is_organization_wide=True)
    desk.put("/orgs/current/share-settings", {"public_sharing_disabled": True}, owner)
    assert not desk.is_shown(token)
    assert desk.get("/workspaces/current/share-settings").json["organization_sharing_disabled"]
    assert desk.get("/orgs/current").json["public_sharing_disabled"]
    assert not desk.get("/workspaces/current/share-settings", desk.other_key).json["organization_sharing_disabled"]


def test_who_only_reads_sees_what_is_shared_and_changes_nothing(desk: Desk) -> None:
    """The list, the state and the preview; no more."""
    desk.share()
    key, run = desk.reading_key, desk.story.root
    assert desk.get(f"/traces/{run}/share", key).json["is_ready"]
    assert len(desk.get("/workspaces/current/shared", key).json["entities"]) == 1
    assert desk.post(f"/traces/{run}/share/preview", {}, key).status == 200
    assert [
        desk.put(f"/runs/{run}/share", {}, key).status,
        desk.delete(f"/runs/{run}/share", None, key).status,
        desk.put(f"/traces/{run}/share", {}, key).status,
        desk.delete("/workspaces/current/shared", {"unshare_all": True}, key).status,
        desk.put("/workspaces/current/share-settings", {"sharing_disabled": True}, key).status,
    ] == [403] * 5


def test_a_trace_whose_root_is_on_its_way_can_be_shared(desk: Desk) -> None:
    """By a run of it that is here; what comes is shown when somebody looks."""
    late = story(NOON_US + 5 * 60 * US_PER_S)
    desk.send(json.dumps({"post": [late.post[1]], "patch": []}))
    token = desk.put(f"/runs/{late.llm}/share", {}).json["share_token"]
    assert desk.shares.public(token).trace_id == late.root
    assert desk.shares.public(token).ends_us > NOON_US + 13 * US_PER_DAY
