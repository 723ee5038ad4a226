"""A browser's session over a running server: a cookie jar, and no key after the first request."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from infra.local.server import RunningServer

PAGE = {"X-Tracekeep-Page": "1"}


@pytest.fixture
def browser(server: RunningServer) -> Iterator[httpx.Client]:
    """A client that keeps cookies, as a page of the server's own would use it."""
    with httpx.Client(base_url=server.endpoint, headers=PAGE | {"Origin": server.url}) as client:
        yield client


def test_sign_in_ask_and_sign_out(server: RunningServer, browser: httpx.Client) -> None:
    """The printed key opens a session, the jar carries it, and signing out takes it from jar and server."""
    assert browser.get("/me").status_code == 401
    signed_in = browser.post("/sign-in", json={"api_key": server.api_key})
    assert signed_in.json()["server"] | {"now": ""} == browser.get("/me").json()["server"] | {"now": ""}
    assert signed_in.json()["server"]["is_local"] is True
    assert signed_in.json()["server"]["endpoint"] == server.endpoint
    cookie = browser.cookies["tracekeep_session"]
    assert browser.post("/runs/query", json={"trace": signed_in.json()["tenant_id"]}).status_code == 200
    assert browser.post("/sign-out").status_code == 200
    assert "tracekeep_session" not in browser.cookies
    assert httpx.get(f"{server.endpoint}/me", cookies={"tracekeep_session": cookie}).status_code == 401


def test_a_restart_signs_nobody_out(own_server: RunningServer) -> None:
    """Sessions are kept where keys are."""
    with httpx.Client(base_url=own_server.endpoint, headers=PAGE) as browser:
        browser.post("/sign-in", json={"api_key": own_server.api_key})
        own_server.restart()
        assert browser.get("/me").json()["session"] is not None


def test_a_page_of_another_port_is_not_ours(server: RunningServer, browser: httpx.Client) -> None:
    """Cookies do not know ports: what another local page sends comes with our cookie, and is refused."""
    browser.post("/sign-in", json={"api_key": server.api_key})
    other = {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"}
    assert browser.post("/sessions", json={"name": "forged"}, headers=other).status_code == 403
    assert browser.get("/sessions", headers={"Sec-Fetch-Site": "same-site"}).status_code == 403


def test_ingest_takes_no_cookie(server: RunningServer, browser: httpx.Client) -> None:
    """Traces are sent with keys; a cookie alone sends none."""
    browser.post("/sign-in", json={"api_key": server.api_key})
    assert browser.post("/runs/batch", json={"post": []}).status_code == 401
