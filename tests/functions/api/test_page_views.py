"""Links to the API's own domain: a person comes to the page, a client to its call."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from functions.api.app import build
from tests.api_room import SETTINGS, Answered, ApiRoom

PAGE = "https://traces.example.com"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A room that knows where the page is."""
    room = ApiRoom(tmp_path)
    room.handler = build(dataclasses.replace(SETTINGS, page_url=PAGE), room.store, room.clock)
    return room


def _navigated(room: ApiRoom, path: str = "/settings", **query: object) -> Answered:
    return room.ask_for("GET", path, None, None, query, BROWSER)


def test_a_browser_is_led_to_the_page(room: ApiRoom) -> None:
    """To the same view, with what its address says; without a key, and kept by nobody."""
    answer = _navigated(room, tab="shared")
    assert (answer.status, answer.headers["location"]) == (302, f"{PAGE}/settings?tab=shared")
    assert answer.headers["cache-control"] == "no-store"
    assert _navigated(room).headers["location"] == f"{PAGE}/settings"


def test_a_client_gets_its_answer(room: ApiRoom) -> None:
    """By whichever prefix; and so does who says nothing of what it takes."""
    for path in ("/settings", "/api/settings", "/api/v1/settings"):
        assert room.get(path).json["display_name"] == "ours"


def test_other_paths_are_the_apis_alone(room: ApiRoom) -> None:
    """Also for a browser: under a prefix, and where no view is."""
    for path in ("/api/v1/settings", "/sessions", "/settings/x"):
        assert _navigated(room, path).status != 302
    assert room.ask_for("POST", "/settings", {}, None, headers=BROWSER).status != 302


def test_where_there_is_one_domain_nobody_is_led(tmp_path: Path) -> None:
    """On the laptop."""
    assert _navigated(ApiRoom(tmp_path)).status == 401
