"""Tables, buckets and queues in the emulator as `infra/stacks` makes them in AWS, each with a name of its own."""

from __future__ import annotations

import uuid

from botocore.session import Session

from shared.store.aws import LazyClient
from shared.store.dynamo import DynamoTable
from shared.store.s3 import S3Objects
from shared.store.sqs import SqsQueue
from tests.emulator import client_of, client_options


def lazy_client(endpoint: str, service: str) -> LazyClient:
    """The client that a deployed room would use, but for where it connects to."""
    return LazyClient(Session(), service, client_options(endpoint))


def make_table(endpoint: str) -> str:
    """The name of a new table with the house's keys."""
    name = f"table-{uuid.uuid4()}"
    client_of(endpoint, "dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
    )
    return name


def make_dynamo_table(endpoint: str) -> DynamoTable:
    """A new, empty table."""
    return DynamoTable(lazy_client(endpoint, "dynamodb"), make_table(endpoint))


def make_s3_objects(endpoint: str) -> S3Objects:
    """A new, empty bucket."""
    bucket = f"bucket-{uuid.uuid4()}"
    client_of(endpoint, "s3").create_bucket(Bucket=bucket)
    return S3Objects(lazy_client(endpoint, "s3"), bucket)


def make_queue(endpoint: str) -> str:
    """The URL of a new, empty queue of the standard kind."""
    url: str = client_of(endpoint, "sqs").create_queue(
        QueueName=f"queue-{uuid.uuid4()}", Attributes={"MaximumMessageSize": str(1024 * 1024)}
    )["QueueUrl"]
    return url


def make_sqs_queue(endpoint: str) -> SqsQueue:
    """A new, empty queue with its dead letters."""
    return SqsQueue(lazy_client(endpoint, "sqs"), make_queue(endpoint), make_queue(endpoint))
