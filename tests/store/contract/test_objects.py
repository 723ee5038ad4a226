"""What every Objects promises."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from infra.local.folder_objects import SIGNED_PATH, FolderObjects
from shared.base.errors import Malformed, NotAllowed, NotFound, TooLarge
from shared.store.ports import ObjectRange, Objects

_OVER_A_SECOND_S = 2.1
"""A link ends at a whole second; whose signer is C, none may begin in the past."""

KEYS_IN_ORDER = ["a", "a#1", "a-b/c", "a/", "a//b", "a/b", "a/b/c", "a/ü", "a0", "b", "é/…"]
FORBIDDEN = 403
ODD_KEYS = ["../up", "a/../../b", "..", ".", "./x", "a/./b", "=a", "@a", "%2E%2E/x", "a b+c&d?e=f", "x.tmp", "日本/語"]


def test_a_blob_reads_back_as_written(objects: Objects) -> None:
    """All bytes, and none for an empty one; the last write wins."""
    objects.put("a/b", bytes(range(256)) * 10)
    objects.put("a/c", b"old", "text/plain")
    objects.put("a/c", b"")
    assert objects.get("a/b") == bytes(range(256)) * 10
    assert objects.get("a/c") == b""


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_odd_key_is_a_key_like_any_other(objects: Objects, key: str) -> None:
    """Dots, quotes, spaces and other scripts read back and list as themselves, beside their neighbours."""
    objects.put(key, key.encode())
    objects.put("neighbour", b"n")
    assert objects.get(key) == key.encode()
    assert set(objects.list("")) == {key, "neighbour"}
    objects.delete([key])
    assert list(objects.list("")) == ["neighbour"]


@pytest.mark.parametrize(("key", "error"), [("", Malformed), ("k" * 1025, TooLarge)])
def test_a_key_that_s3_would_not_take_is_refused(objects: Objects, key: str, error: type[Exception]) -> None:
    """Empty keys and keys over 1,024 bytes are errors everywhere."""
    with pytest.raises(error):
        objects.put(key, b"x")


def test_ranges_come_in_the_order_asked(objects: Objects) -> None:
    """Of several objects, overlapping, and as many as asked."""
    objects.put("a", b"0123456789")
    objects.put("b", b"abcdef")
    asked = [ObjectRange("b", 2, 3), ObjectRange("a", 0, 1), ObjectRange("a", 9, 1), ObjectRange("a", 0, 10)] * 10
    assert objects.get_ranges(asked) == [b"cde", b"0", b"9", b"0123456789"] * 10
    assert objects.get_ranges([]) == []


def test_a_range_of_no_bytes_is_empty(objects: Objects) -> None:
    """HTTP has no such range; the port has."""
    objects.put("a", b"0123456789")
    assert objects.get_ranges([ObjectRange("a", 4, 0), ObjectRange("a", 4, 2)]) == [b"", b"45"]


def test_of_a_range_beyond_the_end_comes_what_there_is(objects: Objects) -> None:
    """Some of it, or nothing."""
    objects.put("a", b"0123456789")
    assert objects.get_ranges([ObjectRange("a", 8, 5), ObjectRange("a", 10, 1), ObjectRange("a", 99, 2)]) == [
        b"89",
        b"",
        b"",
    ]


def test_what_is_not_there_is_not_found(objects: Objects) -> None:
    """get, get_ranges and copy name the missing key; delete does not mind."""
    objects.put("there", b"x")
    with pytest.raises(NotFound, match="gone"):
        objects.get("gone")
    with pytest.raises(NotFound, match="gone"):
        objects.get_ranges([ObjectRange("there", 0, 1), ObjectRange("gone", 0, 1)])
    with pytest.raises(NotFound, match="gone"):
        objects.copy("gone", "target")
    objects.delete(["gone"])
    assert list(objects.list("")) == ["there"]


def test_a_copy_is_a_blob_of_its_own(objects: Objects) -> None:
    """It outlives its source."""
    objects.put("source #1/ä", b"bytes")
    objects.copy("source #1/ä", "target/of?it")
    objects.delete(["source #1/ä"])
    assert objects.get("target/of?it") == b"bytes"


def test_lists_are_in_the_order_of_bytes(objects: Objects) -> None:
    """Under any prefix, whether it ends at a separator or in the middle of a name."""
    for key in reversed(KEYS_IN_ORDER):
        objects.put(key, b"x")
    for prefix in ("", "a", "a/", "a/b", "a/b/", "é", "none"):
        assert list(objects.list(prefix)) == [key for key in KEYS_IN_ORDER if key.startswith(prefix)]


def test_more_blobs_than_one_request_takes_are_listed_and_deleted(objects: Objects) -> None:
    """1,005 keys, over S3's 1,000 a request."""
    keys = [f"many/{number:04d}" for number in range(1_005)]
    for key in keys:
        objects.put(key, b"")
    assert list(objects.list("many/")) == keys
    objects.delete(keys)
    assert list(objects.list("")) == []


def _follow(objects: Objects, url: str) -> tuple[bytes, str] | None:
    """What a browser gets under a link: bytes and their type, or None where it is refused."""
    if isinstance(objects, FolderObjects):
        return _follow_local(objects, url)
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the emulator's
            return answer.read(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == FORBIDDEN:
            return None
        raise


def _follow_local(objects: FolderObjects, url: str) -> tuple[bytes, str] | None:
    parts = urlsplit(url)
    key = unquote(parts.path).removeprefix(SIGNED_PATH)
    try:
        read = objects.verify(key, dict(parse_qsl(parts.query)))
    except NotAllowed:
        return None
    return objects.get(read.key), read.content_type


def test_a_signed_link_reads_one_blob_and_nothing_else(objects: Objects) -> None:
    """As the type it was signed for; not under another key, not as another type, not after its end."""
    objects.put("a/ü b", b"this", "application/json")
    objects.put("a/ü c", b"other")
    url = objects.signed_url("a/ü b", 60, "image/png", 'höhe "1".png')
    assert _follow(objects, url) == (b"this", "image/png")
    assert _follow(objects, url.replace("%20b", "%20c")) is None
    assert _follow(objects, url.replace("png", "gif", 1)) is None
    assert _follow(objects, url[:-1] + ("1" if url[-1] == "0" else "0")) is None
    ended = objects.signed_url("a/ü b", 1, "image/png", "b.png")
    time.sleep(_OVER_A_SECOND_S)
    assert _follow(objects, ended) is None
