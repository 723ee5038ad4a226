"""What every Objects promises."""

from __future__ import annotations

import pytest

from shared.base.errors import Malformed, NotFound, TooLarge
from shared.store.ports import ObjectRange, Objects

KEYS_IN_ORDER = ["a", "a#1", "a-b/c", "a/", "a//b", "a/b", "a/b/c", "a/ü", "a0", "b", "é/…"]
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
