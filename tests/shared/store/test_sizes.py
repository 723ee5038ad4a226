"""Sizes by AWS's rules, and what is refused by them."""

from __future__ import annotations

import pytest

from shared.base.errors import Malformed, ServiceError, TooLarge
from shared.store.ports import MAX_DELAY_S, MAX_MESSAGE_BYTES, Item, Value
from shared.store.sizes import (
    check_delay,
    check_item,
    check_message,
    item_bytes,
    message_bytes,
    reason_that_fits,
    value_bytes,
)


@pytest.mark.parametrize(
    ("value", "size_bytes"),
    [
        ("", 0),
        ("abc", 3),
        ("é€😀", 9),
        (b"\x00\xff", 2),
        (True, 1),
        (None, 1),
        (0, 1),
        (7, 2),
        (12, 2),
        (123, 3),
        (1_200, 2),
        (1_000, 2),
        (-12, 3),
        (1_763_600_000_123_456, 9),
    ],
)
def test_a_value_has_the_size_that_dynamodb_bills(value: Value, size_bytes: int) -> None:
    """UTF-8 for text; a byte for two digits and one more for numbers, whose zeros at the end are free."""
    assert value_bytes(value) == size_bytes


def test_an_items_size_counts_its_names_its_key_and_its_expiry() -> None:
    """Names weigh as much as values."""
    assert item_bytes(Item("pk1", "sort", {"name": "value"})) == len("pkpk1" + "sksort" + "namevalue")
    with_expiry = Item("pk1", "sort", {"name": "value"}, expires_epoch_s=1_800_000_001)
    assert item_bytes(with_expiry) == len("pkpk1" + "sksort" + "namevalue" + "expires_at") + 6


def test_an_attribute_of_another_type_is_refused() -> None:
    """A float would be stored here and refused there."""
    with pytest.raises(Malformed, match="float"):
        check_item(Item("p", "s", {"price": 0.5}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("body", "attributes", "error"),
    [
        ("", {}, Malformed),
        ("x", {"a": ""}, Malformed),
        ("x" * (MAX_MESSAGE_BYTES + 1), {}, TooLarge),
        ("é" * (MAX_MESSAGE_BYTES // 2), {"a": "b"}, TooLarge),
    ],
)
def test_a_message_that_sqs_would_not_take_is_refused(
    body: str, attributes: dict[str, str], error: type[ServiceError]
) -> None:
    """Before it is sent."""
    with pytest.raises(error):
        check_message(body, attributes)


@pytest.mark.parametrize("delay_s", [-1, MAX_DELAY_S + 1])
def test_a_delay_that_sqs_would_not_take_is_refused(delay_s: int) -> None:
    """0 to 900 seconds, and the message says so."""
    check_delay(0)
    check_delay(MAX_DELAY_S)
    with pytest.raises(TooLarge, match="900"):
        check_delay(delay_s)


@pytest.mark.parametrize("left_bytes", [0, 1, 11, 12, 13, 14, 15, 100, 2_000])
def test_a_reason_is_cut_to_whole_characters_that_fit(left_bytes: int) -> None:
    """However little room the body leaves, the message with its reason can be sent."""
    body = "x" * (MAX_MESSAGE_BYTES - left_bytes)
    reason = reason_that_fits(body, "ü" * 3_000)
    assert set(reason) <= {"ü"}
    assert len(reason.encode()) <= 1_024
    assert message_bytes(body, {"reason": reason} if reason else {}) <= MAX_MESSAGE_BYTES
