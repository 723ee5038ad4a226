"""The splitter: strict, and equal to Python's mail parser where both apply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import Malformed, TooLarge
from shared.base.multipart import MAX_HEAD_BYTES, MAX_NAME_BYTES, MAX_PARTS, Part, boundary_of, split
from tests.functions.receive.requests import BOUNDARY, joined, part

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='"\\'), min_size=1)


@given(st.lists(st.tuples(NAMES.filter(lambda name: len(name.encode()) <= MAX_NAME_BYTES), st.binary(), st.booleans())))
def test_what_was_joined_is_split(parts: list[tuple[str, bytes, bool]]) -> None:
    """Any names and bytes come back in order, with a stated length or without."""
    usable = [one for one in parts if one[2] or b"\r\n--" not in one[1]]
    body = joined(part(name, content, stated=stated) for name, content, stated in usable)
    assert split(body, BOUNDARY) == [Part(name, "application/json", content) for name, content, _ in usable]


def test_a_stated_length_lets_bytes_look_like_a_boundary() -> None:
    """The boundary inside a part of known length is content."""
    content = f"\r\n--{BOUNDARY}--\r\n--{BOUNDARY}\r\n".encode()
    assert split(joined([part("a", content), part("b", b"1")]), BOUNDARY)[0].body == content


@pytest.mark.parametrize(
    "head",
    [
        b'Content-Disposition: form-data; name="a"\r\nContent-Type: image/png; length=3\r\n\r\n',
        b'Content-Disposition: form-data; name="a"\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\n',
        b'content-length: 3\r\nCONTENT-TYPE: image/png\r\ncontent-disposition:form-data;name="a"\r\n\r\n',
        b"Content-Type: image/png;length=3\r\nContent-Disposition: form-data; name=a\r\n\r\n",
        b'Content-Disposition: form-data; name="a"\r\nContent-Type: image/png; length=3\r\nContent-Length: 3\r\n\r\n',
        b'Content-Disposition: form-data; filename="x"; name="a"\r\nContent-Type: image/png\r\n\r\n',
    ],
)
def test_header_lines_in_any_dress(head: bytes) -> None:
    """Order, case, spacing, quotes and the two ways to state a length make no difference."""
    assert split(joined([head + b"abc"]), BOUNDARY) == [Part("a", "image/png", b"abc")]


def test_other_parameters_of_the_type_are_kept() -> None:
    """Only `length` is taken out of the mime type."""
    head = b'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-8; length=3\r\n\r\n'
    assert split(joined([head + b"abc"]), BOUNDARY)[0].content_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize("stated", ["2", "4", "-3", "999999999999999999999", "3.0", "0x3", "", "٣"])
def test_a_false_length_is_refused(stated: str) -> None:
    """Short, long, negative, huge and unreadable lengths are errors that name the part."""
    with pytest.raises(Malformed, match="'a' states"):
        split(joined([part("a", b"abc", f"Content-Length: {stated}", stated=False)]), BOUNDARY)


DISPOSITION = b'Content-Disposition: form-data; name="a"\r\n'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--",
        b"preamble\r\n" + joined([part("a", b"1")]),
        joined([part("a", b"1")], "another"),
        joined([part("a", b"1")])[: -len(f"--{BOUNDARY}--\r\n")],
        joined([part("a", b"1", stated=False)])[: -len(f"--{BOUNDARY}--\r\n") - 2],
        joined([part("a", b"1")]) + b"epilogue",
        joined([b"Content-Type: application/json\r\n\r\n1"]),
        joined([DISPOSITION.replace(b"; name", b"; filename") + b"\r\n1"]),
        joined([DISPOSITION.replace(b"form-data", b"attachment") + b"\r\n1"]),
        joined([DISPOSITION + b"no colon\r\n\r\n1"]),
        joined([DISPOSITION + b": no name\r\n\r\n1"]),
        joined([DISPOSITION + DISPOSITION + b"\r\n1"]),
        joined([DISPOSITION + b"Content-Length: 1\r\ncontent-length: 1\r\n\r\n1"]),
        joined([DISPOSITION + b"Content-Type: a/b; length=1\r\nContent-Length: 2\r\n\r\n1"]),
        joined([DISPOSITION + b"X-Long: " + b"x" * 1024 * 1024 + b"\r\n\r\n1"]),
        joined([DISPOSITION + b"Content-Encoding: gzip\r\n\r\n1"]),
        joined([DISPOSITION.replace(b'"a"', b'""') + b"\r\n1"]),
        joined([DISPOSITION.replace(b'"a"', b'"a\x00b"') + b"\r\n1"]),
        joined([DISPOSITION.replace(b'"a"', b'"' + b"a" * (MAX_NAME_BYTES + 1) + b'"') + b"\r\n1"]),
        joined([DISPOSITION.replace(b'"a"', b'"\xff"') + b"Content-Type: a/b\r\n\r\n1"]),
        joined([DISPOSITION.replace(b'"a"', b'"\xff"') + b"\r\n1"]),
        joined([DISPOSITION]),
    ],
)
def test_a_broken_frame_is_malformed(body: bytes) -> None:
    """Missing, doubled, foreign and overlong structure is refused as the caller's fault."""
    with pytest.raises(Malformed):
        split(body, BOUNDARY)


def test_too_many_parts_are_refused() -> None:
    """The limit holds for a body of 100,000 parts, and is named."""
    with pytest.raises(TooLarge, match=str(MAX_PARTS)):
        split(joined([part("a", b"1")] * 100_000), BOUNDARY)
    assert len(split(joined([part("a", b"1")] * MAX_PARTS), BOUNDARY)) == MAX_PARTS


@given(st.binary(max_size=MAX_HEAD_BYTES))
def test_any_bytes_end_in_parts_or_malformed(noise: bytes) -> None:
    """Nothing but Malformed or TooLarge comes out, whatever goes in."""
    for body in (noise, f"--{BOUNDARY}\r\n".encode() + noise, joined([noise])):
        try:
            parts = split(body, BOUNDARY)
        except (Malformed, TooLarge):
            continue
        assert all(one.name for one in parts)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=abc", "abc"),
        ('multipart/form-data; boundary="a b;c"', "a b;c"),
        ("Multipart/Form-Data; charset=utf-8; BOUNDARY=abc ; x=y", "abc"),
    ],
)
def test_boundaries_quoted_or_not(content_type: str, boundary: str) -> None:
    """Quotes, case and other parameters are read."""
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=é",
        "multipart/form-data; boundary=" + "a" * 71,
        "multipart/mixed; boundary=abc",
    ],
)
def test_no_boundary_is_malformed(content_type: str) -> None:
    """A missing, empty, foreign or overlong boundary is an error."""
    with pytest.raises(Malformed):
        boundary_of(content_type)
