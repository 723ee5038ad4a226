"""A payload that was taken in can be opened again."""

from __future__ import annotations

import math

import msgspec
import pytest

from shared.runs.payload import opened


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a":[1,2.5,"x",null,true]}', {"a": [1, 2.5, "x", None, True]}),
        (b"18446744073709551616", 2**64),
        (b'{"n":1e400,"m":-1e400}', {"n": math.inf, "m": -math.inf}),
        (b'{"n":' + b"9" * 400 + b"}", {"n": 10**400 - 1}),
        (b'{"n":-' + b"9" * 5_000 + b"}", {"n": -math.inf}),
    ],
)
def test_numbers_of_any_size_open(text: bytes, value: object) -> None:
    """What no double holds is infinite; integers stay exact while Python reads them."""
    assert opened(text) == value


def test_what_is_no_json_is_an_error() -> None:
    """Nothing is made of a broken text."""
    with pytest.raises(msgspec.DecodeError):
        opened(b'{"a":')
