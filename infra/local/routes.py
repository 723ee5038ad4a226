"""Which room answers a request: the HTTP API's route table, read from the topology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from infra.topology import PREFIXES, Http, HttpDefault, Room

DEFAULT_KEY = "$default"


class Match(NamedTuple):
    """The room that a request wakes, by which route, and what the route's variables are."""

    room: Room
    route_key: str
    path_parameters: dict[str, str] | None = None


class _Pattern(NamedTuple):
    method: str
    segments: list[str]
    match: Match


class Routes:
    """The route table. A literal path wins over one with variables, and both over the default.

    Source: API Gateway, "Create routes for HTTP APIs", "Routing API requests".
    """

    def __init__(self, rooms: Iterable[Room]) -> None:
        self._literal: dict[tuple[str, str], Match] = {}
        self._patterns: list[_Pattern] = []
        self._default: Match | None = None
        for room in rooms:
            self._add(room)

    def match(self, method: str, path: str) -> Match | None:
        """The room for this request; None where no room takes it."""
        found = self._literal.get((method, path))
        return found or self._by_pattern(method, path) or self._default

    def _by_pattern(self, method: str, path: str) -> Match | None:
        segments = path.split("/")
        for pattern in self._patterns:
            if pattern.method == method and len(pattern.segments) == len(segments):
                variables = _variables(pattern.segments, segments)
                if variables is not None:
                    return pattern.match._replace(path_parameters=variables)
        return None

    def _add(self, room: Room) -> None:
        if isinstance(room.trigger, HttpDefault):
            self._default = Match(room, DEFAULT_KEY)
        if isinstance(room.trigger, Http):
            for method, path in _served(room.trigger):
                self._add_route(room, method, path)

    def _add_route(self, room: Room, method: str, path: str) -> None:
        match = Match(room, f"{method} {path}")
        if "{" in path:
            self._patterns.append(_Pattern(method, path.split("/"), match))
        else:
            self._literal[method, path] = match


def _served(trigger: Http) -> Iterator[tuple[str, str]]:
    for route in trigger.routes:
        for prefix in PREFIXES:
            yield route.method, prefix + route.path


def _variables(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """The values of the pattern's `{names}`, or None where a segment does not fit."""
    values = {}
    for expected, actual in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            if not actual:
                return None
            values[expected[1:-1]] = actual
        elif expected != actual:
            return None
    return values
