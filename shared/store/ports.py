"""The three ports through which all data passes: Table, Objects and Queue.

Two implementations of each: `shared/store/aws.py` (DynamoDB, S3, SQS by botocore) and `infra/local`
(SQLite and a folder). `tests/store/contract` holds both to the same behaviour. Above the ports
there is one code for the laptop and for AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, cast

from shared.store.closed import ClosedDoor

Value = str | int | bytes | bool | None
"""What an attribute may be; numbers fit in 64 bits. Anything with more structure is encoded by its owner."""

EXPIRES_AT = "expires_at"
"""The TTL attribute. `update` may set it; `put` takes it from `Item.expires_epoch_s`."""

MAX_ITEM_BYTES = 400 * 1024
"""Source: DynamoDB, service quotas, "Item size"."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where an item lives."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Item:
    """One row: its key, its attributes, and when it may be deleted.

    `expires_epoch_s` is the physical end (DynamoDB's TTL attribute `expires_at`); whether a row may
    still be *read* is for the reader to decide, because TTL deletes late.
    """

    pk: str
    sk: str
    attributes: Mapping[str, Value]
    expires_epoch_s: int | None = None


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The items of one partition whose sort key is in [start, end), in order.

    `after` continues behind that sort key (exclusive), in the direction of the walk.
    `limit` bounds the items in all; None reads the whole range, page after page.
    `only` names the attributes wanted, each item coming without its others; what is billed is the whole item.
    """

    pk: str
    start: str = ""
    end: str = "\U0010ffff"
    newest_first: bool = False
    after: str | None = None
    limit: int | None = None
    consistent: bool = False
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Write only if there is no item under this key."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """Write only if there is no item, or its number `attribute` is absent or at most `limit`."""

    attribute: str
    limit: int


@dataclass(frozen=True, slots=True)
class Equals:
    """Write only if there is an item and its `attribute` equals `value`."""

    attribute: str
    value: Value


Condition = Absent | AtMost | Equals


class Table(Protocol):
    """Rows by partition and sort key. Sort keys compare as UTF-8 bytes."""

    def put(self, items: Sequence[Item]) -> None:
        """Write the items, each overwriting what was under its key; all are durable on return.

        No order among them is promised, and readers may see some before others.
        Raises: Unavailable when the table does not take them in time; TooLarge over 400 KB.
        """
        ...

    def put_if(self, item: Item, condition: Condition) -> bool:
        """Write the item if the condition holds now; says whether it did."""
        ...

    def put_if_many(self, writes: Sequence[tuple[Item, Condition]]) -> list[bool]:
        """`put_if` for each, apart from the others; done side by side where that is faster."""
        ...

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """The item under this key, or None."""
        ...

    def query(self, key_range: KeyRange) -> list[Item]:
        """The items of the range."""
        ...

    def query_many(self, key_ranges: Sequence[KeyRange]) -> list[list[Item]]:
        """The items of each range, in the order asked; read side by side where that is faster."""
        ...

    def update(self, key: Key, changes: Mapping[str, Value], condition: Condition | None = None) -> bool:
        """Set attributes of one item (created if absent) and leave its others; says whether the condition held."""
        ...

    def delete(self, keys: Sequence[Key]) -> None:
        """Remove the items; those that are not there are no error."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectRange:
    """`length` bytes of the object `key` from `offset`."""

    key: str
    offset: int
    length: int


class Objects(Protocol):
    """Blobs by key. Keys hold `/` as a separator and are safe as paths and URLs."""

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        """Store a blob, whole or not at all; durable on return."""
        ...

    def get(self, key: str) -> bytes:
        """The whole blob. Raises: NotFound."""
        ...

    def get_ranges(self, ranges: Sequence[ObjectRange]) -> list[bytes]:
        """The bytes of each range, in the order asked, fetched side by side. Raises: NotFound.

        Of a range that goes beyond the end, what there is of it.
        """
        ...

    def copy(self, source: str, target: str) -> None:
        """Copy a blob. Raises: NotFound."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Remove blobs; those that are not there are no error."""
        ...

    def list(self, prefix: str) -> Iterable[str]:
        """All keys under a prefix, in order."""
        ...

    def signed_url(self, key: str, expires_s: int, content_type: str, filename: str) -> str:
        """An address that reads this one blob without any key until `expires_s` seconds from now."""
        ...


MAX_MESSAGE_BYTES = 1024 * 1024
"""Source: Amazon SQS, message quotas (1 MiB since 2025-08)."""

MAX_DELAY_S = 900
"""Source: Amazon SQS, message quotas, "Message timer"."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a worker receives. `attempt` is 1 on the first delivery; `handle` names this delivery to `delete`."""

    id: str
    handle: str
    body: str
    attempt: int
    attributes: Mapping[str, str] = field(default_factory=dict)


