"""The event that Lambda makes of messages from SQS.

Source: AWS Lambda, "Using Lambda with Amazon SQS", example standard queue message event, and "Handling
errors for an SQS event source", batch item failures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from infra.local.function import REGION
from infra.local.http_event import ACCOUNT
from shared.base.units import US_PER_MS
from shared.store.ports import Message


def sqs_event(messages: Sequence[Message], queue: str, now_us: int) -> dict[str, Any]:
    """The event for one batch. The local queue does not keep when a message was sent: its times are the delivery's."""
    return {"Records": [_record(message, queue, now_us) for message in messages]}


def failed_ids(result: object, messages: Sequence[Message]) -> set[str]:
    """The messages that come again. An answer that names a message not in the batch fails the whole batch."""
    failures = (result.get("batchItemFailures") or []) if isinstance(result, dict) else []
    known = {message.id for message in messages}
    named = {failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures}
    return known if named - known else known & named


def _record(message: Message, queue: str, now_us: int) -> dict[str, Any]:
    moment = str(now_us // US_PER_MS)
    return {
        "messageId": message.id,
        "receiptHandle": message.handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.attempt),
            "SentTimestamp": moment,
            "SenderId": ACCOUNT,
            "ApproximateFirstReceiveTimestamp": moment,
        },
        "messageAttributes": {name: _attribute(value) for name, value in message.attributes.items()},
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }


def _attribute(value: str) -> dict[str, Any]:
    return {"stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String"}
