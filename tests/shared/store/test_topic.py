"""A topic of SNS, in the emulator."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import TooLarge
from shared.store.sqs import SqsQueue
from shared.store.topic import SnsTopic, subject_of
from tests.emulated import lazy_client, make_queue
from tests.emulator import client_of


@pytest.mark.aws
def test_who_subscribed_is_told(aws_endpoint: str) -> None:
    """Subject, message and attributes arrive as they were given."""
    sns, sqs = client_of(aws_endpoint, "sns"), client_of(aws_endpoint, "sqs")
    arn = sns.create_topic(Name=f"alerts-{uuid.uuid4()}")["TopicArn"]
    url = make_queue(aws_endpoint)
    queue_arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn)
    SnsTopic(lazy_client(aws_endpoint, "sns"), arn).publish("a rule matched", "Zoë", {"rule": "R"})
    [message] = SqsQueue(lazy_client(aws_endpoint, "sqs"), url, url).receive(1, 60, wait_s=5)
    told = json.loads(message.body)
    assert (told["Subject"], told["Message"]) == ("a rule matched", "Zoë")
    assert told["MessageAttributes"]["rule"]["Value"] == "R"


def test_too_long_a_message_is_refused_before_it_is_sent() -> None:
    """With the limit; no client is made for it."""
    with pytest.raises(TooLarge, match="262144"):
        SnsTopic(lambda: pytest.fail("it was sent"), "arn").publish("s", "x" * 262_145, {})


@given(st.text())
def test_a_subject_is_one_line_of_ascii_that_sns_takes(text: str) -> None:
    """Whatever a rule is called: never empty, never a control character, under 100 characters."""
    subject = subject_of(text)
    assert 0 < len(subject) < 100
    assert subject.isascii()
    assert subject.isprintable()
