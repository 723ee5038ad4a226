"""How large things are by AWS's own rules, and refusing what AWS would refuse, before it is sent.

Both implementations of each port call these checks, so a laptop refuses what the cloud would.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.base.errors import Malformed, TooLarge
from shared.base.units import KIB
from shared.store.ports import EXPIRES_AT, MAX_DELAY_S, MAX_ITEM_BYTES, MAX_MESSAGE_BYTES, Item, Key, Value

MAX_PK_BYTES = 2048
MAX_SK_BYTES = 1024
"""Source: DynamoDB, "Constraints", partition keys and sort keys."""
MAX_OBJECT_KEY_BYTES = 1024
"""Source: Amazon S3, "Naming Amazon S3 objects"."""
RESERVED_NAMES = frozenset({"pk", "sk", EXPIRES_AT})
"""Names of attributes that the ports use themselves."""
_ATTRIBUTE_TYPE_BYTES = len(b"String")
_PAIR = 100


def item_bytes(item: Item) -> int:
    """The size of an item as DynamoDB bills it: names and values, keys and expiry included.

    Source: DynamoDB developer guide, "Item sizes and formats".
    """
    size = values_bytes(item.attributes) + values_bytes({"pk": item.pk, "sk": item.sk})
    return size if item.expires_epoch_s is None else size + values_bytes({EXPIRES_AT: item.expires_epoch_s})


def values_bytes(attributes: Mapping[str, Value]) -> int:
    """The size of these names and values together."""
    return sum(utf8_bytes(name) + value_bytes(value) for name, value in attributes.items())


def value_bytes(value: Value) -> int:
    """The size of one value, without its name."""
    if isinstance(value, str):
        return utf8_bytes(value)
    if isinstance(value, bytes):
        return len(value)
    if value is None or isinstance(value, bool):
        return 1
    if not isinstance(value, int):
        raise Malformed(f"an attribute cannot be of type {type(value).__name__}: encode it as text or bytes")
    return _number_bytes(value)


def utf8_bytes(text: str) -> int:
    """The length of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def check_item(item: Item) -> None:
    """Refuse an item that DynamoDB would not take.

    Raises: TooLarge over 400 KB; Malformed where a key is empty or an attribute has a reserved name.
    """
    check_key(Key(item.pk, item.sk))
    check_names(item.attributes)
    check_item_bytes(Key(item.pk, item.sk), item_bytes(item))


def check_item_bytes(key: Key, size_bytes: int) -> None:
    """Refuse an item of this size. Raises: TooLarge."""
    if size_bytes > MAX_ITEM_BYTES:
        raise TooLarge(
            f"item {key.pk}/{key.sk} has {size_bytes} bytes; the limit is {MAX_ITEM_BYTES}: "
            "put its large attributes into an object"
        )


def check_key(key: Key) -> None:
    """Refuse a key that DynamoDB would not take. Raises: TooLarge, Malformed."""
    for name, text, limit in (("pk", key.pk, MAX_PK_BYTES), ("sk", key.sk, MAX_SK_BYTES)):
        if not text:
            raise Malformed(f"item {key.pk}/{key.sk}: {name} must not be empty")
        if utf8_bytes(text) > limit:
            raise TooLarge(f"item {key.pk[:80]}/{key.sk[:80]}: {name} has over {limit} bytes: hash its long part")


def check_names(attributes: Mapping[str, Value], allowed: frozenset[str] = frozenset()) -> None:
    """Refuse attributes with the names of the key and the expiry, save those allowed. Raises: Malformed."""
    taken = (RESERVED_NAMES - allowed) & attributes.keys()
    if taken:
        raise Malformed(f"attribute {min(taken)!r} is the table's own: choose another name")


def check_object_key(key: str) -> None:
    """Refuse a key that S3 would not take. Raises: TooLarge, Malformed."""
    if not key:
        raise Malformed("the key of an object must not be empty")
    if utf8_bytes(key) > MAX_OBJECT_KEY_BYTES:
        raise TooLarge(f"object key {key[:80]!r}… has over {MAX_OBJECT_KEY_BYTES} bytes: hash its long part")


def message_bytes(body: str, attributes: Mapping[str, str]) -> int:
    """The size of a message: its body and the names, types and values of its attributes.

    Source: Amazon SQS developer guide, "Message metadata", message attributes.
    """
    return utf8_bytes(body) + sum(
        utf8_bytes(name) + _ATTRIBUTE_TYPE_BYTES + utf8_bytes(value) for name, value in attributes.items()
    )


def check_message(body: str, attributes: Mapping[str, str]) -> None:
    """Refuse a message that SQS would not take. Raises: TooLarge over 1 MiB; Malformed when empty."""
    if not body or not all(attributes.values()):
        raise Malformed("a message and its attributes must not be empty")
    size = message_bytes(body, attributes)
    if size > MAX_MESSAGE_BYTES:
        raise TooLarge(f"message has {size} bytes; the limit is {MAX_MESSAGE_BYTES}: put its bulk into an object")


def check_delay(delay_s: int) -> None:
    """Refuse a delay that SQS would not take. Raises: TooLarge over 15 minutes."""
    if not 0 <= delay_s <= MAX_DELAY_S:
        raise TooLarge(f"a message cannot wait {delay_s} s; the limit is {MAX_DELAY_S}: let it come and send it on")


def reason_that_fits(body: str, reason: str) -> str:
    """As much of a reason as fits beside its message: at most 1 KiB, less where the body is near the limit.

    Law: `check_message(body, {"reason": …})` holds for the result when it isn't empty.
    """
    room = MAX_MESSAGE_BYTES - message_bytes(body, {"reason": ""})
    return reason.encode()[: max(0, min(KIB, room))].decode(errors="ignore")


def _number_bytes(number: int) -> int:
    """One byte for each two digits, one for the number, and one for a minus sign; zeros at the end are free.

    The guide says "approximately"; pairs of digits are counted from the decimal point, as observed.
    """
    rest = abs(number)
    while rest and rest % _PAIR == 0:
        rest //= _PAIR
    digits = len(str(rest)) if rest else 0
    return (digits + 1) // 2 + 1 + (number < 0)
