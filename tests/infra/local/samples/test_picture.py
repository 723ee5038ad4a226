"""The pictures are ones."""

from __future__ import annotations

import struct
import zlib

import pytest

from infra.local.samples.picture import chart_png, cover_png


@pytest.mark.parametrize("image", [chart_png([1, 2, 3]), cover_png()], ids=["chart", "cover"])
def test_it_is_a_valid_png(image: bytes) -> None:
    """Signature, header and check sums are right, and it has a row of pixels for each line."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    chunks, place = {}, 8
    while place < len(image):
        (length,) = struct.unpack(">I", image[place : place + 4])
        kind, body = image[place + 4 : place + 8], image[place + 8 : place + 8 + length]
        assert struct.unpack(">I", image[place + 8 + length : place + 12 + length]) == (zlib.crc32(kind + body),)
        chunks[kind], place = body, place + 12 + length
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + 3 * width)


def test_a_longer_bar_has_more_ink() -> None:
    """The chart draws what it was given."""
    assert len(set(chart_png([1, 9]))) > 1
    assert chart_png([1, 9]) != chart_png([9, 1])
