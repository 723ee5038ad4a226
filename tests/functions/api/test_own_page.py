"""What a request with a cookie must show."""

from __future__ import annotations

import pytest

from functions.api.own_page import check_own_page
from shared.base.errors import NotAllowed

HOST = "localhost:1984"
PAGE = {"x-tracekeep-page": "1"}
SAME = {"sec-fetch-site": "same-origin"}


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", SAME),
        ("GET", {"sec-fetch-site": "none"}),
        ("HEAD", {"origin": "http://localhost:1984"}),
        ("POST", PAGE),
        ("POST", PAGE | SAME | {"origin": "http://localhost:1984"}),
        ("DELETE", PAGE | {"origin": "https://LOCALHOST:1984"}),
    ],
)
def test_our_page_may_ask(method: str, headers: dict[str, str]) -> None:
    """As browsers send it from a page of ours, old browsers too, which say less."""
    check_own_page(method, headers, HOST)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "Cross-Site"},
        {"sec-fetch-site": "something-new"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": "http://localhost"},
        {"origin": "http://localhost:1984.evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://[broken"},
    ],
)
def test_another_page_may_not(method: str, headers: dict[str, str]) -> None:
    """Not even with the header, by any method; what to do instead is said."""
    with pytest.raises(NotAllowed, match="send an API key, not a cookie"):
        check_own_page(method, PAGE | headers, HOST)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT", "OPTIONS"])
@pytest.mark.parametrize("headers", [{}, SAME, {"x-tracekeep-page": ""}, {"x-tracekeep-page": "0"}])
def test_what_changes_something_needs_the_header(method: str, headers: dict[str, str]) -> None:
    """It is what a form or an image of another page cannot send."""
    with pytest.raises(NotAllowed, match="X-Tracekeep-Page: 1"):
        check_own_page(method, headers, HOST)
