"""What DynamoTable asks of DynamoDB, where a contract test cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from shared.base.errors import Unavailable
from shared.store.dynamo import DynamoTable, range_request
from shared.store.ports import Item, KeyRange
from tests.emulated import lazy_client, make_table

BASE_PAUSES_S = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]


class BusyDynamo:
    """A DynamoDB that leaves all but so many writes of each batch unprocessed, `busy_answers` times."""

    def __init__(self, takes: int, busy_answers: int) -> None:
        self.batches: list[list[str]] = []
        self._takes = takes
        self._busy_answers = busy_answers

    def batch_write_item(self, RequestItems: Mapping[str, Sequence[Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        """As botocore's client."""
        (requests,) = RequestItems.values()
        self.batches.append([request["PutRequest"]["Item"]["sk"]["S"] for request in requests])
        self._busy_answers -= 1
        left = requests[self._takes :] if self._busy_answers >= 0 else []
        return {"UnprocessedItems": {"t": left} if left else {}}


def _items(count: int, size_bytes: int = 1) -> list[Item]:
    return [Item("p", f"{number:02d}", {"bulk": b"x" * size_bytes}) for number in range(count)]


def test_what_a_batch_left_unprocessed_is_written_again() -> None:
    """Only that, after a pause that grows, until nothing is left."""
    dynamo, pauses = BusyDynamo(takes=1, busy_answers=2), list[float]()
    DynamoTable(lambda: dynamo, "t", pauses.append).put(_items(4))
    assert dynamo.batches == [["00", "01", "02", "03"], ["01", "02", "03"], ["02", "03"]]
    assert [0 <= pause <= base for pause, base in zip(pauses, BASE_PAUSES_S, strict=False)] == [True, True]


def test_a_table_that_never_takes_a_write_is_unavailable() -> None:
    """After seven tries, and the message says how many writes are missing."""
    dynamo, pauses = BusyDynamo(takes=1, busy_answers=99), list[float]()
    with pytest.raises(Unavailable, match="table t: 3 writes were not taken in 7 tries"):
        DynamoTable(lambda: dynamo, "t", pauses.append).put(_items(10))
    assert len(pauses) == len(BASE_PAUSES_S)


def test_a_batch_is_cut_by_count_and_by_bytes() -> None:
    """25 small ones a request; of 300 KB each, eight."""
    small, large = BusyDynamo(25, 0), BusyDynamo(25, 0)
    DynamoTable(lambda: small, "t").put(_items(51))
    DynamoTable(lambda: large, "t").put(_items(20, size_bytes=300 * 1024))
    assert [len(batch) for batch in small.batches] == [25, 25, 1]
    assert [len(batch) for batch in large.batches] == [8, 8, 4]


@pytest.mark.parametrize(
    "empty",
    [
        KeyRange("p", "b", "b"),
        KeyRange("p", "b", "a"),
        KeyRange("p", "a", "c", after="c"),
        KeyRange("p", "a", "c", after="a", newest_first=True),
    ],
)
def test_a_range_that_is_empty_by_itself_is_not_asked_for(empty: KeyRange) -> None:
    """It would cost a read unit, or be an error of DynamoDB's."""
    assert range_request(empty) is None


@pytest.mark.aws
def test_the_expiry_is_the_attribute_that_ttl_goes_by(aws_endpoint: str) -> None:
    """A number named `expires_at`, and no such attribute where there is no expiry."""
    name = make_table(aws_endpoint)
    client = lazy_client(aws_endpoint, "dynamodb")
    DynamoTable(client, name).put([Item("p", "a", {}, 1_800_000_000), Item("p", "b", {})])
    stored = client().scan(TableName=name)["Items"]
    assert {item["sk"]["S"]: item.get("expires_at") for item in stored} == {"a": {"N": "1800000000"}, "b": None}
