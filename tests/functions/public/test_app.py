"""The page of a shared link, and what stands where there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from shared.base.units import US_PER_S
from shared.sharing.settings import SharingSettings
from shared.sharing.token import hash_of
from shared.store import keys
from shared.store.rows import item_of
from tests.public_room import OTHER_TOKEN, TOKEN, PublicRoom
from tests.stores import NOON_US

PAGE = f"/public/{TOKEN}/r"
EVERY_ROUTE = [
    ("GET", "/public/{}/r"),
    ("GET", "/public/{}/sign"),
    ("GET", "/public/{}/card.png"),
    ("GET", "/public/{}/download/trace.md"),
    ("GET", "/public/{}/run"),
    ("GET", "/public/{}/feedbacks"),
    ("POST", "/public/{}/runs/query"),
    ("GET", "/public/{0}/runsshare_token={0}"),
    ("POST", "/api/v2/public/{}/runs/query"),
]


def test_the_first_answer_holds_the_content(room: PublicRoom) -> None:
    """Title, figures, what is hidden and until when, the tree as lists, and the root's input and output: no script."""
    page = room.get(PAGE)
    assert page.status == 200
    for text in ("agent", "OK", "2.00 s", "8 runs", "Shared 20 Nov · expires in 6 days · 3 fields redacted", "42"):
        assert text in page.text, text
    nav = page.text.partition("<nav")[2].partition("</nav>")[0]
    assert nav.count("<li>") == nav.count("</li>") == 8
    assert nav.count("<ol>") == nav.count("</ol>") == 6
    assert "1 run failed" in page.text


def test_what_a_trace_holds_is_no_markup(room: PublicRoom) -> None:
    """Names and payloads are text, wherever they stand."""
    text = room.get(PAGE).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "answer <b>" not in text
    assert "answer &lt;b&gt;" in text


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_left_behind(room: PublicRoom) -> None:
    """No cookie, no other host, nothing inline that runs, no index, no referrer, no copy in a cache."""
    page = room.get(PAGE)
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page.text) == [
        *("/favicon.svg", "/shared.css", "/shared.js")
    ]
    assert set(re.findall(r'https?://([^/"\s]+)', page.text)) <= {"localhost:1984"}
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page.text) == []


def test_a_link_preview_says_what_the_page_says(room: PublicRoom) -> None:
    """Title, figures and a picture, by Open Graph and for Twitter."""
    text = room.get(PAGE).text
    assert '<meta property="og:title" content="agent">' in text
    assert '<meta property="og:description" content="OK · 2.00 s · 8 runs' in text
    assert f'<meta property="og:image" content="http://localhost:1984/public/{TOKEN}/card.png">' in text
    assert '<meta name="twitter:card" content="summary_large_image">' in text


def test_a_link_to_a_run_shows_that_run(room: PublicRoom) -> None:
    """Its input and output stand in the first answer; a run of another trace is none, and the root stands there."""
    run = room.ids[4]
    text = room.get(f"{PAGE}?run={run}").text
    assert "number 4:" in text
    assert "number 0:" not in text
    assert f'<a href="?run={run}" aria-current="true">' in text
    assert "number 0:" in room.get(f"{PAGE}?run=019abf3c-0000-7000-8000-000000000000").text


