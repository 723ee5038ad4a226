"""The doors that settings open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from shared.base.settings import Settings
from shared.store.aws import LazyClient, open_store
from shared.store.closed import DoorClosed
from shared.store.dynamo import DynamoTable
from shared.store.ports import Item, Key, KeyRange
from shared.store.s3 import S3Objects
from shared.store.secret import AwsSecret
from shared.store.sqs import SqsQueue
from shared.store.topic import SnsTopic
from tests.emulated import make_queue, make_s3_objects, make_table
from tests.emulator import CREDENTIALS


@dataclass(frozen=True)
class AllDoors(Settings):
    """A room that may do everything."""

    traces_table: str = "traces"
    control_table: str = "control"
    bucket: str = "bucket"
    operations_queue_url: str = "queue"
    dead_letter_queue_url: str = "dead"
    deliveries_queue_url: str = "deliveries"
    delivery_dead_letter_queue_url: str = "undelivered"
    hooks_secret: str = "hooks"
    alerts_topic_arn: str = "alerts"


@dataclass(frozen=True)
class OneDoor(Settings):
    """A room that reads keys."""

    control_table: str = "control"
    dead_letter_queue_url: str = "dead"


class CountingSession:
    """Makes clients that are numbers: how many were made before."""

    def __init__(self) -> None:
        self.made = 0

    def create_client(self, _service: str, **_options: Any) -> int:  # noqa: ANN401 - as botocore's session
        """As botocore's session."""
        self.made += 1
        return self.made


def test_each_named_door_is_open() -> None:
    """All of them, and nothing is connected by opening them."""
    store = open_store(AllDoors())
    kinds = [type(door) for door in (store.traces, store.control, store.objects, store.operations)]
    assert kinds == [DynamoTable, DynamoTable, S3Objects, SqsQueue]
    assert [type(door) for door in (store.deliveries, store.hooks, store.alerts)] == [SqsQueue, AwsSecret, SnsTopic]


def test_a_door_that_no_setting_names_says_so_when_used() -> None:
    """With the door, what was tried, and the setting that is missing."""
    store = open_store(OneDoor())
    assert isinstance(store.control, DynamoTable)
    with pytest.raises(DoorClosed, match=r"no traces\.get: its settings have no traces_table"):
        store.traces.get(Key("p", "s"))
    with pytest.raises(DoorClosed, match=r"objects\.list.*bucket"):
        store.objects.list("")
    with pytest.raises(DoorClosed, match=r"hooks\.read.*hooks_secret"):
        store.hooks.read()
    with pytest.raises(DoorClosed, match=r"alerts\.publish.*alerts_topic_arn"):
        store.alerts.publish("s", "m", {})
    with pytest.raises(DoorClosed, match=r"deliveries\.send.*delivery_dead_letter_queue_url"):
        store.deliveries.send("body", group="w")
    with pytest.raises(DoorClosed, match=r"operations\.send.*operations_queue_url"):
        store.operations.send("body", group="w")


def test_a_client_is_made_once_and_only_when_used() -> None:
    """Whichever of many threads comes first."""
    session = CountingSession()
    client = LazyClient(session, "sqs")
    assert session.made == 0
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: client(), range(50))) == {1}


@pytest.mark.aws
def test_an_opened_store_works_by_the_environment_alone(aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in Lambda: names from settings; region, credentials and endpoint from the environment."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": aws_endpoint}.items():
        monkeypatch.setenv(name, value)
    bucket = make_s3_objects(aws_endpoint)._bucket
    queue, table = make_queue(aws_endpoint), make_table(aws_endpoint)
    store = open_store(AllDoors(table, table, bucket, queue, queue))
    store.traces.put([Item("p", "s", {"n": 1})])
    store.objects.put("a/b", b"bytes")
    store.operations.send("body", group="w")
    assert store.control.query(KeyRange("p")) == [Item("p", "s", {"n": 1})]
    assert store.objects.get("a/b") == b"bytes"
    assert [message.body for message in store.operations.receive(1, 60, wait_s=5)] == ["body"]
