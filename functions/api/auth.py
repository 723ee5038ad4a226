"""Who asks, and whether they may: one dependency of the whole app, so that no route can forget it.

A request that is not a GET writes, unless its route is tagged `QUESTION`; a route tagged `OPEN` needs no key.
Where no header names a key, the cookie of a session stands for one, if our own page asks.
The key's workspace is the only one that a route ever sees: another workspace's data is not there, so it is
NotFound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from functions.api.own_page import check_own_page
from functions.api.previews import Previews
from functions.api.reader import Reader
from functions.api.run_stats import RunStats
from functions.api.settings import ApiSettings
from functions.api.skeletons import Skeletons
from functions.api.threads import ThreadReader
from shared.access.api_key import ApiKey
from shared.access.credentials import names_key, workspace_of
from shared.access.session import COOKIE, Session
from shared.base.clock import Clock
from shared.base.errors import Unauthenticated
from shared.store.ports import Store
from shared.store.questions import Questions
from shared.store.sessions import Sessions

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
    run_stats: RunStats
    threads: ThreadReader
    skeletons: Skeletons
    previews: Previews = field(default_factory=Previews)


@dataclass(frozen=True)
class Caller:
    """One request's key, the room that it is in, the address that it was sent to, and the session, if it has one."""

    key: ApiKey
    room: Room
    origin: str
    session: Session | None = None

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
    session = _session(request, room)
    access = room.ask.access
    if session is None:
        key = access.authenticate(request.headers)
    else:
        key = access.valid(session.key_hash, workspace_of(request.headers))
    if request.method not in _READING and QUESTION not in request.scope["route"].tags:
        key.check_may_write()
    access.note_use(key)
    return Caller(key, room, origin_of(request), session)


def origin_of(request: Request) -> str:
    """Scheme and host as the client wrote them: what links in answers begin with."""
    return f"{request.headers.get('x-forwarded-proto', 'https')}://{host_of(request)}"


def host_of(request: Request) -> str:
    """Host and port as the client wrote them.

    A CDN asks us by a name of our own, and puts the one that it was asked by into `x-tracekeep-host`. Whoever
    else writes that header deceives nobody but himself: no page can add it to what another page's cookie opens.
    """
    headers = request.headers
    return headers.get("x-tracekeep-host") or headers.get("host", "localhost")


async def guard(request: Request) -> Caller | None:
    """The caller of every route but the open ones, which have none. Raises: Unauthenticated, NotAllowed."""
    return None if OPEN in request.scope["route"].tags else await authorize(request)


def _session(request: Request, room: Room) -> Session | None:
    """The session that the cookie names; None where a header names a key, or nothing does.

    Raises: NotAllowed where another page than ours asks; Unauthenticated when the session has ended.
    """
    token = request.cookies.get(COOKIE)
    if not token or names_key(request.headers):
        return None
    check_own_page(request.method, request.headers, host_of(request))
    return Sessions(room.store.control, room.clock).find(token)


async def _caller(found: Annotated[Caller | None, Depends(guard)]) -> Caller:
    if found is None:
        raise Unauthenticated("This route is open, and so knows nobody")
    return found


CallerIn = Annotated[Caller, Depends(_caller)]
