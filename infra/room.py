"""The words that the topology is written in: what a room is, what may wake it, what there is to touch, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shared.base.settings import Settings

Resource = Literal[
    "traces",
    "control",
    "objects",
    "exports",
    "examples",
    "snapshots",
    "share_rows",
    "signing",
    "edge",
    "operations",
    "dead_letters",
    "erasures",
    "erasure_dead_letters",
    "upgrades",
    "upgrade_dead_letters",
    "shares",
    "share_dead_letters",
    "deliveries",
    "delivery_dead_letters",
    "hooks",
    "alerts",
]
Access = Literal["read", "write", "add", "keep", "send", "depth"]
"""`examples` are the contents of datasets: they share the bucket of `objects`, and never expire. `share_rows` are the
rows of `control` that a link leads to, `signing` is the secret that opens its files,
`edge` the list of shares that are refused, and copies that are to be forgotten. `hooks` is the secret that headers and
keys of rules are sealed with, `alerts` the topic that rules and limits tell people by.
`write` is put, update and delete. For objects there is `add` as well: to put into the base tier alone, where all
that is received begins; and `keep`: to put into the extended tier alone. For snapshots `add` is to put and
nothing else. To a topic one may `send`. For queues there are `send`, and `depth`: how many messages there are, none
of which is seen. A room that needs several lists each."""

PREFIXES = ("", "/api", "/api/v1")
"""Where clients may have put the API: they append their paths to whatever endpoint they were given."""


@dataclass(frozen=True)
class Route:
    """One method and path of the HTTP API, served under each of `PREFIXES`."""

    method: str
    path: str


@dataclass(frozen=True)
class Http:
    """Woken by these routes."""

    routes: tuple[Route, ...]


@dataclass(frozen=True)
class HttpDefault:
    """Woken by every route that no other room has."""


@dataclass(frozen=True)
class FromQueue:
    """Woken by messages; answers with the ids of those that failed."""

    queue: Resource
    batch_size: int
    window_s: int
    visibility_s: int
    """At least six times the room's timeout. Source: AWS Lambda, "Configuring a queue to use with Lambda"."""
    max_receives: int
    """Deliveries after which the queue itself buries a message: only when the room never got to say why."""
    at_once: int | None = None
    """Batches in work at the same time, in AWS; None is as many as the account has room for."""


@dataclass(frozen=True)
class Scheduled:
    """Woken every so many minutes, whether there is something to do or not."""

    every_minutes: int
    on_laptop_s: int | None = None
    """How often where looking costs nothing; as in AWS, where nothing is said."""


Trigger = Http | HttpDefault | FromQueue | Scheduled


@dataclass(frozen=True)
class Room:
    """One Lambda: `functions/<name>/handler.py` has its `handler`."""

    name: str
    settings: type[Settings]
    trigger: Trigger
    grants: tuple[tuple[Resource, Access], ...]
    memory_mb: int
    timeout_s: int
    packages: tuple[str, ...] = ()
    """Beyond the standard library and boto3, which the runtime has."""
    may_loop: bool = False
    """Whether it sends itself messages, as often as the work is long. Lambda stops others after some 16 times.
    Source: AWS Lambda, "Use Lambda recursive loop detection to prevent infinite loops"."""
