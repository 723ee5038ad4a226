"""The page over a real socket, before echo rooms: its files, its views, and what stays the API's."""

from __future__ import annotations

import gzip
import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local.page import LocalPage
from infra.local.run import sign_in_link
from infra.page.site import build_site, headers_of
from tests.infra.local.serving import serving
from tests.infra.page_sources import written

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TRAVERSALS = (
    "/assets/../../../etc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets//etc/passwd",
    "/assets/{version}/../../../package.json",
    "/assets/{version}/package.json",
    "/assets/{version}/unused.js",
    "/assets/{version}/node_modules/little/package.json",
    "/assets/{version}",
)


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The folder of the page."""
    return written(tmp_path / "web")


@pytest.fixture
def client(web: Path) -> Iterator[httpx.Client]:
    """A client of a gateway that has the page."""
    page = LocalPage(web)
    with serving(page=page) as url, httpx.Client(base_url=url, timeout=20) as one:
        yield one
    page.close()


def _edit(path: Path, text: str) -> None:
    before_ns = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before_ns + 1_000_000, before_ns + 1_000_000))


@pytest.mark.parametrize("path", ["/", "/o/w/projects/p/s/r/r1?poll=true", "/projects", "/settings/keys", "/sign-in"])
def test_views_are_the_document(client: httpx.Client, web: Path, path: str) -> None:
    """Whatever the view is, and whoever asks for it."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.content == build_site(web).files["index.html"]


def test_every_answer_has_the_policy(client: httpx.Client, web: Path) -> None:
    """A document, a file and what is missing come with the same headers; the first two name this machine."""
    names = f"http://localhost:{client.base_url.port} http://127.0.0.1:{client.base_url.port}"
    expected = headers_of(dict.fromkeys(("img-src", "media-src", "connect-src"), names))
    for path in ("/", f"/assets/{build_site(web).version}/main.js"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in expected} == expected
    missing = client.get("/assets/0000/main.js")
    assert missing.headers["content-security-policy"] == headers_of()["content-security-policy"]


def test_what_no_port_is_comes_into_no_policy(client: httpx.Client) -> None:
    """A host header cannot name another source."""
    answer = client.get("/", headers={"host": "x:1; script-src *"})
    assert answer.headers["content-security-policy"] == headers_of()["content-security-policy"]


def test_assets_are_immutable_and_compressed(client: httpx.Client, web: Path) -> None:
    """Where the client takes it and it pays; by a caller that does not, they are read as they are."""
    (web / "a.js").write_text("export const a = 1;\n" * 200, encoding="utf-8")
    path = f"/assets/{build_site(web).version}/a.js"
    with client.stream("GET", path, headers={"accept-encoding": "gzip, br"}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(body) == int(answer.headers["content-length"]) < 200
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(body) == plain.content == b"export const a = 1;\n" * 200


def test_the_document_is_asked_for_and_not_sent_twice(client: httpx.Client) -> None:
    """Its tag answers 304 as long as it is the same, in every form that a cache may send it."""
    first = client.get("/")
    assert first.headers["cache-control"] == "no-cache"
    for sent in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}'):
        again = client.get("/", headers={"if-none-match": sent})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get("/", headers={"if-none-match": '"other"'}).status_code == 200


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    """The same status and headers."""
    got, head = client.get("/"), client.head("/")
    ours = {"apigw-requestid", "date"}
    assert head.content == b""
    assert {k: v for k, v in head.headers.items() if k not in ours} == {
        k: v for k, v in got.headers.items() if k not in ours
    }


@pytest.mark.parametrize("path", TRAVERSALS)
def test_nothing_outside_of_the_page_can_be_read(client: httpx.Client, web: Path, path: str) -> None:
    """However a path climbs: sent raw, since clients tidy such paths up."""
    address = urlsplit(str(client.base_url))
    raw = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    raw.request("GET", path.replace("{version}", build_site(web).version))
    answer = raw.getresponse()
    assert answer.status == 404
    assert b"root:" not in answer.read()
    raw.close()


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/api/nonsense", "/otel/x", "/public/t/r", "/info", "/ok"])
def test_the_apis_paths_stay_its_own(client: httpx.Client, path: str) -> None:
    """Even when a browser goes there."""
    assert client.get(path, headers=BROWSER).json()["event"]["rawPath"] == path


@pytest.mark.parametrize("path", ["/runs/query", "/sessions", "/nonsense"])
def test_other_paths_are_views_to_browsers_and_the_apis_to_programs(client: httpx.Client, path: str) -> None:
    """A client that was told to use no prefix finds the API; a person who mistypes finds the page."""
    assert client.get(path, headers={"accept": "application/json"}).json()["function"] == "api"
    assert client.get(path).json()["function"] == "api"
    assert client.get(path, headers=BROWSER).headers["content-type"].startswith("text/html")


def test_only_reading_is_the_pages(client: httpx.Client) -> None:
    """A form that is posted to a view reaches the API, which refuses it."""
    assert client.post("/projects", headers=BROWSER, content=b"x").json()["function"] == "api"


def test_an_edit_shows_on_reload(client: httpx.Client, web: Path) -> None:
    """And a tab that was opened before goes on with the version it has."""
    before = build_site(web).version
    first = client.get("/").text
    _edit(web / "a.js", "export const a = 'edited';\n")
    second = client.get("/").text
    after = build_site(web).version
    assert (before in first, after in second, before != after) == (True, True, True)
    assert client.get(f"/assets/{after}/a.js").text == "export const a = 'edited';\n"
    assert client.get(f"/assets/{before}/a.js").text == "export const a = 1;\n"


def test_a_page_that_cannot_be_built_says_why(client: httpx.Client, web: Path) -> None:
    """The API goes on, and so does the page once it is mended."""
    _edit(web / "a.js", 'import "not-installed";\n')
    broken = client.get("/", headers=BROWSER)
    assert (broken.status_code, "not-installed" in broken.text) == (500, True)
    assert client.get("/api/v1/sessions").json()["function"] == "api"
    _edit(web / "a.js", "export const a = 2;\n")
    assert client.get("/").status_code == 200


def test_a_part_that_is_missing_is_said_and_the_rest_is_served(
    client: httpx.Client, web: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A view that is being written takes no other away."""
    _edit(web / "views" / "late.js", 'import "./nowhere.js";\n')
    assert client.get("/").status_code == 200
    assert "views/late.js asks for views/nowhere.js" in caplog.text


def test_without_a_page_the_api_serves(tmp_path: Path) -> None:
    """A checkout whose page was not installed says so to browsers only."""
    page = LocalPage(tmp_path / "nothing")
    page.warm()
    with serving(page=page) as url:
        assert "cannot be shown" in httpx.get(url).text
        assert httpx.get(f"{url}/sessions").json()["function"] == "api"
    page.close()


def test_the_printed_link_carries_the_key_where_no_log_sees_it() -> None:
    """In the fragment, whatever is in the key."""
    link = sign_in_link("http://localhost:1984", "k/e y#&?=")
    assert urlsplit(link).fragment == "key=k%2Fe%20y%23%26%3F%3D"
    assert (urlsplit(link).path, urlsplit(link).query) == ("/sign-in", "")
