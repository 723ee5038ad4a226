"""View as public before there is a link: exactly the files that a link would show, and nothing of them is kept."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from functions.api.routes import share_preview
from shared.sharing.redaction import Redaction
from shared.sharing.share import Share
from shared.store.snapshots import Drawing, Size, Snapshots
from tests.api_traces import story
from tests.functions.api.routes.test_shares import Desk
from tests.stores import NOON_US

RULES = {"outputs": True, "keys": ["question"]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh one."""
    return Desk(tmp_path)


def _asked(desk: Desk, **body: object) -> dict[str, Any]:
    answer = desk.post(f"/traces/{desk.story.root}/share/preview/files", body)
    assert answer.status == 200, answer.text
    seen: dict[str, Any] = answer.json
    return seen


def test_the_files_are_those_that_a_link_would_show(desk: Desk) -> None:
    """Each of them, byte by byte in its content, but for the share's id and the moment; before there is any."""
    seen = _asked(desk, redaction=RULES)
    whole = _asked(desk, redaction=RULES, names=seen["names"])
    assert list(desk.store.snapshots.list("s/")) == []
    folder = desk.shares.public(desk.share(redaction=RULES)["share_token"]).folder
    shown = {key.removeprefix(folder): desk.store.snapshots.get(key) for key in desk.store.snapshots.list(folder)}
    assert sorted(whole["names"]) == sorted(shown)
    for name, content in shown.items():
        file = whole["files"][name]
        if not name.endswith(".json"):
            assert base64.b64decode(file["base64"]) == content
        elif name in {"trace.json", "head.json"}:
            assert _timeless(file) == _timeless(json.loads(content))
        else:
            assert file == json.loads(content)


def _timeless(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in {"revision", "shared_us"}}


def test_what_it_hides_is_in_no_byte_of_the_answer(desk: Desk) -> None:
    """The same promise as a link's."""
    names = _asked(desk, redaction=RULES)["names"]
    answer = desk.post(f"/traces/{desk.story.root}/share/preview/files", {"redaction": RULES, "names": names})
    assert b"refund?" not in answer.body
    assert answer.json["hidden"] == {"outputs": 2, "question": 2}


def test_it_says_until_when_the_link_would_work(desk: Desk) -> None:
    """In so long, or with the trace; what the workspace does not allow is refused."""
    ends = [_asked(desk, **end)["files"]["head.json"]["expires_us"] for end in ({"expires_in": 60}, {})]
    assert ends == [NOON_US + 60_000_000, NOON_US + 14 * 86_400_000_000]
    desk.put("/workspaces/current/share-settings", {"max_expires_in": 30})
    assert desk.post(f"/traces/{desk.story.root}/share/preview/files", {"expires_in": 60}).status == 422


def test_what_does_not_fit_is_left_out_and_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first file always comes; names of none are in neither list."""
    monkeypatch.setattr(share_preview, "MOST_BYTES", 100)
    seen = _asked(desk, names=["trace.json", "nothing.json", "runs/0.json"])
    assert (list(seen["files"]), seen["left_out"]) == (["trace.json"], ["runs/0.json"])
    assert list(_asked(desk, names=["runs/0.json"])["files"]) == ["runs/0.json"]


def test_a_second_look_reads_no_payload_until_something_changes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run of the same trace is at hand; other rules, or what has come meanwhile, are a new drawing."""
    drawn: list[str] = []
    draw = Snapshots.drawn

    def drawing(made: Snapshots, share: Share, redaction: Redaction) -> Drawing:
        drawn.append(share.trace_id)
        return draw(made, share, redaction)

    monkeypatch.setattr(Snapshots, "drawn", drawing)
    revisions = [_asked(desk)["revision"], _asked(desk, names=["runs/0.json"])["revision"]]
    assert (len(drawn), len(set(revisions))) == (1, 1)
    assert _asked(desk, redaction=RULES)["revision"] not in revisions
    late = {name: desk.story.post[0][name] for name in ("id", "trace_id", "dotted_order")} | {"tags": ["late"]}
    desk.send(json.dumps({"post": [], "patch": [late]}))
    assert _asked(desk, redaction=RULES)["revision"] not in revisions
    assert len(drawn) == 3


def test_only_who_sees_the_trace_sees_its_preview(desk: Desk) -> None:
    """Whoever reads may look; another workspace finds nothing, also where this process has just made it."""
    path = f"/traces/{desk.story.root}/share/preview/files"
    assert desk.post(path, {}, desk.reading_key).status == 200
    assert desk.post(path, {}, desk.other_key).status == 404
    assert desk.post(f"/traces/{story(NOON_US + 1).root}/share/preview/files", {}).status == 404


def test_a_trace_that_is_too_large_says_how_large(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And which limit it is over."""
    monkeypatch.setattr("functions.api.share_preview.MOST_PREVIEWED", Size(2, 1 << 20))
    answer = desk.post(f"/traces/{desk.story.root}/share/preview/files", {})
    assert (answer.status, "2 runs" in answer.text) == (409, True)
