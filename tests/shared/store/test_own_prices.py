"""The price table of each workspace."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from shared.base.clock import SteppingClock
from shared.base.errors import Rejected
from shared.pricing.own import MATCH_PATH, Asked, OwnPrice, own_price
from shared.store import own_prices
from shared.store.own_prices import PriceBook
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store

OTHER = "5f0f2a10-0000-4000-8000-0000000000ff"


def row(number: int, prompt: str, now_us: int = NOON_US, pattern: str = "ours") -> OwnPrice:
    """A row that says what a token of `ours` costs."""
    asked = Asked("ours", pattern, Decimal(prompt), Decimal(2), {}, {}, MATCH_PATH)
    return own_price(f"{number:032x}", asked, now_us)


@pytest.fixture
def clock() -> SteppingClock:
    """Noon."""
    return SteppingClock(NOON_US)


@pytest.fixture
def book(tmp_path: Path, clock: SteppingClock) -> PriceBook:
    """Nothing of one's own yet."""
    return PriceBook(local_store(tmp_path, clock).control, clock)


def prompt_price(book: PriceBook, workspace: str = WORKSPACE, start_us: int = NOON_US) -> Decimal | None:
    """Dollars of a prompt's token."""
    price = book.of(workspace).price_for("ours", None, start_us)
    return None if price is None else price.tariff.input


def test_a_workspace_has_its_own(book: PriceBook) -> None:
    """Its rows come before ours, and are nobody else's."""
    book.own.add(WORKSPACE, row(1, "0.5", pattern="gpt-4o"))
    mine = book.of(WORKSPACE).price_for("gpt-4o", "openai", NOON_US)
    theirs = book.of(OTHER).price_for("gpt-4o", "openai", NOON_US)
    assert mine is not None
    assert theirs is not None
    assert mine.tariff.input == Decimal("0.5") != theirs.tariff.input


def test_a_change_elsewhere_is_seen_after_a_minute(book: PriceBook, clock: SteppingClock) -> None:
    """The table is read once a minute; who changed it here forgets it."""
    assert prompt_price(book) is None
    book.own.add(WORKSPACE, row(1, "0.5"))
    clock.advance(59)
    assert prompt_price(book) is None
    clock.advance(1)
    assert prompt_price(book) == Decimal("0.5")
    book.own.write(WORKSPACE, row(1, "0.7"))
    book.forget(WORKSPACE)
    assert prompt_price(book) == Decimal("0.7")


def test_the_table_stays_the_same_while_the_rows_do(book: PriceBook, clock: SteppingClock) -> None:
    """What it remembers of models is kept over the minutes."""
    book.own.add(WORKSPACE, row(1, "0.5"))
    before = book.of(WORKSPACE)
    clock.advance(120)
    assert book.of(WORKSPACE) is before


def test_a_change_leaves_earlier_runs_their_price(book: PriceBook) -> None:
    """Each version holds for the time from its start to the next; one that starts earlier replaces what follows."""
    first = row(1, "0.5", NOON_US)
    second = first.changed(row(9, "0.7", NOON_US + 100))
    assert (second.id, second.created_us) == (first.id, first.created_us)
    book.own.add(WORKSPACE, second)
    assert prompt_price(book, start_us=NOON_US + 99) == Decimal("0.5")
    assert prompt_price(book, start_us=NOON_US + 100) == Decimal("0.7")
    assert prompt_price(book, start_us=NOON_US - 1) is None
    third = second.changed(row(9, "0.9", NOON_US - 50))
    assert [price.start_us for price in third.prices] == [NOON_US - 50]


def test_there_is_a_most(book: PriceBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row may be tried on each model's name."""
    monkeypatch.setattr(own_prices, "MAX_ROWS", 2)
    for number in range(2):
        book.own.add(WORKSPACE, row(number, "1"))
    with pytest.raises(Rejected, match="at most 2 are kept"):
        book.own.add(WORKSPACE, row(3, "1"))
