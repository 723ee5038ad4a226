"""The page in a real browser, at a server that has the sample traces; what a console says fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from langsmith import Client
from playwright.sync_api import Browser, Page, StorageState

from infra.browser import WIDE, Look, NoBrowser, open_context, running_browser, sign_in
from infra.local.samples.sending import Size
from infra.local.server import RunningServer, running_server
from infra.sample_pages import SamplePages, send_samples
from tests.browser.watching import Watched
from tests.contract.clients import forget_environment, open_client

HERE = Path(__file__).parent
DEPRECATED = "ignore::langsmith._internal._beta_decorator.LangSmithDeprecationWarning"
_SIZE = Size(conversations=24, refunds=28, questions=60, reports=12, loop_runs=601)

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder needs a browser, and talks to its server with the real client."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings(DEPRECATED))


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> Iterator[None]:
    """No setting of the developer's own reaches the client."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("LANGSMITH_", "LANGCHAIN_")):
                patch.delenv(name)
        forget_environment()
        yield
    forget_environment()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests that only look, or add what no other test counts."""
    with running_server(tmp_path_factory.mktemp("browser") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def client(server: RunningServer) -> Iterator[Client]:
    """The real client, at that server."""
    with open_client(server.endpoint, server.api_key) as opened:
        yield opened


@pytest.fixture(scope="session")
def samples(server: RunningServer, client: Client) -> SamplePages:
    """The sample traces, readable."""
    return send_samples(server, client, _SIZE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file of tests: tests of other folders run loops of their own, which Playwright's would stop."""
    with ExitStack() as held:
        try:
            running = held.enter_context(running_browser())
        except NoBrowser as missing:
            pytest.skip(str(missing))
        yield running


@pytest.fixture(scope="module")
def signed_in(browser: Browser, server: RunningServer) -> StorageState:
    """What a browser keeps of somebody who signed in."""
    return sign_in(browser, server)


@pytest.fixture
def watched() -> Iterator[Watched]:
    """What went wrong in this test's browsers: nothing may, but what the test allows."""
    watching = Watched()
    yield watching
    assert watching.troubles == []


@pytest.fixture
def open_page(browser: Browser, server: RunningServer, watched: Watched) -> Iterator[OpenPage]:
    """Opens a page in a browser of its own: `open_page(look, who is signed in, at which server)`."""
    with ExitStack() as held:

        def open_one(look: Look = WIDE, who: StorageState | None = None, at: RunningServer = server) -> Page:
            context = open_context(browser, at, look, who)
            held.callback(context.close)
            watched.listen(context, at.url)
            return context.new_page()

        yield open_one


@pytest.fixture
def page(open_page: OpenPage, signed_in: StorageState, samples: SamplePages) -> Page:
    """A wide page, signed in, at the server with the samples."""
    return open_page(WIDE, signed_in)
