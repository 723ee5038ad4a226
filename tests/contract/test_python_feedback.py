"""Feedback by the real Python client: given in every way it has, read back, changed, and found by filters."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest
from langsmith import Client
from langsmith.schemas import Feedback
from langsmith.utils import LangSmithError, LangSmithNotFoundError

from infra.local.server import RunningServer
from tests.contract.clients import ended_run, new_project, open_client, run_or_none
from tests.contract.waiting import eventually

# The client says so of every feedback without a session: most applications give none.
pytestmark = pytest.mark.filterwarnings("ignore:Creating feedback for a run without session_id")


class App:
    """One traced operation with a step below it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.project = new_project("feedback")
        self.root, self.step = self.trace()
        self.project_id = client.read_project(project_name=self.project).id

    def trace(self) -> tuple[uuid.UUID, uuid.UUID]:
        """Another such operation: the ids of its runs, once they are there."""
        root, step = uuid.uuid4(), uuid.uuid4()
        self.send(root, step)
        for run_id in (root, step):
            ended_run(self.client, run_id)
        return root, step

    def send(self, root: uuid.UUID, step: uuid.UUID) -> None:
        """Trace an operation whose runs have these ids."""
        now = dt.datetime.now(dt.UTC)
        moment = f"{now:%Y%m%dT%H%M%S%f}Z"
        ended: dict[str, Any] = {"project_name": self.project, "start_time": now, "end_time": now, "trace_id": root}
        places = {root: f"{moment}{root}", step: f"{moment}{root}.{moment}{step}"}
        for run_id, place in places.items():
            parent = None if run_id == root else root
            self.client.create_run("step", {}, "chain", id=run_id, parent_run_id=parent, dotted_order=place, **ended)
        self.client.flush()

    def feedback(self, *run_ids: uuid.UUID, **query: Any) -> list[Feedback]:  # noqa: ANN401 the client's own
        """What is listed."""
        return list(self.client.list_feedback(run_ids=list(run_ids) or None, **query))

    def stats(self, run_id: uuid.UUID) -> dict[str, Any]:
        """The feedback statistics of a run."""
        run = run_or_none(self.client, run_id)
        return (run and run.feedback_stats) or {}


@pytest.fixture(scope="module")
def app(server: RunningServer) -> Iterator[App]:
    """Traced once; each test gives feedback of its own keys."""
    with open_client(server.endpoint, server.api_key) as client:
        yield App(client)


def test_posted_feedback_is_there_at_once(app: App) -> None:
    """Without a trace the client posts each feedback by itself, and the next read finds it."""
    said = app.client.create_feedback(
        app.step, "posted", score=0.12345, value={"label": "ok"}, comment="so so", correction={"a": 2}
    )
    found = app.client.read_feedback(said.id)
    assert (found.run_id, found.trace_id, found.session_id) == (app.step, app.root, app.project_id)
    assert (found.key, found.score, found.value) == ("posted", 0.1235, {"label": "ok"})
    assert (found.comment, found.correction) == ("so so", {"a": 2})
    assert found.feedback_source is not None
    assert found.feedback_source.type == "api"
    assert found.created_at <= found.modified_at
    assert [one.id for one in app.feedback(app.step, feedback_key=["posted"])] == [said.id]


def test_batched_feedback_arrives_beside_runs(app: App) -> None:
    """With a trace it rides in a multipart body; it counts on its run, in its project, in filters."""
    about = {"run_id": app.root, "trace_id": app.root, "session_id": app.project_id}
    for score in (0, 1, True):
        app.client.create_feedback(key="batched", score=score, **about)
    app.client.flush()
    stats = eventually(lambda: app.stats(app.root).get("batched", {}), lambda seen: seen.get("n") == 3)
    assert stats["avg"] == pytest.approx(2 / 3)

    def in_project() -> int:
        project = app.client.read_project(project_id=app.project_id, include_stats=True)
        return int((project.feedback_stats or {}).get("batched", {}).get("n", 0))

    eventually(in_project, lambda count: count == 3)
    named = 'and(eq(feedback_key, "batched"), gte(feedback_score, 1))'

    def found() -> list[uuid.UUID]:
        return [run.id for run in app.client.list_runs(project_id=app.project_id, filter=named)]

    assert eventually(found, bool) == [app.root]

    def below() -> list[uuid.UUID]:
        return [run.id for run in app.client.list_runs(project_id=app.project_id, trace_filter=named, is_root=False)]

    assert eventually(below, bool) == [app.step]


def test_the_same_id_is_the_same_feedback(app: App) -> None:
    """Sent again it is said anew, by either way."""
    feedback_id = uuid.uuid4()
    app.client.create_feedback(app.root, "again", score=0, comment="first", feedback_id=feedback_id)
    app.client.create_feedback(app.root, "again", score=1, feedback_id=feedback_id, trace_id=app.root)
    app.client.flush()
    found = eventually(lambda: app.client.read_feedback(feedback_id), lambda seen: seen.score == 1)
    assert found.comment is None
    assert len(app.feedback(app.root, feedback_key=["again"])) == 1


