"""A Table in DynamoDB: partition key `pk`, sort key `sk`, TTL attribute `expires_at`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from shared.base.errors import Unavailable
from shared.base.units import KIB
from shared.store.aws_errors import aws_errors, error_code
from shared.store.parallel import side_by_side
from shared.store.ports import EXPIRES_AT, Absent, AtMost, Condition, Item, Key, KeyRange, Value
from shared.store.sizes import check_item, check_item_bytes, check_key, check_names, item_bytes, values_bytes

WRITES_PER_REQUEST = 25
_BYTES_PER_REQUEST = 2_500 * KIB
"""A request may have 16 MB, as JSON: base64 takes 4/3 of the bytes, an escaped control character 6.

Source for both: DynamoDB API reference, BatchWriteItem.
"""
_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Before each further try of what a batch left unprocessed; each is shortened by chance, up to all of it."""

Attribute = dict[str, Any]
"""A value with its type's letter, as DynamoDB wants it."""


class DynamoTable:
    """A Table by `client()`, a botocore client of DynamoDB."""

    def __init__(self, client: Callable[[], Any], table_name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table_name
        self._pause = pause

    def put(self, items: Sequence[Item]) -> None:
        """Write the items, 25 a request, up to 16 requests at once.

        Raises: TooLarge over 400 KB, before anything is sent; Unavailable.
        A key that comes twice is written once, as its last item: DynamoDB refuses it twice in a request.
        """
        for item in items:
            check_item(item)
        last = {(item.pk, item.sk): item for item in items}
        batches = _batches(list(last.values()))
        side_by_side(self._write, [[{"PutRequest": {"Item": _encoded(item)}} for item in batch] for batch in batches])

    def put_if(self, item: Item, condition: Condition) -> bool:
        """Write the item if the condition holds now; says whether it did.

        Where the answer to a write was lost and the client tried again, it may say no of its own first
        try: who must know, reads the item.
        """
        check_item(item)
        expression = Expression()
        expression.require(condition)
        return self._written("put_item", Item=_encoded(item), **expression.arguments())

    def put_if_many(self, writes: Sequence[tuple[Item, Condition]]) -> list[bool]:
        """Each write, if its own condition holds now, up to 16 at once; says which were done."""
        return side_by_side(lambda write: self.put_if(*write), writes)

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """The item under this key, or None."""
        with self._errors():
            answer = self._client().get_item(TableName=self._table, Key=_encoded_key(key), ConsistentRead=consistent)
        return _decoded(answer["Item"]) if "Item" in answer else None

    def query(self, key_range: KeyRange) -> list[Item]:
        """The items of the range, over as many pages as it takes."""
        request = range_request(key_range)
        items: list[Item] = []
        while request is not None and len(items) != key_range.limit:
            if key_range.limit is not None:
                request["Limit"] = key_range.limit - len(items)
            with self._errors():
                page = self._client().query(TableName=self._table, **request)
            items += [item for item in map(_decoded, page["Items"]) if item.sk != key_range.end]
            request = _next_page(request, page)
        return items

    def query_many(self, key_ranges: Sequence[KeyRange]) -> list[list[Item]]:
        """The items of each range, up to 16 at once."""
        return side_by_side(self.query, key_ranges)

    def update(self, key: Key, changes: Mapping[str, Value], condition: Condition | None = None) -> bool:
        """Set attributes of one item (created if absent) and leave its others; says whether the condition held."""
        check_names(changes, allowed=frozenset({EXPIRES_AT}))
        check_item_bytes(key, values_bytes({"pk": key.pk, "sk": key.sk, **changes}))
        expression = Expression()
        expression.change(changes)
        if condition is not None:
            expression.require(condition)
        return self._written("update_item", Key=_encoded_key(key), **expression.arguments())

    def delete(self, keys: Sequence[Key]) -> None:
        """Remove the items, 25 a request; those that are not there are no error."""
        encoded = [{"DeleteRequest": {"Key": _encoded_key(key)}} for key in dict.fromkeys(keys)]
        for start in range(0, len(encoded), WRITES_PER_REQUEST):
            self._write(encoded[start : start + WRITES_PER_REQUEST])

    def _write(self, requests: list[dict[str, Any]]) -> None:
        """Write one batch, and what it left unprocessed again until nothing is. Raises: Unavailable."""
        for pause_s in (*_PAUSES_S, None):
            with self._errors():
                answer = self._client().batch_write_item(RequestItems={self._table: requests})
            requests = answer.get("UnprocessedItems", {}).get(self._table, [])
            if not requests:
                return
            if pause_s is not None:
                self._pause(pause_s * random.random())  # noqa: S311 - spreads the tries, guards nothing
        raise Unavailable(f"table {self._table}: {len(requests)} writes were not taken in {len(_PAUSES_S) + 1} tries")

    def _written(self, operation: str, **arguments: Any) -> bool:  # noqa: ANN401 - as the operation takes them
        with self._errors():
            try:
                getattr(self._client(), operation)(TableName=self._table, **arguments)
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    return False
                raise
        return True

    def _errors(self) -> Any:  # noqa: ANN401 - a context manager
        return aws_errors(f"table {self._table}")


class Expression:
    """The expressions of one write; every name and value is a placeholder, so no word is reserved."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Attribute] = {}
        self._update = ""
        self._condition = ""

    def change(self, changes: Mapping[str, Value]) -> None:
        """Set each of these attributes."""
        clauses = [f"{self._name(name)} = {self._value(value)}" for name, value in changes.items()]
        self._update = "SET " + ", ".join(clauses) if clauses else ""

    def require(self, condition: Condition) -> None:
        """Write only if this holds."""
        if isinstance(condition, Absent):
            # An item has its partition key, whatever else it has.
            nothing_is_there = f"attribute_not_exists({self._name('pk')})"
            self._condition = nothing_is_there
        elif isinstance(condition, AtMost):
            name = self._name(condition.attribute)
            # True as well where there is no item at all.
            has_no_number_yet = f"attribute_not_exists({name})"
            # False where the attribute is no number: DynamoDB compares values of one type only.
            number_is_small_enough = f"{name} <= {self._value(condition.limit)}"
            self._condition = f"{has_no_number_yet} OR {number_is_small_enough}"
        else:
            # False where there is no item: an absent attribute equals nothing, not even NULL.
            is_the_expected_value = f"{self._name(condition.attribute)} = {self._value(condition.value)}"
            self._condition = is_the_expected_value

    def arguments(self) -> dict[str, Any]:
        """The arguments of the operation; what is empty is left out, as DynamoDB wants it."""
        arguments = {
            "UpdateExpression": self._update,
            "ConditionExpression": self._condition,
            "ExpressionAttributeNames": self._names,
            "ExpressionAttributeValues": self._values,
        }
        return {name: value for name, value in arguments.items() if value}

    def _name(self, name: str) -> str:
        placeholder = f"#n{len(self._names)}"
        self._names[placeholder] = name
        return placeholder

    def _value(self, value: Value) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = _typed(value)
        return placeholder


def range_request(key_range: KeyRange) -> dict[str, Any] | None:
    """The Query of a range, but for its table and limit; None where the range is empty by itself.

    BETWEEN includes its upper bound and DynamoDB has no other way to name both bounds, so the caller
    drops an item whose sort key is `end`. A key may not be compared with the empty text.
    """
    start, end, after = key_range.start, key_range.end, key_range.after
    if start >= end or _is_walked_through(key_range):
        return None
    is_in_range = "pk = :pk AND sk BETWEEN :start AND :end" if start else "pk = :pk AND sk < :end"
    bounds = {":pk": key_range.pk, ":end": end} | ({":start": start} if start else {})
    request: dict[str, Any] = {
        "KeyConditionExpression": is_in_range,
        "ExpressionAttributeValues": {name: _typed(bound) for name, bound in bounds.items()},
        "ScanIndexForward": not key_range.newest_first,
        "ConsistentRead": key_range.consistent,
    }
    if after is not None and start <= after < end and after:
        request["ExclusiveStartKey"] = {"pk": _typed(key_range.pk), "sk": _typed(after)}
    return request if key_range.only is None else {**request, **_projection(key_range.only)}


def _projection(names: Sequence[str]) -> dict[str, Any]:
    """Keys, expiry and these attributes; their names are placeholders, so no word is reserved."""
    placeholders = {f"#n{number}": name for number, name in enumerate(("pk", "sk", EXPIRES_AT, *names))}
    return {"ProjectionExpression": ", ".join(placeholders), "ExpressionAttributeNames": placeholders}


def _is_walked_through(key_range: KeyRange) -> bool:
    """Whether `after` lies at or beyond the far end; DynamoDB refuses to start outside of the range."""
    after = key_range.after
    if after is None:
        return False
    return after <= key_range.start if key_range.newest_first else after >= key_range.end


def _next_page(request: dict[str, Any], page: Mapping[str, Any]) -> dict[str, Any] | None:
    last_key = page.get("LastEvaluatedKey")
    return {**request, "ExclusiveStartKey": last_key} if last_key else None


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in the order given, cut where a request would have too many or too large ones."""
    batch: list[Item] = []
    room_bytes = _BYTES_PER_REQUEST
    for item in items:
        size_bytes = item_bytes(item)
        if len(batch) == WRITES_PER_REQUEST or (batch and size_bytes > room_bytes):
            yield batch
            batch, room_bytes = [], _BYTES_PER_REQUEST
        batch.append(item)
        room_bytes -= size_bytes
    if batch:
        yield batch


def _encoded(item: Item) -> dict[str, Attribute]:
    encoded = {name: _typed(value) for name, value in item.attributes.items()}
    encoded["pk"], encoded["sk"] = _typed(item.pk), _typed(item.sk)
    if item.expires_epoch_s is not None:
        encoded[EXPIRES_AT] = _typed(item.expires_epoch_s)
    return encoded


def _encoded_key(key: Key) -> dict[str, Attribute]:
    check_key(key)
    return {"pk": _typed(key.pk), "sk": _typed(key.sk)}


def _decoded(encoded: Mapping[str, Attribute]) -> Item:
    attributes = {name: _untyped(attribute) for name, attribute in encoded.items()}
    expires = attributes.pop(EXPIRES_AT, None)
    pk, sk = str(attributes.pop("pk")), str(attributes.pop("sk"))
    return Item(pk, sk, attributes, expires if isinstance(expires, int) else None)


def _typed(value: Value) -> Attribute:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": value}
    if value is None:
        return {"NULL": True}
    return {"BOOL": value} if isinstance(value, bool) else {"N": str(value)}


def _untyped(attribute: Attribute) -> Value:
    ((letter, value),) = attribute.items()
    if letter == "N":
        return int(value)
    read: Value = None if letter == "NULL" else value
    return read
