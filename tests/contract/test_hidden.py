"""What a share hides is in no byte that anybody can fetch by its link: each answer, each header, opened and closed."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import html
import json
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import httpx
import pytest
from langsmith import Client, uuid7

from infra.local.server import RunningServer
from tests.contract.clients import ended_trace, new_project
from tests.contract.strangers import sent
from tests.contract.waiting import eventually

SHOWN = "marmalade"
PASSWORD, EMAIL, ORDER = "Wöbbegong-4711", "zoe.quagga@example.org", "ORD-482913"
SECRETS = (PASSWORD, EMAIL, ORDER)
RULES = {"keys": ["password"], "patterns": ["email"], "custom": [{"name": "order", "expression": "ORD-\\d{6}"}]}
_PNG_BEGIN = 8
OK = 200


class Fetched(NamedTuple):
    """One thing that came over the wire, or was packed in such."""

    place: str
    content: bytes


class Stranger:
    """Who has the link, and fetches all that it leads to."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self.all: list[Fetched] = []

    def get(self, path: str, *, method: str = "GET", body: str | None = None) -> bytes:
        """An answer's content; it is remembered, with its head, as it came and opened."""
        return self._got(path, method) if body is None else self._posted(path, body)

    def _got(self, target: str, method: str) -> bytes:
        answer = sent(self._url, target, method=method, headers=("host: {host}", "accept-encoding: gzip"))
        packed = answer.header("content-encoding") == "gzip"
        content = gzip.decompress(answer.body) if packed else answer.body
        for kind, part in (("head", answer.head), ("packed", answer.body), ("content", content)):
            self.all.append(Fetched(f"{method} {target} {kind}", part))
        if content.startswith(b"\x89PNG"):
            self.all += [Fetched(f"{target} {kind}", part) for kind, part in _chunks(content)]
        if location := answer.header("location"):
            where = urlsplit(location)
            return self._got(f"{where.path}?{where.query}", method)
        return content

    def _posted(self, target: str, body: str) -> bytes:
        answer = httpx.post(f"{self._url}{target}", content=body, headers={"content-type": "application/json"})
        self.all += [Fetched(f"POST {target}", answer.content), Fetched("headers", repr(answer.headers).encode())]
        return answer.content

    def fetch_everything(self) -> None:
        """The page as each run opens it, its card, its files and downloads; both public APIs; and what goes wrong."""
        page = f"/public/{self._token}"
        told = json.loads(self.get(f"{page}/r").decode().partition('id="shared">')[2].partition("</script>")[0])
        self.get(f"{page}/r", method="HEAD")
        trace = json.loads(self._file(told, "trace.json"))
        index = json.loads(self._file(told, "index.json"))
        self._file(told, "head.json")
        ids = [run["id"] for part in sorted(set(index["part_of"])) for run in self._part(told, part)]
        assert len(ids) == trace["skeleton"]["runs"]
        for run in ids:
            self.get(f"{page}/r?run={run}")
            self.get(f"{page}/run/{run}")
            self.get(f"/api/v2{page}/run/{run}?selects=INPUTS&selects=OUTPUTS&selects=ERROR&selects=EXTRA&selects=TAGS")
        for name in ("card.png", "sign", "run", "feedbacks", "nothing", f"runsshare_token={self._token}"):
            self.get(f"{page}/{name}")
        for name in [name for names in index["downloads"].values() for name in names]:
            self.get(f"{page}/download/{name}")
        for path in [path for paths in index["attachments"].values() for path in paths.values()]:
            self.get(f"{page}/download/{path.replace('/', '-')}")
        self.get(f"/api/v1{page}/runs/query", body="{}")
        selects = ["ID", "NAME", "INPUTS", "OUTPUTS", "ERROR"]
        self.get(f"/api/v2{page}/runs/query", body=json.dumps({"selects": selects}))
        self.get(f"/api/v2{page}/runs/query", body="{}")
        self.get(f"/api/v1{page}/runs/query", body='{"id": "wrong"}')

    def _part(self, told: dict[str, Any], part: int) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = json.loads(self._file(told, f"runs/{part}.json"))
        return runs

    def _file(self, told: dict[str, Any], name: str) -> bytes:
        return self.get(f"{told['base']}{name}?{told['query']}")

    def places_of(self, text: str) -> set[str]:
        """Where a text stands, in any form that a program may have given it."""
        forms = set(_forms(text))
        return {place for place, content in self.all if any(form in content.lower() for form in forms)}


def _chunks(png: bytes) -> Iterator[tuple[str, bytes]]:
    """The chunks of a PNG, with what is compressed in them opened."""
    for kind, content in _closed(png):
        yield f"{kind.decode()} closed", content
        if kind == b"zTXt":
            yield "zTXt", zlib.decompress(content.partition(b"\0")[2][1:])
    yield "pixels", zlib.decompress(b"".join(content for kind, content in _closed(png) if kind == b"IDAT"))


def _closed(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _PNG_BEGIN
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + length]
        at += 12 + length


