"""A public room over a share of the test's own: a small trace, snapshot and all, as the share room writes them."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from functions.public.app import Handler, build
from functions.public.settings import PublicSettings
from infra.local.http_event import Request, http_event
from infra.local.routes import Routes
from infra.local.signing_key import LocalSecret
from infra.local.sqlite_queue import SqliteQueue
from infra.topology import PUBLIC
from shared.base.clock import SteppingClock
from shared.base.units import US_PER_DAY
from shared.pricing.prices import PriceTable
from shared.runs.dotted_order import segment
from shared.runs.fact import Fields
from shared.runs.skeleton import skeleton_of
from shared.runs.trace import Trace
from shared.sharing.share import Share
from shared.sharing.token import hash_of
from shared.store import keys
from shared.store.ports import Store
from shared.store.rows import item_of
from tests.operations import uuid7
from tests.stores import NOON_US, local_store

TOKEN = "1f0b6c1e-6b0e-4f6e-9d0e-3b1c7a2d9f10"
OTHER_TOKEN = "2f0b6c1e-6b0e-4f6e-9d0e-3b1c7a2d9f20"
HIDDEN = "▇▇▇ email"
_STEP_US = 250_000


@dataclass(frozen=True)
class Said:
    """An answer, opened."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:  # noqa: ANN401 whatever was answered
        """The body's value."""
        return json.loads(self.body)


class PublicRoom:
    """The room, its store and its clock; `ids` are the runs of the one trace that is shared."""

    def __init__(self, folder: Path, runs: int = 8, page_url: str = "") -> None:
        self.clock = SteppingClock(NOON_US)
        self.queue = SqliteQueue(folder / "shares.db", self.clock)
        self.store: Store = replace(
            local_store(folder, self.clock), signing=LocalSecret(folder / "signing.json"), shares=self.queue
        )
        settings = PublicSettings(
            control_table="control",
            snapshots_bucket="s",
            shares_queue_url="shares",
            share_dead_letter_queue_url="buried",
            signing_secret="signing",
            signing_key="1",
            signing_key_id="laptop",
            page_url=page_url,
            is_local=True,
        )
        self.handler: Handler = build(settings, self.store, self.clock)
        self.ids = [uuid7(NOON_US + at * _STEP_US) for at in range(runs)]
        self.share = self.shared(TOKEN, "share-one", self.ids)
        self._routes = Routes([PUBLIC])

    def shared(self, token: str, share_id: str, ids: list[str]) -> Share:
        """A share that is open, with its snapshot."""
        share = Share(
            id=share_id,
            token_hash=hash_of(token),
            workspace="w",
            organization="o",
            trace_id=ids[0],
            created_us=NOON_US,
            trace_ends_us=NOON_US + 14 * US_PER_DAY,
            expires_us=NOON_US + 6 * US_PER_DAY,
            revision="1",
            made_us=NOON_US,
        )
        self.keep(share)
        for name, content in snapshot_files(ids).items():
            body = content if isinstance(content, bytes) else msgspec.json.encode(content)
            self.store.snapshots.put(f"{share.folder}{name}", body)
        return share

    def keep(self, share: Share) -> None:
        """Write the share's row."""
        self.store.control.put([item_of(keys.share(share.token_hash), share)])

    def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Said:
        """What the room answers."""
        place, _, query = path.partition("?")
        match = self._routes.match(method, place)
        assert match is not None, f"no route for {method} {path}"
        sent = [("host", "localhost:1984"), *(headers or {}).items()]
        text = b"" if body is None else json.dumps(body).encode()
        event = http_event(Request(method, place, query, sent, text), match, self.clock.now_us(), "request")
        return _opened(self.handler(event, None))

    def led(self, route_key: str, path: str, query: str) -> Said:
        """What a route is answered with that only AWS has: one of the page's views."""
        http = {"method": "GET", "path": path, "sourceIp": "192.0.2.1"}
        event = {"routeKey": route_key, "rawPath": path, "rawQueryString": query, "requestContext": {"http": http}}
        return _opened(self.handler(event, None))

    def get(self, path: str, **headers: str) -> Said:
        """What a GET is answered with."""
        return self.ask("GET", path, headers=headers)

    def views(self) -> int:
        """How many looks were sent on to be counted."""
        sent = [json.loads(one.body) for one in self.queue.receive(10, visibility_s=0)]
        return sum(task["step"] == "view" for task in sent)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)


