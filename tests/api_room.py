"""An api room over a store that a real record room fills, asked by the events of a real gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import zstandard

from functions.api.app import build, build_app, open_room
from functions.api.settings import ApiSettings
from functions.receive.app import build as build_receive
from functions.receive.settings import ReceiveSettings
from infra.local.answer import answer_of
from infra.local.http_event import Request, http_event
from infra.local.routes import DEFAULT_KEY, Match
from infra.topology import API, RECEIVE
from tests.operations import WORKSPACE
from tests.record_room import RecordRoom
from tests.stores import NOON_US

SETTINGS = ApiSettings(
    traces_table="t",
    control_table="c",
    bucket="b",
    snapshots_bucket="s",
    operations_queue_url="q",
    dead_letter_queue_url="d",
    erasures_queue_url="e",
    erasure_dead_letter_queue_url="f",
    shares_queue_url="g",
    upgrades_queue_url="i",
    upgrade_dead_letter_queue_url="j",
    share_dead_letter_queue_url="h",
    deliveries_queue_url="k",
    delivery_dead_letter_queue_url="l",
    hooks_secret="m",
)
RECEIVE_SETTINGS = ReceiveSettings(control_table="c", bucket="b", operations_queue_url="q", dead_letter_queue_url="d")
OTHER_WORKSPACE = "5f0f2a10-0000-4000-8000-0000000000ff"


class Answered(NamedTuple):
    """What a client got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 any JSON
        """The body, decoded and parsed."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as it is written."""
        return self.body.decode()


class ApiRoom(RecordRoom):
    """The room, with three keys: one that may all, one that only reads, one of another workspace."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ask.access.create_workspace("ours", WORKSPACE)
        self.ask.access.create_workspace("theirs", OTHER_WORKSPACE)
        self.key, _ = self.ask.access.create_key(WORKSPACE, "all")
        self.reading_key, _ = self.ask.access.create_key(WORKSPACE, "reads", is_read_only=True)
        self.other_key, _ = self.ask.access.create_key(OTHER_WORKSPACE, "theirs")
        self.receive = build_receive(RECEIVE_SETTINGS, self.store, self.clock)
        self.handler = build(SETTINGS, self.store, self.clock)
        self.app = build_app(open_room(SETTINGS, self.store, self.clock))

    def send(self, body: str | bytes, path: str = "/runs/batch", content_type: str = "application/json") -> None:
        """Take an ingest request through receive, the queue and record."""
        self.queue(body, path, content_type)
        self.pump()

    def queue(self, body: str | bytes, path: str = "/runs/batch", content_type: str = "application/json") -> None:
        """Take an ingest request through receive, onto the queue."""
        content = body.encode() if isinstance(body, str) else body
        headers = {"x-api-key": self.key, "content-type": content_type}
        request = Request("POST", path, "", list(headers.items()), content)
        answer = answer_of(self.receive(http_event(request, Match(RECEIVE, f"POST {path}"), NOON_US, "id"), None))
        assert answer.status == HTTPStatus.ACCEPTED, answer.body

    def pump(self) -> None:
        """Let record take all that waits in the queue."""
        while messages := self.store.operations.receive(10, 60):
            assert self.deliver([message.body for message in messages]) == []
            self.store.operations.delete([message.handle for message in messages])

    def sign_in(self, key: str = "") -> str:
        """The cookie, as a browser sends it, of a session that this key opened."""
        answer = self.ask_for("POST", "/sign-in", {"api_key": key or self.key}, None, headers={"x-tracekeep-page": "1"})
        assert answer.status == HTTPStatus.OK, answer.text
        return answer.headers["set-cookie"].partition(";")[0]

    def get(self, path: str, key: str | None = "", /, **query: object) -> Answered:
        """Ask by GET."""
        return self.ask_for("GET", path, key=key, query=query)

    def post(self, path: str, body: object, key: str | None = "", /, **query: object) -> Answered:
        """Ask by POST."""
        return self.ask_for("POST", path, body, key, query)

    def ask_for(
        self,
        method: str,
        path: str,
        body: object = None,
        key: str | None = "",
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Ask with the key that may all, with another, or with none; a body is sent as JSON, bytes as they are."""
        event = self.event(method, path, body, query, self._headers(key, headers))
        answer = answer_of(self.handler(event, None))
        named = {name.decode(): value.decode() for name, value in answer.headers}
        plain = answer.body
        if named.get("content-encoding") == "zstd":
            plain = zstandard.ZstdDecompressor().decompress(plain)
        return Answered(answer.status, named, plain)

    def event(
        self, method: str, path: str, body: object, query: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """The event that the gateway makes of this request."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"host": "traces.example:1984", "content-type": "application/json", **headers}
        request = Request(method, path, urlencode(query or {}, doseq=True), list(sent.items()), content)
        return http_event(request, Match(API, DEFAULT_KEY), self.clock.now_us(), "the-request-id")

    def _headers(self, key: str | None, headers: Mapping[str, str] | None) -> dict[str, str]:
        text = self.key if key == "" else key
        return {**({"x-api-key": text} if text else {}), **(headers or {})}