def _forms(text: str) -> Iterator[bytes]:
    """The text as bytes, in lower case: plain, wide, quoted, escaped, in hexadecimal, in base64 wherever it begins."""
    raw = text.encode()
    spelled = [text, quote(text), quote(text, safe=""), html.escape(text), json.dumps(text)[1:-1], text[::-1]]
    spelled += [text.encode("ascii", "xmlcharrefreplace").decode(), text.replace("@", "%40"), raw.hex()]
    yield from (one.lower().encode() for one in spelled)
    yield from (text.lower().encode(wide) for wide in ("utf-16-le", "utf-16-be", "utf-32-le"))
    for shift in range(3):
        begun = base64.b64encode(b"\0" * shift + raw).decode()
        yield begun[4 if shift else 0 : -4].lower().encode()


@pytest.fixture(scope="module")
def stranger(server: RunningServer) -> Iterator[Stranger]:
    """Who fetched everything of a trace that says its secrets wherever a trace can say something."""
    client = Client(api_url=server.endpoint, api_key=server.api_key)
    root = _sent(client, new_project("hidden"))
    headers = {"x-api-key": server.api_key}
    shared = httpx.put(f"{server.endpoint}/traces/{root}/share", json={"redaction": RULES}, headers=headers).json()
    curious = Stranger(server.url, shared["share_token"])
    page = f"{server.url}/public/{shared['share_token']}/r"
    eventually(lambda: httpx.get(page).status_code, lambda status: status == OK)
    curious.fetch_everything()
    yield curious
    client.close(timeout=10)


def _sent(client: Client, project: str) -> str:
    """A trace that has its secrets in every field, and shows the rest."""
    said = " ".join(SECRETS)
    root, child, now = uuid7(), uuid7(), dt.datetime.now(dt.UTC)
    begun = f"{now:%Y%m%dT%H%M%S%fZ}"
    common: Any = {"project_name": project, "trace_id": root, "start_time": now, "tags": [f"tag {said}", SHOWN]}
    client.create_run(
        f"agent {said}",
        {"question": SHOWN, "password": PASSWORD, "to": [EMAIL, {"deep": json.dumps({"order": ORDER})}]},
        "chain",
        id=root,
        dotted_order=f"{begun}{root}",
        extra={"metadata": {"customer": said, f"key {ORDER}": 1}},
        attachments={f"{ORDER} text": ("text/plain", said.encode()), "fine": ("text/plain", SHOWN.encode())},
        **common,
    )
    client.create_run(
        f"step {EMAIL}",
        {"text": f"<b>{said}</b> {SHOWN}"},
        "llm",
        id=child,
        parent_run_id=root,
        dotted_order=f"{begun}{root}.{begun}{child}",
        extra={"invocation_params": {"user": EMAIL, "model": "gpt-4o"}},
        **common,
    )
    end: Any = {"trace_id": root, "end_time": now + dt.timedelta(seconds=2)}
    events = [{"name": "new_token", "time": now.isoformat(), "kwargs": {"token": said}}]
    client.update_run(
        child,
        error=f"Refused: {said}",
        events=events,
        parent_run_id=root,
        dotted_order=f"{begun}{root}.{begun}{child}",
        **end,
    )
    client.update_run(root, outputs={"answer": f"{said} {SHOWN}"}, dotted_order=f"{begun}{root}", **end)
    client.flush()
    [first, *_] = ended_trace(client, root, 2)
    told: Any = {"session_id": first.session_id, "start_time": first.start_time}
    client.create_feedback(root, f"key {ORDER}", score=1, comment=f"{said} {SHOWN}", value=EMAIL, **told)
    eventually(lambda: len(list(client.list_feedback(run_ids=[root]))), lambda count: count == 1)
    return str(root)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_hidden_is_in_no_byte(stranger: Stranger, secret: str) -> None:
    """Neither in an answer nor in a header, in an image or what it has packed, in whatever spelling."""
    assert stranger.places_of(secret) == set()


def test_what_is_shown_is_found_by_the_same_look(stranger: Stranger) -> None:
    """In the page, its files, its downloads, its attachment and both APIs: or the look would prove nothing."""
    places = " ".join(stranger.places_of(SHOWN))
    expected = ["/r content", "runs/0.json", "trace.ndjson", "trace.md", "attachments/", "/run content", "feedbacks"]
    expected += ["runs/query", "/api/v2/public"]
    assert [one for one in expected if one not in places] == []
    assert any(place.endswith("pixels") for place, _ in stranger.all)
    assert len(stranger.all) > 60


def test_every_form_is_looked_for() -> None:
    """A text in each of its spellings is found, wherever it begins."""
    curious = Stranger("", "")
    shapes = [EMAIL.encode(), EMAIL.encode("utf-16-le"), quote(EMAIL).encode(), EMAIL.encode().hex().encode()]
    shapes += [base64.b64encode(b"x" * shift + EMAIL.encode() + b"yz") for shift in range(6)]
    for number, shape in enumerate(shapes):
        curious.all = [Fetched(str(number), b"before " + shape + b" after"), Fetched("other", b"nothing")]
        assert curious.places_of(EMAIL) == {str(number)}


def test_its_place_is_said(stranger: Stranger) -> None:
    """By the name of the rule that hid it, also above the page."""
    [page] = [one for place, one in stranger.all if re.fullmatch(r"GET \S+/r content", place)]
    for rule in ("password", "email", "order"):
        assert f"▇▇▇ {rule}" in page.decode()
