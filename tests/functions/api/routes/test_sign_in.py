"""Signing in with a key, being signed in by a cookie, and signing out."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from shared.base.units import S_PER_DAY, US_PER_DAY
from tests.api_room import Answered, ApiRoom
from tests.api_traces import iso
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US

PAGE = {"x-tracekeep-page": "1", "sec-fetch-site": "same-origin", "origin": "http://traces.example:1984"}


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A fresh room."""
    return ApiRoom(tmp_path)


def signed_in(room: ApiRoom, body: Any, headers: dict[str, str] | None = None) -> Answered:  # noqa: ANN401 any JSON
    """What signing in with this body answers."""
    return room.ask_for("POST", "/api/v1/sign-in", body, None, headers={**PAGE, **(headers or {})})


def by_cookie(room: ApiRoom, method: str, path: str, cookie: str, body: object = None) -> Answered:
    """Ask as the page does."""
    return room.ask_for(method, path, body, None, headers={**PAGE, "cookie": cookie})


def test_a_key_opens_a_session(room: ApiRoom) -> None:
    """The answer is that of `GET /me`, then and later; the cookie is out of reach of scripts and other sites."""
    answer = signed_in(room, {"api_key": f" {room.key}\n"})
    cookie, *rest = answer.headers["set-cookie"].split("; ")
    assert rest == ["HttpOnly", "SameSite=Strict", "Path=/", f"Max-Age={30 * S_PER_DAY}"]
    assert answer.json == by_cookie(room, "GET", "/me", cookie).json
    assert answer.json["session"] == {"expires_at": "2026-12-20T12:00:00Z"}
    assert answer.headers["cache-control"] == "no-store"
    assert cookie.partition("=")[2] not in answer.text


def test_over_https_the_cookie_stays_there(room: ApiRoom) -> None:
    """`Secure` where the request came so; on a laptop browsers would drop such a cookie."""
    event = room.event("POST", "/sign-in", {"api_key": room.key}, None, PAGE)
    event["headers"]["x-forwarded-proto"] = "https"
    [cookie] = room.handler(event, None)["cookies"]
    assert cookie.endswith("; Secure")


def test_the_cookie_travels_as_api_gateway_carries_it(room: ApiRoom) -> None:
    """Payload 2.0 has cookies in a list beside the headers, on both ways; ours is found among others."""
    cookie = room.sign_in()
    event = room.event("GET", "/me", None, None, {"cookie": f"theme=dark; {cookie}; seen=1"})
    assert event["cookies"] == ["theme=dark", cookie, "seen=1"]
    assert "cookie" not in event["headers"]
    result = room.handler(event, None)
    assert (result["statusCode"], "cookies" in result) == (200, False)


def test_a_session_writes_and_reads_as_its_key(room: ApiRoom) -> None:
    """With the page's header; the project is in the key's workspace."""
    cookie = room.sign_in()
    made = by_cookie(room, "POST", "/sessions", cookie, {"name": "by page"})
    assert made.status == 200
    assert room.get(f"/sessions/{made.json['id']}").json["name"] == "by page"


def test_behind_a_cdn_the_pages_host_is_the_one_that_was_asked(room: ApiRoom) -> None:
    """CloudFront asks the API by the API's own name, and says by which one it was asked."""
    headers = {**PAGE, "origin": "https://traces.corp", "cookie": room.sign_in()}
    asked = {"method": "POST", "path": "/sessions", "body": {"name": "x"}, "key": None}
    assert room.ask_for(**asked, headers=headers).status == 403  # type: ignore[arg-type]
    forwarded = {**headers, "x-tracekeep-host": "traces.corp"}
    assert room.ask_for(**asked, headers=forwarded).status == 200  # type: ignore[arg-type]


def test_signing_out_ends_the_session_and_takes_the_cookie_away(room: ApiRoom) -> None:
    """At once; who is signed out already may say it again, and so may who never was in."""
    cookie = room.sign_in()
    answer = by_cookie(room, "POST", "/sign-out", cookie)
    assert (answer.status, answer.headers["set-cookie"].split("; ")[:1]) == (200, ["tracekeep_session="])
    assert "Max-Age=0" in answer.headers["set-cookie"]
    refused = by_cookie(room, "GET", "/me", cookie)
    assert (refused.status, "sign in again" in refused.json["detail"]) == (401, True)
    assert by_cookie(room, "POST", "/sign-out", cookie).status == 200
    assert room.ask_for("POST", "/sign-out", None, None, headers=PAGE).status == 200


def test_other_sessions_of_the_key_go_on(room: ApiRoom) -> None:
    """Signing out here signs nobody out there."""
    here, there = room.sign_in(), room.sign_in()
    by_cookie(room, "POST", "/sign-out", here)
    assert by_cookie(room, "GET", "/me", there).status == 200


