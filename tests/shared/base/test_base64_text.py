"""Base64, as API Gateway and the queue carry bytes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.base64_text import from_base64, to_base64


@given(st.binary(max_size=200))
def test_it_is_the_standard_library_s_base64_both_ways(raw: bytes) -> None:
    """Any bytes get the text of RFC 4648, and come back from it."""
    assert to_base64(raw) == base64.b64encode(raw).decode()
    assert from_base64(to_base64(raw)) == raw


@pytest.mark.parametrize("text", ["a", "YQ", "YQ=", "YQ==\n", "Y Q==", "YQ==YQ==", "====", "-_-_", "é===", "\ud800aaa"])
def test_what_is_not_base64_is_an_error(text: str) -> None:
    """Nothing is skipped, guessed or cut off: also not line breaks, missing padding and the alphabet of URLs."""
    with pytest.raises(ValueError, match=r".+"):
        from_base64(text)