class Depth(NamedTuple):
    """How many messages may be received now, were sent with a delay, are hidden after a delivery, were given up."""

    waiting: int
    delayed: int
    in_flight: int
    dead: int


class Queue(Protocol):
    """At least once, in no promised order. Bodies are legal UTF-8 text of at most 1 MiB."""

    def send(
        self,
        body: str,
        *,
        group: str,
        delay_s: int = 0,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Put a message on the queue; durable on return. `group` (a workspace) shares the queue fairly.

        `delay_s` is at most 900. Raises: TooLarge over 1 MiB or 900 s; Malformed when something is empty.
        """
        ...

    def receive(self, limit: int, visibility_s: int, wait_s: float = 0) -> Sequence[Message]:
        """Up to `limit` messages, hidden from others for `visibility_s`; waits up to `wait_s` for the first."""
        ...

    def delete(self, handles: Sequence[str]) -> None:
        """Say that these received messages are done."""
        ...

    def bury(self, body: str, reason: str) -> None:
        """Put a message on the dead-letter queue, with the reason as its attribute `reason`."""
        ...

    def depth(self) -> Depth:
        """What is on the queue and among its dead letters, about."""
        ...


class Secret(Protocol):
    """One text that only those may read who need it."""

    def read(self) -> str:
        """The text as it is now. Raises: Unavailable."""
        ...


class Topic(Protocol):
    """Where people have themselves told of something."""

    def publish(self, subject: str, message: str, attributes: Mapping[str, str]) -> None:
        """Tell whoever subscribed; a subject is cut to a line of 99 characters.

        Raises: TooLarge over 256 KiB; Unavailable.
        """
        ...


class Edge(Protocol):
    """Where copies of shares' files are handed out, by whoever was signed to have them."""

    def deny(self, share_id: str) -> None:
        """Refuse all files of a share, whatever was signed for them before. Raises: Unavailable."""
        ...

    def deny_scopes(self, find: Callable[[], Sequence[str]]) -> None:
        """Refuse all files of the shares of these workspaces and organizations, and no longer those of others.

        `find` is asked again where somebody else changes it meanwhile. Raises: Unavailable.
        """
        ...

    def invalidate(self, share_id: str) -> None:
        """Have the copies of its files forgotten; asked again, nothing more happens. Raises: Unavailable."""
        ...

    def forget(self, share_id: str) -> None:
        """Deny it no longer: when its files are gone, and every signature for them is over. Raises: Unavailable."""
        ...


def _no_edge() -> Edge:
    return cast("Edge", ClosedDoor("edge", ["denied_store_arn", "distribution_id"]))


def _no_signing() -> Secret:
    return cast("Secret", ClosedDoor("signing", ["signing_secret"]))


def _no_hooks() -> Secret:
    return cast("Secret", ClosedDoor("hooks", ["hooks_secret"]))


def _no_alerts() -> Topic:
    return cast("Topic", ClosedDoor("alerts", ["alerts_topic_arn"]))


def _no_deliveries() -> Queue:
    return cast("Queue", ClosedDoor("deliveries", ["deliveries_queue_url", "delivery_dead_letter_queue_url"]))


def _no_erasures() -> Queue:
    return cast("Queue", ClosedDoor("erasures", ["erasures_queue_url", "erasure_dead_letter_queue_url"]))


def _no_upgrades() -> Queue:
    return cast("Queue", ClosedDoor("upgrades", ["upgrades_queue_url", "upgrade_dead_letter_queue_url"]))


def _no_exports() -> Objects:
    return cast("Objects", ClosedDoor("exports", ["bucket"]))


def _no_examples() -> Objects:
    return cast("Objects", ClosedDoor("examples", ["bucket"]))


def _no_shares() -> Queue:
    return cast("Queue", ClosedDoor("shares", ["shares_queue_url", "share_dead_letter_queue_url"]))


def _no_snapshots() -> Objects:
    return cast("Objects", ClosedDoor("snapshots", ["snapshots_bucket"]))


@dataclass(frozen=True)
class Store:
    """The doors a room was given. A room that needs no queue gets none."""

    traces: Table
    control: Table
    objects: Objects
    operations: Queue
    erasures: Queue = field(default_factory=_no_erasures)
    upgrades: Queue = field(default_factory=_no_upgrades)
    exports: Objects = field(default_factory=_no_exports)
    examples: Objects = field(default_factory=_no_examples)
    snapshots: Objects = field(default_factory=_no_snapshots)
    shares: Queue = field(default_factory=_no_shares)
    signing: Secret = field(default_factory=_no_signing)
    edge: Edge = field(default_factory=_no_edge)
    deliveries: Queue = field(default_factory=_no_deliveries)
    hooks: Secret = field(default_factory=_no_hooks)
    alerts: Topic = field(default_factory=_no_alerts)
