"""Which rooms exist, what wakes each, and what each may touch: pure data.

`infra/stacks` builds it in AWS, `infra/local` on the laptop; a test reads the synthesised template
against it, so the two cannot drift apart.
"""

from __future__ import annotations

from functions.api.settings import ApiSettings
from functions.automate.settings import AutomateSettings
from functions.deliver.settings import DeliverSettings
from functions.erase.settings import EraseSettings
from functions.export.settings import ExportSettings
from functions.keep.settings import KeepSettings
from functions.meter.settings import MeterSettings
from functions.public.settings import PublicSettings
from functions.receive.settings import ReceiveSettings
from functions.record.settings import RecordSettings
from functions.retire.settings import RetireSettings
from functions.share.settings import ShareSettings
from infra.room import PREFIXES, Access, FromQueue, Http, HttpDefault, Resource, Room, Route, Scheduled, Trigger

__all__ = [
    "DEAD_LETTERS",
    "PREFIXES",
    "ROOMS",
    "Access",
    "FromQueue",
    "Http",
    "HttpDefault",
    "Resource",
    "Room",
    "Route",
    "Scheduled",
    "Trigger",
    "consumer_of",
]

_ALL_ROWS: tuple[tuple[Resource, Access], ...] = (
    ("traces", "read"),
    ("traces", "write"),
    ("control", "read"),
    ("control", "write"),
)

RECEIVE = Room(
    name="receive",
    settings=ReceiveSettings,
    trigger=Http(
        routes=(
            Route("GET", "/info"),
            Route("GET", "/info/health"),
            Route("GET", "/ok"),
            Route("POST", "/otel/v1/traces"),
            Route("POST", "/runs"),
            Route("PATCH", "/runs/{run_id}"),
            Route("POST", "/runs/batch"),
            Route("POST", "/runs/multipart"),
        )
    ),
    grants=(("control", "read"), ("objects", "add"), ("operations", "send")),
    memory_mb=1024,
    timeout_s=10,
    packages=("aws-lambda-powertools", "msgspec", "opentelemetry-proto", "protobuf", "zstandard"),
)

RECORD = Room(
    name="record",
    settings=RecordSettings,
    # Over 10 messages a batch forces a window of at least 1 s: latency for no saving at our sizes.
    # Source: AWS Lambda, "Using Lambda with Amazon SQS", batching behaviour.
    trigger=FromQueue(
        queue="operations",
        batch_size=10,
        window_s=0,
        visibility_s=180,
        max_receives=RecordSettings.max_attempts + 3,
    ),
    grants=(
        *_ALL_ROWS,
        ("objects", "read"),
        ("objects", "add"),
        ("operations", "send"),
        ("dead_letters", "send"),
        ("erasures", "send"),
        ("upgrades", "send"),
    ),
    memory_mb=1769,
    timeout_s=30,
    packages=("aws-lambda-powertools", "msgspec", "zstandard"),
)

API = Room(
    name="api",
    settings=ApiSettings,
    trigger=HttpDefault(),
    grants=(
        *_ALL_ROWS,
        ("objects", "read"),
        ("examples", "read"),
        ("examples", "write"),
        ("snapshots", "add"),
        ("shares", "send"),
        ("upgrades", "send"),
        ("operations", "send"),
        ("operations", "depth"),
        ("dead_letters", "depth"),
        ("erasures", "send"),
        ("erasures", "depth"),
        ("erasure_dead_letters", "depth"),
        ("deliveries", "send"),
        ("hooks", "read"),
    ),
    memory_mb=1769,
    timeout_s=29,
    packages=(
        "aws-lambda-powertools",
        "cryptography",
        "fastapi",
        "mangum",
        "msgspec",
        "pydantic",
        "starlette",
        "zstandard",
    ),
)

ERASE = Room(
    name="erase",
    settings=EraseSettings,
    # A message is seconds to minutes of work: one at a time, so that one which fails sends no other back.
    trigger=FromQueue(
        queue="erasures",
        batch_size=1,
        window_s=0,
        visibility_s=1_800,
        max_receives=EraseSettings.max_attempts + 3,
    ),
    grants=(
        *_ALL_ROWS,
        ("objects", "read"),
        ("objects", "write"),
        ("erasures", "send"),
        ("erasure_dead_letters", "send"),
        ("shares", "send"),
    ),
    memory_mb=1769,
    timeout_s=300,
    packages=("aws-lambda-powertools", "msgspec", "zstandard"),
    may_loop=True,
)

KEEP = Room(
    name="keep",
    settings=KeepSettings,
    # Ten traces together share a new segment: one S3 PUT for all of them.
    trigger=FromQueue(
        queue="upgrades",
        batch_size=10,
        window_s=20,
        visibility_s=200,
        max_receives=KeepSettings.max_attempts + 3,
    ),
    grants=(
        ("traces", "read"),
        ("traces", "write"),
        ("control", "read"),
        ("objects", "read"),
        ("objects", "keep"),
        ("operations", "send"),
        ("upgrades", "send"),
        ("upgrade_dead_letters", "send"),
    ),
    memory_mb=1769,
    # Less than an erasure waits for those who write rows of a trace (`settle_s`).
    timeout_s=30,
    packages=("aws-lambda-powertools", "msgspec", "zstandard"),
)

