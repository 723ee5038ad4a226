"""The doors to AWS that a room's settings name, and clients that are made when first used.

By botocore alone: boto3 adds its resource layer, and milliseconds to each cold start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from botocore.config import Config
from botocore.session import Session

from shared.base.settings import Settings
from shared.store.closed import ClosedDoor
from shared.store.dynamo import DynamoTable
from shared.store.edge import CloudFrontEdge
from shared.store.ports import Store
from shared.store.s3 import S3Objects
from shared.store.secret import AwsSecret
from shared.store.sqs import SqsQueue
from shared.store.topic import SnsTopic

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=6,
    # Three tries end within 24 s at worst, before the 29 s of the longest room.
    retries={"total_max_attempts": 3, "mode": "standard"},
    tcp_keepalive=True,
    max_pool_connections=32,
    # Every request is built by this package, whose calls the contract tests send to an emulator.
    parameter_validation=False,
)
_GLOBAL = {"region_name": "us-east-1"}
"""Its endpoint is found by the ARN that each call names; a region is asked for all the same."""
_S3_CONFIG = _CONFIG.merge(Config(signature_version="s3v4"))


class LazyClient:
    """A botocore client that is made on the first call, once, whichever thread comes first."""

    def __init__(self, session: Session, service: str, options: Mapping[str, Any] | None = None) -> None:
        self._session = session
        self._service = service
        self._options = {"config": _S3_CONFIG if service == "s3" else _CONFIG, **(options or {})}
        self._making = threading.Lock()
        self._client: Any = None

    def __call__(self) -> Any:  # noqa: ANN401 - botocore makes its clients' classes at run time
        """The client."""
        with self._making:
            if self._client is None:
                self._client = self._session.create_client(self._service, **self._options)
        return self._client


def open_store(settings: Settings) -> Store:
    """The doors whose names are fields of these settings; a closed door for each of the others.

    Region, credentials and endpoints are those of the environment, as botocore reads it. Nothing is
    connected, and no client is made, before the first use.
    """
    session = Session()
    dynamodb, s3, sqs = (LazyClient(session, service) for service in ("dynamodb", "s3", "sqs"))
    secrets = LazyClient(session, "secretsmanager")

    def opened(door: str, make: Callable[..., object], *fields: str) -> Any:  # noqa: ANN401 - a door of any kind
        names = [getattr(settings, field, None) for field in fields]
        return ClosedDoor(door, fields) if None in names else make(*names)

    def edge() -> Any:  # noqa: ANN401 - the one door that needs two services
        keys, cdn = LazyClient(session, "cloudfront-keyvaluestore", _GLOBAL), LazyClient(session, "cloudfront")
        return opened("edge", partial(CloudFrontEdge, keys, cdn), "denied_store_arn", "distribution_id")

    return Store(
        traces=opened("traces", partial(DynamoTable, dynamodb), "traces_table"),
        control=opened("control", partial(DynamoTable, dynamodb), "control_table"),
        objects=opened("objects", partial(S3Objects, s3), "bucket"),
        exports=opened("exports", partial(S3Objects, s3), "bucket"),
        examples=opened("examples", partial(S3Objects, s3), "bucket"),
        snapshots=opened("snapshots", partial(S3Objects, s3), "snapshots_bucket"),
        shares=opened("shares", partial(SqsQueue, sqs), "shares_queue_url", "share_dead_letter_queue_url"),
        signing=opened("signing", partial(AwsSecret, secrets), "signing_secret"),
        hooks=opened("hooks", partial(AwsSecret, secrets), "hooks_secret"),
        alerts=opened("alerts", partial(SnsTopic, LazyClient(session, "sns")), "alerts_topic_arn"),
        deliveries=opened(
            "deliveries", partial(SqsQueue, sqs), "deliveries_queue_url", "delivery_dead_letter_queue_url"
        ),
        edge=edge(),
        operations=opened("operations", partial(SqsQueue, sqs), "operations_queue_url", "dead_letter_queue_url"),
        upgrades=opened("upgrades", partial(SqsQueue, sqs), "upgrades_queue_url", "upgrade_dead_letter_queue_url"),
        erasures=opened("erasures", partial(SqsQueue, sqs), "erasures_queue_url", "erasure_dead_letter_queue_url"),
    )