def test_revoking_the_key_ends_its_sessions(room: ApiRoom) -> None:
    """The cookie of a revoked key says so."""
    made = room.post("/api-key", {}).json
    cookie = room.sign_in(made["key"])
    assert by_cookie(room, "GET", "/me", cookie).status == 200
    room.ask_for("DELETE", f"/api-key/{made['id']}")
    refused = by_cookie(room, "GET", "/me", cookie)
    assert (refused.status, "revoked" in refused.json["detail"]) == (401, True)


def test_a_key_that_ends_soon_opens_a_session_that_ends_with_it(room: ApiRoom) -> None:
    """The cookie lasts as long as the key."""
    key = room.post("/api-key", {"expires_at": iso(NOON_US + US_PER_DAY)}).json["key"]
    answer = signed_in(room, {"api_key": key})
    assert f"Max-Age={S_PER_DAY}" in answer.headers["set-cookie"]
    room.clock.advance(S_PER_DAY)
    assert by_cookie(room, "GET", "/me", answer.headers["set-cookie"].partition(";")[0]).status == 401


def test_a_wrong_key_signs_nobody_in_and_is_logged(room: ApiRoom, caplog: pytest.LogCaptureFixture) -> None:
    """401 and no cookie; the log has where it came from, and not the text."""
    with caplog.at_level(logging.WARNING):
        answer = signed_in(room, {"api_key": "lsv2_pt_wrong"})
    assert (answer.status, "set-cookie" in answer.headers) == (401, False)
    [record] = [record for record in caplog.records if record.getMessage() == "sign-in refused"]
    assert record.__dict__["source_ip"] == "127.0.0.1"
    assert "lsv2_pt_wrong" not in repr(record.__dict__)


@pytest.mark.parametrize(
    "body", [{}, {"api_key": ""}, {"api_key": 7}, {"api_key": None}, {"api_key": "\ud800"}, [], b"{", b""]
)
def test_what_is_no_key_is_refused_by_name(room: ApiRoom, body: object) -> None:
    """422, and no cookie."""
    answer = signed_in(room, body)
    assert (answer.status, "set-cookie" in answer.headers) == (422, False)


def test_another_page_cannot_sign_a_browser_in(room: ApiRoom) -> None:
    """Or what is done there would be seen by whose key it is."""
    answer = signed_in(room, {"api_key": room.key}, {"origin": "https://evil.example"})
    assert (answer.status, "set-cookie" in answer.headers) == (403, False)


def test_a_key_in_a_header_goes_before_the_cookie(room: ApiRoom) -> None:
    """A right key needs no page, and a wrong or empty one is not made good by a cookie."""
    cookie = {"cookie": room.sign_in()}
    assert room.ask_for("POST", "/sessions", {"name": "by key"}, headers=cookie).status == 200
    assert room.ask_for("GET", "/me", None, None, headers={**cookie, "x-api-key": ""}).status == 401
    assert room.ask_for("GET", "/me", None, "lsv2_pt_wrong", headers=cookie).status == 401


def test_a_cookie_that_was_never_given_opens_nothing(room: ApiRoom) -> None:
    """Whatever is in it; a session's hash is no session."""
    row_key = room.sign_in().partition("=")[2]
    for value in ("", "x", "é", "A" * 43, f"{row_key}x"):
        assert room.ask_for("GET", "/me", None, None, headers={"cookie": f"tracekeep_session={value}"}).status == 401


def test_a_session_is_of_one_workspace(room: ApiRoom) -> None:
    """As with a key, naming another workspace is refused, and its own is taken."""
    headers = {**PAGE, "cookie": room.sign_in()}
    other = room.ask_for("GET", "/me", None, None, headers={**headers, "x-tenant-id": uuid7(NOON_US)})
    own = room.ask_for("GET", "/me", None, None, headers={**headers, "x-tenant-id": WORKSPACE})
    assert (other.status, own.status) == (403, 200)


def test_me_is_all_that_the_page_needs_to_begin(room: ApiRoom) -> None:
    """Key, workspace, organization, what it may do, and what server this is."""
    me = room.get("/me").json
    assert me["workspace"]["display_name"] == "ours"
    assert me["session"] is None
    assert me["organization"]["id"] == room.get("/orgs/current").json["id"]
    assert me["server"] == {
        "version": "0.1.0",
        "is_local": False,
        "endpoint": "http://traces.example:1984/api/v1",
        "now": "2026-11-20T12:00:00Z",
        "retention_days": {"base": 14, "extended": 400},
        "allowed_networks": [],
        "limits": {"answer_bytes": 6_291_556, "batch_bytes": 2_500_000},
    }
