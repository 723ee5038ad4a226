"""A Queue in SQS, with its dead letters in a second queue."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.base.errors import Unavailable
from shared.store.aws_errors import aws_errors
from shared.store.ports import Depth, Message
from shared.store.sizes import check_delay, check_message, reason_that_fits

MESSAGES_PER_REQUEST = 10
"""Source: Amazon SQS API reference, ReceiveMessage and DeleteMessageBatch."""
_COUNTS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
]
_LONGEST_POLL_S = 4
"""Shorter than the client's read timeout; SQS itself would wait up to 20 s."""


class SqsQueue:
    """A Queue by `client()`, a botocore client of SQS. A standard queue: the groups make it a fair one."""

    def __init__(self, client: Callable[[], Any], queue_url: str, dead_letter_queue_url: str) -> None:
        self._client = client
        self._url = queue_url
        self._dead_letter_url = dead_letter_queue_url

    def send(
        self,
        body: str,
        *,
        group: str,
        delay_s: int = 0,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Put a message on the queue; durable on return. Raises: TooLarge over 1 MiB; Malformed when empty."""
        check_message(body, attributes or {})
        check_delay(delay_s)
        with aws_errors(f"queue {self._url}"):
            self._client().send_message(
                QueueUrl=self._url,
                MessageBody=body,
                MessageGroupId=group,
                DelaySeconds=delay_s,
                MessageAttributes=_typed(attributes or {}),
            )

    def receive(self, limit: int, visibility_s: int, wait_s: float = 0) -> Sequence[Message]:
        """Up to `limit` messages, and never over 10; waits up to `wait_s` for the first."""
        deadline_s = time.monotonic() + wait_s
        while True:
            left_s = deadline_s - time.monotonic()
            messages = self._poll(min(limit, MESSAGES_PER_REQUEST), visibility_s, max(0, math.ceil(left_s)))
            if messages or time.monotonic() >= deadline_s:
                return messages

    def delete(self, handles: Sequence[str]) -> None:
        """Say that these received messages are done. Raises: Unavailable where SQS did not take one."""
        for start in range(0, len(handles), MESSAGES_PER_REQUEST):
            batch = handles[start : start + MESSAGES_PER_REQUEST]
            entries = [{"Id": str(number), "ReceiptHandle": handle} for number, handle in enumerate(batch)]
            with aws_errors(f"queue {self._url}"):
                answer = self._client().delete_message_batch(QueueUrl=self._url, Entries=entries)
            for failed in answer.get("Failed", []):
                raise Unavailable(f"queue {self._url}: a message was not deleted, SQS answered {failed['Code']}")

    def bury(self, body: str, reason: str) -> None:
        """Put a message on the dead-letter queue, with the reason, cut to what fits beside it."""
        check_message(body, {})
        fitting = reason_that_fits(body, reason)
        with aws_errors(f"queue {self._dead_letter_url}"):
            self._client().send_message(
                QueueUrl=self._dead_letter_url,
                MessageBody=body,
                MessageAttributes=_typed({"reason": fitting} if fitting else {}),
            )

    def depth(self) -> Depth:
        """What is on the queue and among its dead letters; a minute after the last send it is about right.

        Source: Amazon SQS API reference, GetQueueAttributes.
        """
        waiting, delayed, in_flight = self._counted(self._url)
        return Depth(waiting, delayed, in_flight, dead=sum(self._counted(self._dead_letter_url)))

    def _counted(self, url: str) -> tuple[int, ...]:
        with aws_errors(f"queue {url}"):
            answer = self._client().get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)
        return tuple(int(answer["Attributes"][name]) for name in _COUNTS)

    def _poll(self, limit: int, visibility_s: int, wait_s: int) -> list[Message]:
        with aws_errors(f"queue {self._url}"):
            answer = self._client().receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=limit,
                VisibilityTimeout=visibility_s,
                WaitTimeSeconds=min(wait_s, _LONGEST_POLL_S),
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return [_message(entry) for entry in answer.get("Messages", [])]


def _typed(attributes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}


def _message(entry: Mapping[str, Any]) -> Message:
    attributes = {
        name: attribute["StringValue"]
        for name, attribute in entry.get("MessageAttributes", {}).items()
        if "StringValue" in attribute
    }
    return Message(
        id=entry["MessageId"],
        handle=entry["ReceiptHandle"],
        body=entry["Body"],
        attempt=int(entry["Attributes"]["ApproximateReceiveCount"]),
        attributes=attributes,
    )
