"""What strangers try with a link, sent byte by byte: nothing is read but what was shared, while it is shared."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from langsmith import Client, uuid7

from infra.local.server import RunningServer
from tests.contract.clients import new_project, run_or_none
from tests.contract.strangers import Answer, sent
from tests.contract.waiting import eventually

OURS, THEIRS = "marmalade", "quinceandpear"
OK, FORBIDDEN, NOT_FOUND = 200, 403, 404
OWN_HOST = ("host: {host}",)


class Link(NamedTuple):
    """A link, what its document hands over, and where it is."""

    url: str
    run: str
    token: str
    base: str
    query: str

    def ask(self, target: str, *, method: str = "GET", headers: tuple[str, ...] = (), version: str = "1.1") -> Answer:
        """What is answered to this target, as it is written."""
        return sent(self.url, target, method=method, headers=(*OWN_HOST, *headers), version=version)

    def file(self, name: str = "runs/0.json", **changed: str) -> str:
        """A signed file, with parts of its signature changed."""
        query = {key: values[0] for key, values in parse_qs(self.query).items()} | changed
        return f"{self.base}{name}?{urlencode(query)}"


class Pair(NamedTuple):
    """Two links: one's own, and one that one was not given."""

    ours: Link
    theirs: Link


def _link(server: RunningServer, client: Client, word: str) -> Link:
    run, now = uuid7(), dt.datetime.now(dt.UTC)
    client.create_run(
        "agent", {"q": word}, "chain", id=run, project_name=new_project("attacked"), start_time=now, end_time=now
    )
    eventually(lambda: run_or_none(client, run), lambda found: found is not None)
    token = client.share_run(run).partition("/public/")[2].partition("/")[0]
    page = eventually(lambda: httpx.get(f"{server.url}/public/{token}/r"), lambda answer: answer.status_code == OK)
    told: dict[str, Any] = json.loads(page.text.partition('id="shared">')[2].partition("</script>")[0])
    return Link(server.url, str(run), token, told["base"], told["query"])


@pytest.fixture
def pair(server: RunningServer, client: Client) -> Pair:
    """Fresh ones."""
    return Pair(_link(server, client, OURS), _link(server, client, THEIRS))


def _ways(pair: Pair) -> list[str]:
    """Ways from one's own folder to another's file, and to what lies beside all shares."""
    up = ["../../", "..%2f..%2f", "%2e%2e/%2e%2e/", "%2e%2e%2f%2e%2e%2f", "%2E%2E%2F%2E%2E%2F", "%252e%252e%252f" * 2]
    up += ["..%5c..%5c", "..\\..\\", "....//....//", ".%2e/.%2e/", "..;/..;/", "%c0%ae%c0%ae/" * 2, "..%00/..%00/", "/"]
    theirs = pair.theirs.base.removeprefix("/s/")
    targets = [f"{pair.ours.base}{way}{place}" for way in up for place in (f"{theirs}runs/0.json", "control.sqlite")]
    targets += [f"/s/{way}s/{theirs}runs/0.json" for way in up]
    targets += [f"{prefix}{pair.theirs.base}runs/0.json" for prefix in ("/.", "//", "/s/..", "/%2e", "/S/..")]
    return [f"{target}?{pair.ours.query}" for target in targets]


def test_no_way_leads_out_of_ones_own_folder(pair: Pair) -> None:
    """Dots and slashes, encoded once or twice, overlong, turned round: none reads another share, or the disk."""
    assert OURS.encode() in pair.ours.ask(pair.ours.file()).body
    for target in _ways(pair):
        answer = pair.ours.ask(target)
        assert answer.status != OK or b"<html" in answer.body, target
        assert THEIRS.encode() not in answer.body, target
        assert b"SQLite" not in answer.body, target


def test_a_name_that_is_almost_right_is_refused(pair: Pair) -> None:
    """Trailing dots, slashes and spaces, parameters, other cases, streams: one file has one address."""
    path = f"{pair.ours.base}runs/0.json"
    share = pair.ours.base.split("/")[2]
    tried = [f"{path}{end}" for end in (".", "/", "%20", "%00", ";a=1", "::$DATA", "%2e", "/.", "%0d%0a", "~", "%ff")]
    tried += [path.upper(), path.replace("runs", "RUNS"), path.replace(share, share.upper())]
    tried += [path.replace("/s/", "/S/"), path.replace("json", "j%73on")]
    tried += [path.replace("/runs/", way) for way in ("//runs/", "/./runs/", "/%2fruns/", "%2fruns/", "\\runs\\")]
    answers = {target: pair.ours.ask(f"{target}?{pair.ours.query}") for target in tried}
    assert {target for target, answer in answers.items() if OURS.encode() in answer.body} == set()
    below = [answer.status for target, answer in answers.items() if target.startswith("/s/")]
    assert set(below) == {FORBIDDEN}


