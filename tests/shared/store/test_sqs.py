"""What SqsQueue asks of SQS, where a contract test cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from shared.base.errors import Unavailable
from shared.store.ports import MAX_MESSAGE_BYTES
from shared.store.sqs import SqsQueue
from tests.emulated import lazy_client, make_queue


class RecordingSqs:
    """An SQS that remembers what it was sent and fails to delete."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    def send_message(self, **arguments: Any) -> None:  # noqa: ANN401 - as botocore's client
        """As botocore's client."""
        self.sent.append(arguments)

    def delete_message_batch(self, QueueUrl: str, Entries: Sequence[Any]) -> dict[str, Any]:  # noqa: N803 - AWS's names
        """As botocore's client."""
        assert QueueUrl == "queue"
        return {"Failed": [{"Id": Entries[0]["Id"], "Code": "InternalError"}]}


def test_a_workspace_is_the_group_that_makes_the_queue_fair() -> None:
    """It goes along with each message, beside its delay."""
    sqs = RecordingSqs()
    SqsQueue(lambda: sqs, "queue", "dead").send("body", group="workspace", delay_s=30)
    (sent,) = sqs.sent
    assert (sent["QueueUrl"], sent["MessageGroupId"], sent["DelaySeconds"]) == ("queue", "workspace", 30)


def test_a_message_that_was_not_deleted_is_no_success() -> None:
    """SQS answers 200 and names it inside."""
    with pytest.raises(Unavailable, match="not deleted, SQS answered InternalError"):
        SqsQueue(RecordingSqs, "queue", "dead").delete(["handle"])


@pytest.mark.aws
@pytest.mark.parametrize(
    ("body", "reason", "kept"),
    [
        ("poison", "no envelope", "no envelope"),
        ("poison", "ü" * 5_000, "ü" * 512),
        ("x" * (MAX_MESSAGE_BYTES - 15), "way too long", "way"),
        ("x" * MAX_MESSAGE_BYTES, "no room at all", None),
    ],
)
def test_a_buried_message_is_on_the_dead_letter_queue_with_its_reason(
    aws_endpoint: str, body: str, reason: str, kept: str | None
) -> None:
    """Whole, with as much of the reason as there is room for."""
    client, dead_url = lazy_client(aws_endpoint, "sqs"), make_queue(aws_endpoint)
    SqsQueue(client, make_queue(aws_endpoint), dead_url).bury(body, reason)
    (dead,) = SqsQueue(client, dead_url, dead_url).receive(10, visibility_s=60, wait_s=5)
    assert dead.body == body
    assert dead.attributes.get("reason") == kept
