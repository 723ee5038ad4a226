"""Who asks, and whether they may: one dependency of the whole app, so that no route can forget it.

A request that is not a GET writes, unless its route is tagged `QUESTION`; a route tagged `OPEN` needs no key.
The key's workspace is the only one that a route ever sees: another workspace's data is not there, so it is
NotFound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from functions.api.reader import Reader
from functions.api.run_stats import RunStats
from functions.api.settings import ApiSettings
from functions.api.threads import ThreadReader
from shared.access.api_key import ApiKey
from shared.base.clock import Clock
from shared.base.errors import Unauthenticated
from shared.pricing.prices import PriceTable
from shared.store.ports import Store
from shared.store.questions import Questions

QUESTION = "question"
"""The tag of routes that only read, whatever their method."""
OPEN = "open"
"""The tag of routes that need no key: what stands in their path is all that one must know."""
_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Room:
    """What the routes work with."""

    settings: ApiSettings
    store: Store
    clock: Clock
    ask: Questions
    reader: Reader
    prices: PriceTable
    run_stats: RunStats
    threads: ThreadReader


@dataclass(frozen=True)
class Caller:
    """One request's key, the room that it is in, and the address that it was sent to."""

    key: ApiKey
    room: Room
    origin: str

    @property
    def workspace(self) -> str:
        """The workspace whose data this caller sees."""
        return self.key.workspace

    @property
    def now_us(self) -> int:
        """The time of the room's clock."""
        return self.room.clock.now_us()


async def authorize(request: Request) -> Caller:
    """The caller, if the key is valid and may do this. Raises: Unauthenticated, NotAllowed.

    It is `async`, like every endpoint, so that FastAPI calls it right here: a plain function would go
    to a thread pool and back, though a Lambda has one request at a time and the laptop a thread each.
    """
    room: Room = request.app.state.room
    key = room.ask.access.authenticate(request.headers)
    if request.method not in _READING and QUESTION not in request.scope["route"].tags:
        key.check_may_write()
    return Caller(key, room, origin_of(request))


def origin_of(request: Request) -> str:
    """Scheme and host as the client wrote them: what links in answers begin with."""
    headers = request.headers
    return f"{headers.get('x-forwarded-proto', 'https')}://{headers.get('host', 'localhost')}"


async def guard(request: Request) -> Caller | None:
    """The caller of every route but the open ones, which have none. Raises: Unauthenticated, NotAllowed."""
    return None if OPEN in request.scope["route"].tags else await authorize(request)


async def _caller(found: Annotated[Caller | None, Depends(guard)]) -> Caller:
    if found is None:
        raise Unauthenticated("This route is open, and so knows nobody")
    return found


CallerIn = Annotated[Caller, Depends(_caller)]