def snapshot_files(ids: list[str], a_part: int = 5) -> dict[str, Any]:
    """The files of a snapshot: a root, and chains of three below it, one of which failed."""
    fields = _fields(ids)
    trace = Trace(ids[0], fields, PriceTable.load())
    skeleton = skeleton_of(trace.id, trace.in_order, trace.totals)
    order = [run.id for run in trace.in_order]
    details = [_detail(run_id, fields[run_id], at) for at, run_id in enumerate(order)]
    parts = [details[at : at + a_part] for at in range(0, len(details), a_part)]
    answer = {"trace_id": trace.id, "revision": "1", "is_shared": True, "skeleton": skeleton}
    return {
        "trace.json": answer,
        "index.json": {
            "part_of": [at // a_part for at in range(len(details))],
            "attachments": {"0": {"chart.png": "attachments/0"}},
            "downloads": {"ndjson": ["trace.ndjson"], "md": ["trace.md"]},
        },
        "head.json": {"title": "agent", "hidden": {"email": 2, "key": 1}},
        "attachments/0": b"\x89PNG",
        "trace.md": b"# agent",
        "trace.ndjson": b"{}",
        **{f"runs/{number}.json": part for number, part in enumerate(parts)},
    }


def _fields(ids: list[str]) -> dict[str, Fields]:
    made: dict[str, Fields] = {}
    for at, run_id in enumerate(ids):
        start_us = NOON_US + at * _STEP_US
        parent = None if at == 0 else ids[0] if at % 3 == 1 else ids[at - 1]
        own = segment(start_us, run_id)
        above = made[parent]["dotted_order"] if parent else None
        made[run_id] = {
            "name": "agent" if at == 0 else ("answer <b>", "search", "read")[at % 3],
            "project": "p",
            "start_us": start_us,
            "end_us": NOON_US + len(ids) * _STEP_US,
            "dotted_order": f"{above}.{own}" if above else own,
            "run_type": ("chain", "llm", "tool")[at % 3],
            "extra": [{"metadata": {}, "model": "gpt-4o", "provider": "openai"}, 0, 2],
            "outputs": [["", {"input": 100, "output": 10, "total": 110}], 0, 2],
            **({"parent_run_id": parent} if parent else {}),
            **({"error": ["ValueError: no index", 0, 2]} if at == 2 else {}),
        }
    return made


def _detail(run_id: str, fields: Fields, at: int) -> dict[str, Any]:
    feedback = [{"id": uuid7(NOON_US), "key": "helpful", "score": 1}] if at == 0 else []
    files = {"chart.png": {"path": "attachments/0", "mime_type": "image/png", "bytes": 4}} if at == 0 else {}
    return {
        "id": run_id,
        "name": fields["name"],
        "run_type": fields["run_type"],
        "status": "error" if "error" in fields else "success",
        "start_us": fields["start_us"],
        "end_us": fields["end_us"],
        "inputs": {"question": f"number {at}: <script>alert(1)</script> {HIDDEN}"},
        "outputs": {"answer": "42"},
        "error": "ValueError: no index" if "error" in fields else None,
        "extra": {"metadata": {"user": HIDDEN}},
        "events": [],
        "tags": ["prod"],
        "attachments": files,
        "feedback": feedback,
    }


def _opened(response: dict[str, Any]) -> Said:
    body = base64.b64decode(response["body"]) if response["isBase64Encoded"] else response["body"].encode()
    headers = {name.lower(): value for name, value in response["headers"].items()}
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Said(response["statusCode"], headers, body)
