"""A running Tracekeep, and the clients' own ways of reaching it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from langsmith import Client

from infra.local.server import RunningServer, running_server
from tests.contract.clients import forget_environment, open_client

HERE = Path(__file__).parent
# v1 reads are deprecated in the client, and still what most applications call.
DEPRECATED = "ignore::langsmith._internal._beta_decorator.LangSmithDeprecationWarning"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder talks to a server as a client does."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.clients)
            item.add_marker(pytest.mark.filterwarnings(DEPRECATED))


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the developer's own reaches the clients, and none that a test made outlives it."""
    for name in os.environ:
        if name.startswith(("LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)
    forget_environment()
    yield
    forget_environment()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests that leave its time and its process alone; each uses projects of its own."""
    with running_server(tmp_path_factory.mktemp("tracekeep") / "data") as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server of the test's own, which it may kill or send into the future."""
    with running_server(tmp_path / "data") as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    """The Python client with its defaults: batches, multipart, zstd."""
    with open_client(server.endpoint, server.api_key) as opened:
        yield opened
