"""The commands' server, answered by rooms in this process: no socket, and every request may be made to fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

import zstandard

from infra.cli.server import Answer, Server
from infra.local.answer import answer_of
from infra.local.http_event import Request, http_event
from infra.local.routes import Routes
from infra.topology import API, RECEIVE
from tests.api_room import ApiRoom

ENDPOINT = "http://traces.example/api/v1"
Disturb = Callable[[str, str], Answer | None]
"""Sees (method, path) of a request; what it answers stands for the room's answer."""


class RoomServer(Server):
    """A server whose requests go straight to an api room and a receive room."""

    def __init__(self, room: ApiRoom, disturb: Disturb | None = None) -> None:
        super().__init__(ENDPOINT, room.key, wait=self._waited)
        self.room = room
        self.waits_s: list[float] = []
        self.asked: list[tuple[str, str, int]] = []
        self._disturb = disturb
        self._routes = Routes([RECEIVE, API])

    def _waited(self, seconds: float) -> None:
        self.waits_s.append(seconds)

    def _once(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        instead = self._disturb(method, parts.path) if self._disturb else None
        self.asked.append((method, parts.path, len(body)))
        return instead or self._answer(method, parts.path, parts.query, body, headers)

    def _answer(self, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if path.startswith("/__objects/"):
            return Answer(200, {}, self.room.store.objects.get(unquote(path.removeprefix("/__objects/"))))
        match = self._routes.match(method, path)
        assert match is not None
        handler = self.room.receive if match.room is RECEIVE else self.room.handler
        sent = [("host", "traces.example"), *headers.items()]
        event = http_event(Request(method, path, query, sent, body), match, self.room.clock.now_us(), "id")
        answer = answer_of(handler(event, None))
        named = {name.decode(): value.decode() for name, value in answer.headers}
        plain = answer.body
        if named.get("content-encoding") == "zstd":
            plain = zstandard.ZstdDecompressor().decompress(plain)
        return Answer(answer.status, named, plain)
