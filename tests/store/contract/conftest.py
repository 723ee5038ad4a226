"""Every implementation of the three ports, each fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.local.folder_objects import FolderObjects
from infra.local.sqlite_queue import SqliteQueue
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SystemClock
from shared.store.ports import Objects, Queue, Table
from tests.emulated import make_dynamo_table, make_s3_objects, make_sqs_queue

AWS = partial(pytest.param, marks=pytest.mark.aws)


@pytest.fixture
def sqlite_table(tmp_path: Path) -> Iterator[SqliteTable]:
    """An empty table of the laptop."""
    table = SqliteTable(tmp_path / "table.sqlite")
    yield table
    table.close()


@pytest.fixture
def sqlite_queue(tmp_path: Path) -> Iterator[SqliteQueue]:
    """An empty queue of the laptop."""
    queue = SqliteQueue(tmp_path / "queue.sqlite")
    yield queue
    queue.close()


@pytest.fixture
def dynamo_table(aws_endpoint: str) -> Table:
    """An empty table of DynamoDB."""
    return make_dynamo_table(aws_endpoint)


@pytest.fixture
def s3_objects(aws_endpoint: str) -> Objects:
    """An empty bucket of S3."""
    return make_s3_objects(aws_endpoint)


@pytest.fixture
def sqs_queue(aws_endpoint: str) -> Queue:
    """An empty queue of SQS."""
    return make_sqs_queue(aws_endpoint)


@pytest.fixture(params=["sqlite_table", AWS("dynamo_table")])
def table(request: pytest.FixtureRequest) -> Table:
    """An empty table, of each kind."""
    made: Table = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def folder_objects(tmp_path: Path) -> FolderObjects:
    """An empty folder of the laptop."""
    return FolderObjects(tmp_path, "http://127.0.0.1:1", SystemClock())


@pytest.fixture(params=["folder_objects", AWS("s3_objects")])
def objects(request: pytest.FixtureRequest) -> Objects:
    """An empty bucket, of each kind."""
    made: Objects = request.getfixturevalue(request.param)
    return made


@pytest.fixture(params=["sqlite_queue", AWS("sqs_queue")])
def queue(request: pytest.FixtureRequest) -> Queue:
    """An empty queue, of each kind."""
    made: Queue = request.getfixturevalue(request.param)
    return made
