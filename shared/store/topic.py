"""A topic of Amazon SNS: what is told to whoever subscribed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from shared.base.errors import TooLarge
from shared.base.units import KIB
from shared.store.aws_errors import aws_errors
from shared.store.sizes import utf8_bytes

MAX_TOLD_BYTES = 256 * KIB
"""Source: Amazon SNS API reference, Publish, `Message`."""
_MAX_SUBJECT_CHARS = 99
"""Source: Amazon SNS API reference, Publish: a subject is ASCII, begins with a sign, and has less than 100 of them."""


class SnsTopic:
    """One topic. `client` gives a botocore client of `sns`."""

    def __init__(self, client: Callable[[], Any], arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, subject: str, message: str, attributes: Mapping[str, str]) -> None:
        """Tell whoever subscribed. Raises: TooLarge over 256 KiB; Unavailable."""
        check_told(message)
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        with aws_errors(f"topic {self._arn}"):
            self._client().publish(
                TopicArn=self._arn, Subject=subject_of(subject), Message=message, MessageAttributes=typed
            )


def check_told(message: str) -> None:
    """Refuse what SNS would not take. Raises: TooLarge."""
    if utf8_bytes(message) > MAX_TOLD_BYTES:
        raise TooLarge(f"an alert has {utf8_bytes(message)} bytes; the limit is {MAX_TOLD_BYTES}: say less, and link")


def subject_of(text: str) -> str:
    """As much of a subject as SNS takes: one line of ASCII; what is none of it becomes a question mark."""
    line = re.sub(r"[^\x20-\x7e]", "?", " ".join(text.split()))
    return line[:_MAX_SUBJECT_CHARS] or "Tracekeep"