def test_a_large_trace_begins_in_the_document_and_says_how_it_goes_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Sixty rows of it, well-formed, and how many there are beyond."""
    large = PublicRoom(tmp_path_factory.mktemp("large"), runs=200)
    nav = large.get(PAGE).text.partition("<nav")[2].partition("</nav>")[0]
    assert nav.count("<li>") == nav.count("</li>") == 60
    assert "140 more runs below" in nav


def test_a_page_is_light(room: PublicRoom) -> None:
    """A document comes compressed to who takes it."""
    page = room.ask("GET", PAGE, headers={"accept-encoding": "gzip, br"})
    assert page.headers["content-encoding"] == "gzip"
    assert "Shared 20 Nov" in page.text


def test_a_head_asks_for_the_headers_and_is_no_view(room: PublicRoom) -> None:
    """What link checkers send."""
    assert room.ask("HEAD", PAGE).status == 200
    assert room.views() == 0
    room.get(PAGE)
    assert room.views() == 1


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
def test_what_is_not_shared_is_answered_alike(room: PublicRoom, method: str, path: str) -> None:
    """Unknown, malformed, revoked, ended, switched off: byte for byte the same, on every route."""
    assert room.ask(method, path.format(TOKEN)).status in {200, 302}
    answers = [room.ask(method, path.format(token)) for token in (OTHER_TOKEN, "x", TOKEN[:-1], f"{TOKEN[:-1]}1")]
    room.keep(replace(room.share, is_revoked=True, revoked_us=NOON_US))
    answers.append(room.ask(method, path.format(TOKEN)))
    room.keep(replace(room.share, expires_us=NOON_US - US_PER_S))
    answers.append(room.ask(method, path.format(TOKEN)))
    room.keep(replace(room.share, revision=""))
    answers.append(room.ask(method, path.format(TOKEN)))
    room.keep(room.share)
    for scope in ("w", "o"):
        room.store.control.put([item_of(keys.share_settings(scope), SharingSettings(is_off=True))])
        answers.append(room.ask(method, path.format(TOKEN)))
        room.store.control.put([item_of(keys.share_settings(scope), SharingSettings())])
    assert {one.status for one in answers} == {404}
    assert len({(one.body, tuple(sorted(one.headers.items()))) for one in answers}) == 1
    assert room.ask(method, path.format(TOKEN)).status in {200, 302}


def test_files_that_were_deleted_in_between_are_not_there(room: PublicRoom) -> None:
    """The same answer, not a failure."""
    room.store.snapshots.delete(list(room.store.snapshots.list(room.share.folder)))
    assert room.get(PAGE).status == 404
    assert room.get(PAGE).body == room.get(f"/public/{OTHER_TOKEN}/r").body


def test_a_token_is_looked_up_by_its_hash_alone(room: PublicRoom) -> None:
    """In whatever case it is written; the hash itself opens nothing."""
    assert room.get(f"/public/{TOKEN.upper()}/r").status == 200
    assert room.get(f"/public/{hash_of(TOKEN)}/r").status == 404


def test_a_signature_is_short_and_for_this_revision(room: PublicRoom) -> None:
    """Five minutes, and no longer than the share lives."""
    signed = room.get(f"/public/{TOKEN}/sign").json
    assert signed["base"] == "/s/share-one/1/"
    assert signed["until_s"] == NOON_US // US_PER_S + 300
    room.keep(replace(room.share, expires_us=NOON_US + 10 * US_PER_S))
    assert room.get(f"/public/{TOKEN}/sign").json["until_s"] == NOON_US // US_PER_S + 10


def test_downloads_lead_to_a_signed_file(room: PublicRoom) -> None:
    """One of those that a snapshot has for it, and no other."""
    found = room.get(f"/public/{TOKEN}/download/trace.md")
    assert found.status == 302
    assert found.headers["location"].startswith("http://localhost:1984/s/share-one/1/trace.md?Policy=")
    assert room.get(f"/public/{TOKEN}/download/head.json").status == 404


def test_a_host_that_is_none_is_refused(room: PublicRoom) -> None:
    """Nothing is signed for a text that could be more than a host."""
    asked = room.ask("GET", f"/public/{TOKEN}/sign", headers={"x-tracekeep-host": "a/*?"})
    assert asked.status == 422


def test_who_came_by_the_apis_own_domain_is_led_to_the_pages(tmp_path: Path) -> None:
    """Pages of links, and views, with their query; programs are answered where they ask, and signatures fit."""
    room = PublicRoom(tmp_path, page_url="https://traces.example.com")
    led = room.get(f"{PAGE}?run=x")
    assert (led.status, led.headers["location"]) == (302, f"https://traces.example.com{PAGE}?run=x")
    assert room.get(f"/public/{TOKEN}/run").status == 200
    through = {"x-tracekeep-host": "traces.example.com"}
    assert room.ask("GET", PAGE, headers=through).status == 200
    location = room.ask("GET", f"/public/{TOKEN}/download/trace.md", headers=through).headers["location"]
    assert location.startswith("https://traces.example.com/s/share-one/1/trace.md?")
    view = room.led("GET /o/{path+}", "//evil.example/o/w", "a=b")
    assert view.headers["location"] == "https://traces.example.com/evil.example/o/w?a=b"