def test_feedback_is_changed_and_deleted(app: App) -> None:
    """Updates keep what they do not name; what is deleted is not found."""
    said = app.client.create_feedback(app.root, "changing", score=0, comment="hm")
    app.client.update_feedback(said.id, score=1, correction={"right": True})
    found = app.client.read_feedback(said.id)
    assert (found.score, found.comment, found.correction) == (1, "hm", {"right": True})
    eventually(lambda: app.stats(app.root).get("changing", {}).get("avg"), lambda seen: seen == 1)
    app.client.delete_feedback(said.id)
    with pytest.raises(LangSmithNotFoundError):
        app.client.read_feedback(said.id)
    assert app.feedback(app.root, feedback_key=["changing"]) == []
    assert "changing" not in app.stats(app.root)


def test_feedback_may_come_before_its_run(app: App) -> None:
    """On a child that nobody has heard of: accepted at once, and joined to it when it comes."""
    root, child = uuid.uuid4(), uuid.uuid4()
    said = app.client.create_feedback(child, "early", score=0.5, extend_trace_retention=False)
    assert [one.id for one in app.feedback(child)] == [said.id]
    app.send(root, child)
    eventually(lambda: app.stats(child).get("early", {}).get("n"), lambda seen: seen == 1)
    found = app.client.read_feedback(said.id)
    assert (found.trace_id, found.session_id) == (root, app.project_id)


def test_feedback_on_a_project_is_its_own(app: App) -> None:
    """As evaluations give it: by the project's id, about no run."""
    said = app.client.create_feedback(project_id=app.project_id, key="overall", score=0.75)
    found = app.client.read_feedback(said.id)
    assert (found.run_id, found.session_id) == (None, app.project_id)
    listed = app.feedback(session=str(app.project_id), level="session")
    assert [one.id for one in listed] == [said.id]
    project = app.client.read_project(project_id=app.project_id, include_stats=True)
    assert (project.session_feedback_stats or {})["overall"]["avg"] == 0.75
    assert "overall" not in (project.feedback_stats or {})


def test_lists_are_whole(app: App) -> None:
    """The client pages by hundreds until a page is short."""
    root, _ = app.trace()
    given = [app.client.create_feedback(root, "many", score=number).id for number in range(130)]
    found = app.feedback(root, feedback_key=["many"])
    assert [one.id for one in found] == given[::-1]
    assert len(app.feedback(root, limit=5)) == 5
    by_project = app.feedback(session=str(app.project_id), feedback_key=["many"])
    assert {one.id for one in by_project} == set(given)


def test_tokens_give_feedback(app: App) -> None:
    """By the client, and by anyone who opens the address."""
    one = app.client.create_presigned_feedback_token(app.step, "thumb", expiration=dt.timedelta(hours=1))
    app.client.create_feedback_from_token(one.url, score=1, comment="by url", metadata={"from": "mail"})
    app.client.create_feedback_from_token(one.id, score=0, comment="by id")
    [given] = app.feedback(app.step, feedback_key=["thumb"])
    assert (given.score, given.comment, given.trace_id) == (0, "by id", app.root)
    several = app.client.create_presigned_feedback_tokens(app.step, ["left", "right"])
    for token in several:
        with urlopen(f"{token.url}?score=0.5&comment=clicked") as answer:  # noqa: S310 our own server's address
            assert answer.status == 200
    clicked = app.feedback(app.step, feedback_key=["left", "right"])
    assert sorted((one.key, one.score) for one in clicked) == [("left", 0.5), ("right", 0.5)]
    listed = list(app.client.list_presigned_feedback_tokens(app.step))
    assert {token.id for token in listed} == {one.id, *(token.id for token in several)}


def test_a_browser_may_use_a_token_from_another_page(app: App) -> None:
    """The server lets its question through, without a key."""
    token = app.client.create_presigned_feedback_token(app.step, "thumb")
    asked = Request(token.url, method="OPTIONS", headers={"Origin": "https://app.example"})  # noqa: S310 our own server
    with urlopen(asked) as answer:  # noqa: S310
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, "*")


def test_configurations_are_kept(app: App) -> None:
    """Made, listed, changed, deleted; one in the way is an error."""
    key = new_project("key")
    made = app.client.create_feedback_config(key, feedback_config={"type": "continuous", "min": 0, "max": 5})
    assert made.feedback_config == {"type": "continuous", "min": 0, "max": 5}
    changed = app.client.update_feedback_config(key, is_lower_score_better=True)
    assert changed.is_lower_score_better
    assert [one.feedback_key for one in app.client.list_feedback_configs(feedback_key=[key])] == [key]
    with pytest.raises(LangSmithError, match="another configuration"):
        app.client.create_feedback_config(key, feedback_config={"type": "freeform"})
    app.client.delete_feedback_config(key)
    assert list(app.client.list_feedback_configs(name_contains=key)) == []
