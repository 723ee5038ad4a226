"""How long an answer may take."""

from __future__ import annotations

import pytest

from functions.api.patience import IN_VAIN_S, SOON_S, Patience, wait_of


class Time:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        """The seconds it shows."""
        return self.now_s


@pytest.mark.parametrize(
    ("wait_s", "has_found", "most_s"),
    [(None, True, SOON_S), (None, False, IN_VAIN_S), (5, True, 5), (5, False, 5), (3_600, False, IN_VAIN_S)],
)
def test_it_is_over_when_it_was_said_to_be(wait_s: float | None, has_found: bool, most_s: float) -> None:
    """Never longer than a gateway waits; without a word of the client, soon where there is something to answer."""
    time = Time()
    patience = Patience(wait_s, time)
    time.now_s += most_s - 0.001
    assert not patience.is_over(has_found=has_found)
    time.now_s += 0.001
    assert patience.is_over(has_found=has_found)


@pytest.mark.parametrize(
    ("prefer", "wait_s"),
    [
        *((None, None), ("", None), ("respond-async", None), ("wait", None), ("await=5", None), ("wait=-1", None)),
        *(("wait=2", 2), ("respond-async, wait=10", 10), ("Wait = 1.5", 1.5), ('wait="7"', 7), ("wait=9999999", None)),
    ],
)
def test_a_wish_is_read_from_its_header(prefer: str | None, wait_s: float | None) -> None:
    """Beside others, in any case, quoted or not."""
    assert wait_of(prefer) == wait_s
