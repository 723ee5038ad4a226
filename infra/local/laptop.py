"""All of Tracekeep in one process: the topology, built on a folder instead of in AWS.

HTTP -> Gateway -> page
              └──> receive, api ─┐
queue -> Pump -> record, erase ──┴─> LocalStore (one folder)
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from infra.local.clock import LocalClock
from infra.local.doors import doors_of
from infra.local.edge import LocalEdge
from infra.local.first_key import first_key
from infra.local.function import Handler, LocalFunction
from infra.local.gateway import Gateway, first_of
from infra.local.jobs import Job, expire, scheduled
from infra.local.listen import port_of, web_server
from infra.local.loop import Loop
from infra.local.own_routes import OwnRoutes
from infra.local.page import LocalPage
from infra.local.pump import Pump
from infra.local.store import LocalStore, open_local_store, settings_of
from infra.topology import API, DELIVER, ROOMS, FromQueue, Room, Scheduled
from shared.base.clock import Clock
from shared.base.log import logger
from shared.base.units import S_PER_MINUTE
from shared.store.access import Access

_HTTP_THREADS = 8
_PUMP_THREADS = 2
_EXPIRE_EVERY_S = 300
_STOP_S = 0.6
# As infra/stacks/data.py does: objects go a day after the rows that point to them.
_OBJECT_GRACE_DAYS = 1

Build = Callable[[], Handler]


class LateHandler:
    """A handler that is built when it is first called: FastAPI alone takes longer to load than all else."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._handler: Handler | None = None

    def __call__(self, event: dict[str, Any], context: object) -> Any:  # noqa: ANN401 as any handler
        """What the handler answers."""
        return self.ready()(event, context)

    def ready(self) -> Handler:
        """The handler, built once."""
        with self._lock:
            if self._handler is None:
                self._handler = self._build()
            return self._handler


class Laptop:
    """A server over one folder, on sockets that listen already. `environ` may set what rooms have defaults for."""

    def __init__(self, folder: Path, sockets: Sequence[socket.socket], environ: Mapping[str, str]) -> None:
        logger.setLevel(logging.WARNING)
        self._sockets = list(sockets)
        self.url = f"http://localhost:{port_of(sockets)}"
        self._clock = LocalClock(folder / "clock")
        self._store = _open(folder, self.url, self._clock, environ)
        self.api_key = first_key(Access(self._store.control, self._clock), folder, environ.get("API_KEY"))
        self._handlers = {room: LateHandler(self._builder(room, environ)) for room in ROOMS}
        self._functions = {
            room.name: LocalFunction(room, handler, _HTTP_THREADS)
            for room, handler in self._handlers.items()
            if not isinstance(room.trigger, FromQueue | Scheduled)
        }
        self._pumps = [
            Pump(room, handler, self._store.queues[room.trigger.queue], self._clock)
            for room, handler in self._handlers.items()
            if isinstance(room.trigger, FromQueue)
        ]
        self._jobs = _jobs(self._store, self._clock) | _scheduled(self._handlers)
        self._own = OwnRoutes(self._clock, self._store.queues, self._store.objects, self._jobs)
        self._edge = LocalEdge(self._store.snapshots, self._store.signing.key_group, self._store.edge, self._clock)
        self._page = LocalPage()
        own = first_of(self._edge, self._own)
        self._server = web_server(Gateway(self._functions, self._clock, own, self._page))

    def serve(self) -> None:
        """Serve until a signal says stop; what was acknowledged is in the folder by then, as at any moment."""
        for queue in self._store.queues.values():
            queue.release_all()
        for pump in self._pumps:
            pump.start(_PUMP_THREADS)
        loops = [Loop(name, self._jobs[name], every_s) for name, every_s in _intervals_s().items()]
        for loop in loops:
            loop.start()
        threading.Thread(target=self._warm, name="warm", daemon=True).start()
        self._server.run(sockets=self._sockets)
        for loop in loops:
            loop.ask_to_stop()
        for pump in self._pumps:
            pump.stop(_STOP_S)
        self._own.close()
        self._edge.close()
        self._page.close()
        for function in self._functions.values():
            function.close()

    def stop(self) -> None:
        """Let `serve` return soon; it may be called before it, or from a signal handler."""
        self._server.should_exit = True

    def _builder(self, room: Room, environ: Mapping[str, str]) -> Build:
        """Links of alerts lead here; those of shares lead where their asker is, as wherever there is no domain."""
        told = {**environ, "TRACEKEEP_PAGE_URL": self.url} if room is DELIVER else environ
        return _builder(room, self._store, self._clock, told)

    def _warm(self) -> None:
        """Build the page and the rooms before somebody waits for them."""
        self._page.warm()
        for handler in self._handlers.values():
            handler.ready()


def _open(folder: Path, url: str, clock: Clock, environ: Mapping[str, str]) -> LocalStore:
    periods = settings_of(API.settings, environ)
    days = {tier: getattr(periods, f"{tier}_days") + _OBJECT_GRACE_DAYS for tier in ("base", "extended")}
    return open_local_store(folder, url, clock, days)


def _builder(room: Room, store: LocalStore, clock: Clock, environ: Mapping[str, str]) -> Build:
    settings = settings_of(room.settings, environ)

    def build() -> Handler:
        handler: Handler = import_module(f"functions.{room.name}.app").build(settings, doors_of(room, store), clock)
        return handler

    return build


def _scheduled(handlers: Mapping[Room, LateHandler]) -> dict[str, Job]:
    """The rooms that the clock wakes, as jobs."""
    woken = {room.name: handler for room, handler in handlers.items() if isinstance(room.trigger, Scheduled)}
    return {name: scheduled(handler) for name, handler in woken.items()}


def _intervals_s() -> dict[str, int]:
    """How often each job runs by itself."""
    rooms = {room.name: room.trigger for room in ROOMS}
    scheduled_s = {
        name: trigger.on_laptop_s or trigger.every_minutes * S_PER_MINUTE
        for name, trigger in rooms.items()
        if isinstance(trigger, Scheduled)
    }
    return {"expire": _EXPIRE_EVERY_S, **scheduled_s}


def _jobs(store: LocalStore, clock: Clock) -> dict[str, Job]:
    return {"expire": expire({"traces": store.traces, "control": store.control, "objects": store.objects}, clock)}