SHARE = Room(
    name="share",
    settings=ShareSettings,
    # A message is up to a minute of work, and somebody waits for it: one at a time.
    trigger=FromQueue(
        queue="shares",
        batch_size=1,
        window_s=0,
        visibility_s=1_800,
        max_receives=ShareSettings.max_attempts + 3,
    ),
    grants=(
        ("traces", "read"),
        ("control", "read"),
        ("control", "write"),
        ("objects", "read"),
        ("snapshots", "read"),
        ("snapshots", "write"),
        ("edge", "write"),
        ("shares", "send"),
        ("share_dead_letters", "send"),
    ),
    memory_mb=1769,
    timeout_s=300,
    # The edge's list takes signatures of version 4A alone, which botocore leaves to awscrt.
    packages=("aws-lambda-powertools", "awscrt", "msgspec", "zstandard"),
)

DELIVER = Room(
    name="deliver",
    settings=DeliverSettings,
    # Ten at a time, side by side: what costs is waiting for receivers, and they are waited for together.
    trigger=FromQueue(
        queue="deliveries",
        batch_size=10,
        window_s=0,
        visibility_s=180,
        max_receives=DeliverSettings.max_attempts + 3,
        # 200 deliveries at a time: receivers that hang must not take the account's environments from `receive`.
        at_once=20,
    ),
    grants=(
        ("traces", "read"),
        ("traces", "write"),
        ("control", "read"),
        ("objects", "read"),
        ("hooks", "read"),
        ("alerts", "send"),
        ("deliveries", "send"),
        ("delivery_dead_letters", "send"),
    ),
    memory_mb=1024,
    timeout_s=30,
    packages=("aws-lambda-powertools", "cryptography", "msgspec", "zstandard"),
)

AUTOMATE = Room(
    name="automate",
    settings=AutomateSettings,
    # A rule acts within a minute or two of what it is for; a look that finds no rule reads one row a workspace.
    trigger=Scheduled(every_minutes=1, on_laptop_s=2),
    grants=(
        *_ALL_ROWS,
        ("objects", "read"),
        ("examples", "read"),
        ("examples", "write"),
        ("upgrades", "send"),
        ("deliveries", "send"),
    ),
    memory_mb=1769,
    # A pass begins nothing new after 45 s (`work_s`); what it has at hand then takes seconds.
    timeout_s=120,
    packages=("aws-lambda-powertools", "msgspec", "zstandard"),
)

METER = Room(
    name="meter",
    settings=MeterSettings,
    # Statistics are exact however late it runs: what it has not counted yet, readers count.
    trigger=Scheduled(every_minutes=5, on_laptop_s=20),
    grants=(
        *_ALL_ROWS,
        ("objects", "read"),
        ("shares", "send"),
        ("alerts", "send"),
    ),
    # It runs all day on an idle deployment too: small, that costs less than a cent a month.
    memory_mb=512,
    timeout_s=240,
    packages=("aws-lambda-powertools", "msgspec", "zstandard"),
)

RETIRE = Room(
    name="retire",
    settings=RetireSettings,
    # Days are counted from a trace's first receipt; a trace may outlive them by one.
    trigger=Scheduled(every_minutes=1_440),
    grants=(
        *_ALL_ROWS,
        ("erasures", "send"),
        ("shares", "send"),
    ),
    memory_mb=512,
    timeout_s=600,
    packages=("aws-lambda-powertools", "msgspec", "zstandard"),
)

EXPORT = Room(
    name="export",
    settings=ExportSettings,
    # 8,640 looks a month that find nothing to do cost $0.02 beyond the free tier. Source: AWS Lambda pricing, arm64.
    trigger=Scheduled(every_minutes=5, on_laptop_s=2),
    grants=(
        ("traces", "read"),
        ("control", "read"),
        ("control", "write"),
        ("objects", "read"),
        ("exports", "write"),
    ),
    memory_mb=1769,
    timeout_s=900,
    packages=("aws-lambda-powertools", "msgspec", "pyarrow", "zstandard"),
)

PUBLIC = Room(
    name="public",
    settings=PublicSettings,
    trigger=Http(
        routes=(
            Route("GET", "/public/{token}/r"),
            Route("HEAD", "/public/{token}/r"),
            Route("GET", "/public/{token}/card.png"),
            Route("GET", "/public/{token}/sign"),
            Route("GET", "/public/{token}/download/{name}"),
            Route("GET", "/public/{token}/run"),
            Route("GET", "/public/{token}/run/{run_id}"),
            Route("POST", "/public/{token}/runs/query"),
            Route("GET", "/public/{token}/feedbacks"),
            Route("GET", "/public/{token}/{oddity}"),
            Route("GET", "/v2/public/{token}/run/{run_id}"),
            Route("POST", "/v2/public/{token}/runs/query"),
            Route("POST", "/v2/public/{token}/runs/v2/query"),
        )
    ),
    # Whoever breaks into it finds what links show, and nothing else: no trace, no key, no other row.
    grants=(("share_rows", "read"), ("snapshots", "read"), ("signing", "read"), ("shares", "send")),
    memory_mb=1024,
    timeout_s=15,
    packages=("aws-lambda-powertools", "cryptography", "msgspec", "pillow", "zstandard"),
)

ROOMS = (RECEIVE, RECORD, API, ERASE, KEEP, SHARE, DELIVER, AUTOMATE, METER, RETIRE, EXPORT, PUBLIC)

DEAD_LETTERS: dict[Resource, Resource] = {
    "operations": "dead_letters",
    "erasures": "erasure_dead_letters",
    "upgrades": "upgrade_dead_letters",
    "shares": "share_dead_letters",
    "deliveries": "delivery_dead_letters",
}
"""Where each queue's messages go that nobody could work on."""


def consumer_of(queue: Resource) -> FromQueue:
    """How the one room that a queue wakes is woken."""
    [trigger] = [r.trigger for r in ROOMS if isinstance(r.trigger, FromQueue) and r.trigger.queue == queue]
    return trigger
