"""The unmodified langsmith client traces into a laptop's server, and reads its traces back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from langsmith import Client, traceable, tracing_context
from langsmith.run_helpers import get_current_run_tree
from langsmith.schemas import Attachment, Run
from langsmith.utils import LangSmithNotFoundError

from infra.local.server import RunningServer, running_server
from shared.base.units import S_PER_DAY

T = TypeVar("T")
PATIENCE_S = 20
PROJECT = "contract"

pytestmark = [
    pytest.mark.clients,
    # The v1 methods still work until 2027, and applications still call them.
    pytest.mark.filterwarnings("ignore::langsmith._internal._beta_decorator.LangSmithDeprecationWarning"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server for the tests that do not end it."""
    with running_server(tmp_path_factory.mktemp("laptop") / "kept") as running:
        yield running


def _client(server: RunningServer) -> Client:
    return Client(api_url=server.endpoint, api_key=server.api_key)


def _soon(read: Callable[[], T | None]) -> T:
    """What `read` gives once it gives something: recording takes a moment."""
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        found = read()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"nothing to read after {PATIENCE_S} s")


def _ended(client: Client, run_id: object) -> Callable[[], Run | None]:
    def read() -> Run | None:
        try:
            run = client.read_run(str(run_id), load_child_runs=True)
        except LangSmithNotFoundError:
            return None
        return run if run.end_time else None

    return read


def _trace(client: Client, question: str) -> str:
    """A trace of an agent that uses a tool; the id of its root."""
    ids: list[str] = []

    @traceable(run_type="tool", client=client)
    def search(query: str) -> dict[str, Any]:
        return {"found": query}

    @traceable(client=client, tags=["contract"], metadata={"customer": "c1"})
    def agent(question: str) -> str:
        tree = get_current_run_tree()
        assert tree is not None
        ids.append(str(tree.id))
        search(question)
        return "done"

    with tracing_context(enabled=True, project_name=PROJECT, client=client):
        agent(question)
    return ids[0]


def test_a_traced_function_reads_back_whole(server: RunningServer) -> None:
    """Inputs, outputs, tags, metadata, status and the tree are as they were traced."""
    client = _client(server)
    run_id = _trace(client, "grüße")
    client.flush()
    run = _soon(_ended(client, run_id))
    assert (run.name, run.status, run.inputs, run.outputs) == (
        "agent",
        "success",
        {"question": "grüße"},
        {"output": "done"},
    )
    assert run.tags == ["contract"]
    assert run.metadata["customer"] == "c1"
    assert [(child.name, child.run_type, child.outputs) for child in run.child_runs or []] == [
        ("search", "tool", {"found": "grüße"})
    ]
    listed = {str(one.id) for one in client.list_runs(project_name=PROJECT, is_root=True)}
    assert run_id in listed


def test_an_attachment_comes_back_through_its_signed_link(server: RunningServer) -> None:
    """The client downloads it without a key, while it builds the run."""
    client = _client(server)
    ids: list[str] = []

    @traceable(client=client, dangerously_allow_filesystem=False)
    def look(picture: Attachment) -> str:
        tree = get_current_run_tree()
        assert tree is not None
        ids.append(str(tree.id))
        return "seen"

    with tracing_context(enabled=True, project_name=PROJECT, client=client):
        look(Attachment(mime_type="image/png", data=b"\x00\xffpng"))
    client.flush()
    run = _soon(_ended(client, ids[0]))
    attachments: dict[str, Any] = dict(run.attachments or {})
    assert attachments.keys() == {"picture"}
    assert attachments["picture"]["reader"].read() == b"\x00\xffpng"


def test_what_has_expired_is_unreadable_at_once_and_gone_after_the_job(tmp_path: Path) -> None:
    """After 14 days the run is not found, though its rows are still there; `expire` then deletes them."""
    with running_server(tmp_path / "kept") as server:
        client = _client(server)
        run_id = _trace(client, "old")
        client.flush()
        _soon(_ended(client, run_id))
        server.advance(14 * S_PER_DAY)
        with pytest.raises(LangSmithNotFoundError):
            client.read_run(run_id)
        server.advance(2 * S_PER_DAY)
        assert server.local("POST", "jobs/expire")["did"]["traces"] > 0


def test_kill_9_while_clients_send_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The client retries what was not acknowledged; all traces are there, each once."""
    sent: list[str] = []
    half = threading.Event()
    with running_server(tmp_path / "kept") as server:
        client = _client(server)

        def send() -> None:
            for number in range(200):
                sent.append(_trace(client, str(number)))
                if number == 100:
                    half.set()

        sender = threading.Thread(target=send)
        sender.start()
        assert half.wait(PATIENCE_S)
        server.kill9()
        server.start()
        sender.join()
        client.flush()
        _soon(lambda: _is_idle(server))
        roots = [str(run.id) for run in client.list_runs(project_name=PROJECT, is_root=True)]
        every = [str(run.id) for run in client.list_runs(project_name=PROJECT)]
    assert sorted(roots) == sorted(sent)
    assert len(every) == len(set(every)) == 2 * len(sent)


def _is_idle(server: RunningServer) -> bool:
    queue = server.local("GET", "queue")
    assert queue["dead"] == 0
    return not (queue["waiting"] or queue["delayed"] or queue["in_flight"])