def test_each_part_of_a_signature_counts_once(pair: Pair) -> None:
    """Twice, left out, of another's, in another case, behind a semicolon; what is no part of it is nobody's matter."""
    mine, base = pair.ours, f"{pair.ours.base}runs/0.json"
    theirs = {key: values[0] for key, values in parse_qs(pair.theirs.query).items()}
    tried = [f"{base}?{mine.query}&{name}={value}" for name, value in theirs.items()]
    tried += [f"{base}?{name}={value}&{mine.query}" for name, value in theirs.items()]
    tried += [mine.file(**{name: theirs[name]}) for name in ("Policy", "Signature")]
    tried += [f"{base}?{mine.query.replace('Policy', 'policy')}", f"{base}?{mine.query.replace('&', ';')}"]
    tried += [f"{base}?x=1%26{mine.query}", f"{base}%3F{mine.query}", f"{base}?{mine.query}&Expires=9999999999", base]
    assert {(target, mine.ask(target).status) for target in tried} == {(target, FORBIDDEN) for target in tried}
    assert mine.ask(f"{base}?{mine.query}&utm_source=mail").status == OK


def test_a_signature_is_for_one_host(pair: Pair) -> None:
    """Named otherwise, twice, with a wildcard, by the request line, or not at all as in HTTP/1.0."""
    target, url = pair.ours.file(), pair.ours.url
    hosts = ["evil.example", "*", "http*://*", "{host}.", "{host}@evil.example", "evil.example:80, {host}", ""]
    for host in hosts:
        assert OURS.encode() not in sent(url, target, headers=(f"host: {host}",)).body, host
    for version in ("1.0", "1.1"):
        answer = sent(url, target, version=version)
        assert answer.status in {0, 400, FORBIDDEN}, version
        assert OURS.encode() not in answer.body
    doubled = sent(url, target, headers=("host: evil.example", "host: {host}"))
    assert doubled.status != OK or OURS.encode() in doubled.body
    assert sent(url, f"http://evil.example{target}", headers=OWN_HOST).status != 500


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_page_that_names_no_host_is_refused_and_breaks_nothing(pair: Pair, version: str) -> None:
    """There is no address that its files could be signed for; a wildcard is none either."""
    page = f"/public/{pair.ours.token}/r"
    for headers in ((), ("host: *",), ("host: a/../b",), ("host:",)):
        answer = sent(pair.ours.url, page, headers=headers, version=version)
        assert answer.status in {0, 400, 422}, (headers, answer.head)
        assert OURS.encode() not in answer.body
    forged = sent(pair.ours.url, page, headers=(*OWN_HOST, "x-tracekeep-host: *"), version=version)
    assert forged.status == 422


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_a_link_is_only_read(pair: Pair, method: str) -> None:
    """By no method but GET and HEAD does a stranger get anything, change anything, or let another page read it."""
    targets = (pair.ours.file(), f"/public/{pair.ours.token}/r", f"/public/{pair.ours.token}/run")
    for target in targets:
        answer = pair.ours.ask(target, method=method, headers=("content-length: 0", "origin: https://evil.example"))
        assert answer.status >= 400 or answer.status in {0, 204}, (method, target, answer.head)
        assert OURS.encode() not in answer.body
        assert answer.header("access-control-allow-credentials") == ""
    assert OURS.encode() in pair.ours.ask(targets[0]).body


def test_another_site_may_not_read_a_link(pair: Pair) -> None:
    """No answer allows another origin, neither a file's nor the page's: whoever has a link opens it himself."""
    for target in (pair.ours.file(), f"/public/{pair.ours.token}/r", f"/public/{pair.ours.token}/sign"):
        answer = pair.ours.ask(target, headers=("origin: https://evil.example",))
        assert answer.status == OK
        assert answer.header("access-control-allow-origin") == ""


def test_what_is_taken_back_is_not_confirmed_either(pair: Pair, client: Client) -> None:
    """Neither as a part, nor as not modified, nor by its headers: by whatever whoever had it asks again."""
    mine = pair.ours
    parts = ["bytes=0-10", "bytes=-10", "bytes=0-0,-1"]
    asked: list[tuple[str, ...]] = [("range: " + part,) for part in parts]
    asked += [("if-none-match: *",), ('if-none-match: "x"', "if-modified-since: Sat, 21 Nov 2126 00:00:00 GMT")]
    asked += [("if-match: *",), ("if-range: *", "range: bytes=0-"), ("cache-control: only-if-cached",)]
    before = [mine.ask(mine.file(), headers=headers) for headers in asked]
    assert {answer.status for answer in before} <= {OK, 206, 304, 412}
    client.unshare_run(mine.run)
    eventually(lambda: mine.ask(mine.file()).status, lambda status: status == FORBIDDEN)
    for method in ("GET", "HEAD"):
        for headers in asked:
            answer = mine.ask(mine.file(), method=method, headers=headers)
            page = mine.ask(f"/public/{mine.token}/r", method=method, headers=headers)
            assert (answer.status, page.status) == (FORBIDDEN, NOT_FOUND), (method, headers)
            assert answer.header("etag") == page.header("etag") == ""
            assert OURS.encode() not in answer.body + page.body


def test_a_token_has_one_place_in_an_address(pair: Pair) -> None:
    """Not half of one, not behind an encoded slash, not as a wildcard: what is no link is answered as no link."""
    token = pair.ours.token
    tried = [f"/public/{token}%252Fr", f"/public/%2e/{token}/r", f"/public/x/../{token}/r", f"/public/{token}%00/r"]
    tried += [f"/public/{token[:18]}*/r", f"/public/{token}%20/r", f"/public/{token},{pair.theirs.token}/r"]
    tried += [f"/public/{token[:-1]}_/r", f"/public//{token}/r", f"/public/{token};/r", f"/public/?token={token}"]
    for target in tried:
        answer = pair.ours.ask(target)
        assert answer.status != OK, target
        assert OURS.encode() not in answer.body, target
