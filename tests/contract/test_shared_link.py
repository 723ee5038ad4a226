"""A shared link as strangers meet it: what is shared, nothing else whatever they try, nothing once it is taken back."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from langsmith import Client, uuid7

from infra.local.server import RunningServer
from tests.contract.clients import new_project, run_or_none
from tests.contract.waiting import eventually

WORD = "marmalade"
FORBIDDEN, NOT_FOUND = 403, 404


class Link(NamedTuple):
    """A link, and what its document hands over."""

    run: str
    token: str
    base: str
    query: str


@pytest.fixture
def nobody(server: RunningServer) -> Iterator[httpx.Client]:
    """Who asks without a key or a cookie."""
    with httpx.Client(base_url=server.url) as http:
        yield http


def _shared(client: Client, nobody: httpx.Client) -> Link:
    """A trace of the test's own, shared, once its page can be seen."""
    run = uuid7()
    now = dt.datetime.now(dt.UTC)
    client.create_run(
        "agent", {"question": WORD}, "chain", id=run, project_name=new_project("shared"), start_time=now, end_time=now
    )
    eventually(lambda: run_or_none(client, run), lambda found: found is not None)
    token = client.share_run(run).partition("/public/")[2].partition("/")[0]
    page = eventually(lambda: nobody.get(f"/public/{token}/r"), lambda answer: answer.status_code == httpx.codes.OK)
    told: dict[str, Any] = json.loads(page.text.partition('id="shared">')[2].partition("</script>")[0])
    return Link(str(run), token, told["base"], told["query"])


def _part(link: Link, name: str = "trace.json", **changed: str) -> str:
    """The address of a file, with parts of its signature changed."""
    query = {name: values[0] for name, values in parse_qs(link.query).items()} | changed
    return f"{link.base}{name}?{urlencode(query)}"


def test_a_link_shows_its_trace_to_nobody_in_particular(client: Client, nobody: httpx.Client) -> None:
    """The page's first answer, each of its files and the public API hold it; no answer leaves a cookie."""
    link = _shared(client, nobody)
    page = nobody.get(f"/public/{link.token}/r")
    assert WORD in page.text
    assert WORD in nobody.get(_part(link, "runs/0.json")).text
    assert nobody.get(f"/api/v1/public/{link.token}/run").json()["inputs"] == {"question": WORD}
    for path in ("trace.ndjson", "trace.md"):
        answer = nobody.get(f"/public/{link.token}/download/{path}", follow_redirects=True)
        assert WORD in answer.text
    assert nobody.get(f"/public/{link.token}/card.png").content.startswith(b"\x89PNG")
    assert not nobody.cookies


def test_tokens_are_not_guessed(client: Client, nobody: httpx.Client) -> None:
    """Guessed, cut, altered, another's hash, other spellings that are none: there is nothing, in the same words."""
    token = _shared(client, nobody).token
    tried = [
        str(uuid.uuid4()),
        token[:-1],
        f"{token}0",
        token[::-1],
        token.replace("-", "%2D", 1) + "x",
        "*",
        "%00",
        "r",
    ]
    tried += [token[:-1] + ("0" if token[-1] != "0" else "1"), "' OR 1=1", "null"]
    answers = [nobody.get(f"/public/{one}/r") for one in tried]
    assert {answer.status_code for answer in answers} == {NOT_FOUND}
    assert len({answer.content for answer in answers}) == 1


def test_signatures_are_not_forged(client: Client, nobody: httpx.Client) -> None:
    """Unsigned, altered, cut, widened, with another's name, with one's own for another's: forbidden."""
    mine, theirs = _shared(client, nobody), _shared(client, nobody)
    assert nobody.get(_part(mine)).status_code == httpx.codes.OK
    policy = parse_qs(mine.query)["Policy"][0]
    tried = [f"{mine.base}trace.json", _part(mine, Signature=parse_qs(theirs.query)["Signature"][0])]
    tried += [_part(mine, Policy=policy[:-4]), _part(mine, **{"Key-Pair-Id": "K2JCJMDEHXQW5F"})]
    tried += [_part(mine, **{"Hash-Algorithm": "SHA1"}), f"{theirs.base}trace.json?{mine.query}"]
    outside = theirs.base.replace("/s/", "", 1)
    tried += [f"{mine.base}{way}{outside}trace.json?{mine.query}" for way in ("../../", "%2e%2e/%2e%2e/", "..%2f..%2f")]
    tried += [f"/s/{name}?{mine.query}" for name in ("", "*", "objects.secret", "../control.sqlite")]
    assert {(path, _raw(nobody, path)) for path in tried} == {(path, FORBIDDEN) for path in tried}


def _raw(nobody: httpx.Client, path: str) -> int:
    """The status of a path that is sent as it is written: no client tidies it up."""
    connection = HTTPConnection(nobody.base_url.host, nobody.base_url.port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_what_is_taken_back_is_refused_everywhere(client: Client, nobody: httpx.Client) -> None:
    """The page and the API at once; a file that was signed before, as soon as the edge knows; a new signature never."""
    link, other = _shared(client, nobody), _shared(client, nobody)
    client.unshare_run(link.run)
    for path in ("r", "sign", "run", "feedbacks", "card.png", "download/trace.md"):
        assert nobody.get(f"/public/{link.token}/{path}").status_code == NOT_FOUND
    signed_before = _part(link)
    eventually(lambda: nobody.get(signed_before).status_code, lambda status: status == FORBIDDEN)
    assert nobody.get(_part(other)).status_code == httpx.codes.OK
