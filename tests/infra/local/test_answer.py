"""A handler's result becomes the answer that API Gateway would give."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from infra.local.answer import MAX_RESULT_BYTES, BadResult, answer_of, message, plain


def test_status_headers_and_text_go_out() -> None:
    """Header names are lower-case, values text, and the length is counted by the gateway."""
    result = {"statusCode": 202, "headers": {"Content-Type": "a/b", "X-N": 3, "Content-Length": 99}, "body": "grüße"}
    answer = answer_of(result)
    assert answer.status == 202
    assert answer.headers == [(b"content-type", b"a/b"), (b"x-n", b"3"), (b"content-length", b"7")]
    assert answer.body == "grüße".encode()


def test_each_cookie_is_a_header_of_its_own() -> None:
    """Cookies are never joined by commas."""
    headers = answer_of({"statusCode": 200, "cookies": ["a=1; Path=/", "b=2"]}).headers
    assert [value for name, value in headers if name == b"set-cookie"] == [b"a=1; Path=/", b"b=2"]


def test_base64_is_decoded() -> None:
    """Binary answers reach the client as bytes."""
    body = base64.b64encode(b"\x00\xff").decode()
    assert answer_of({"statusCode": 200, "body": body, "isBase64Encoded": True}).body == b"\x00\xff"


@pytest.mark.parametrize("result", [{"hello": 1}, [1], "text", None])
def test_a_result_without_status_is_the_body(result: object) -> None:
    """Format 2.0 infers 200 and JSON."""
    answer = answer_of(result)
    assert answer.status == 200
    assert (b"content-type", b"application/json") in answer.headers


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "ok"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": "not base64!", "isBase64Encoded": True},
        {"statusCode": 200, "body": "x" * (MAX_RESULT_BYTES + 1)},
        {"statusCode": 200, "body": '"' * (MAX_RESULT_BYTES // 2 + 1)},
    ],
)
def test_what_api_gateway_would_not_take_is_named(result: dict[str, Any]) -> None:
    """A wrong status or body, or more than Lambda returns, is an error and no answer."""
    with pytest.raises(BadResult):
        answer_of(result)


def test_the_largest_result_passes() -> None:
    """Six megabytes are still an answer."""
    assert len(answer_of({"statusCode": 200, "body": "x" * MAX_RESULT_BYTES}).body) == MAX_RESULT_BYTES


def test_no_content_has_no_length() -> None:
    """A 204 carries neither body nor length."""
    assert all(name != b"content-length" for name, _ in answer_of({"statusCode": 204}).headers)


def test_the_gateways_own_messages_are_json() -> None:
    """Its own errors have one field, `message`."""
    assert message(404, "Not Found").body == b'{"message": "Not Found"}'


def test_plain_answers_carry_more_headers() -> None:
    """Any type, any header."""
    headers = plain(200, "image/png", b"png", {"cache-control": "no-store"}).headers
    assert headers == [(b"content-type", b"image/png"), (b"cache-control", b"no-store"), (b"content-length", b"3")]
