"""The public room: what a shared link shows, to whoever has it.

    /public/{token}/r            the document, its content in it            document.py
    /public/{token}/card.png     the picture of a link preview              card.py
    /public/{token}/sign         a new signature for the page that is open  signer.py
    /public/{token}/download/…   the trace as a file
    /public/{token}/run …        LangSmith's public API, v1 and v2          api.py, runs.py

One strong read by the hash of the token decides; what is shown comes from the share's snapshot, and this room can
read nothing else. Whatever is not shown is answered alike, so that an answer tells nothing of what there was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from functions.public import answers
from functions.public.answers import Response
from functions.public.api import Api
from functions.public.asked import Asked, asked_of
from functions.public.document import Shown, document, missing
from functions.public.opened import Opened, Opener
from functions.public.settings import PublicSettings
from functions.public.signer import Signer
from functions.public.snapshot import Files
from shared.base.clock import Clock
from shared.base.errors import NotFound, ServiceError, Unavailable
from shared.store.ports import Store
from shared.store.share_looks import ShareLooks
from shared.store.shares import Shares

Handler = Callable[[Mapping[str, Any], object], Response]

_SEEN = frozenset({"/public/{token}/r", "/public/{token}/download/{name}"})
"""What people look at, and programs do not."""
_ATTACHED = "attachments-"
"""How the name of an attachment begins where it is one segment of a path: the file is `attachments/<n>`."""


def build(settings: PublicSettings, store: Store, clock: Clock) -> Handler:
    """The handler of API Gateway's HTTP events, payload version 2.0."""
    return _Room(settings, store, clock).handle


class _Room:
    def __init__(self, settings: PublicSettings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        shares = Shares(store.control, store.shares, clock)
        self._opener = Opener(shares, Files(store.snapshots), ShareLooks(shares, clock))
        self._signer = Signer(settings, store.signing, clock)
        api = Api(self._opener, self._link)
        self._routes: Mapping[str, Callable[[Asked], Response]] = {
            "GET /public/{token}/r": self._page,
            "HEAD /public/{token}/r": self._page,
            "GET /public/{token}/card.png": self._card,
            "GET /public/{token}/sign": self._sign,
            "GET /public/{token}/download/{name}": self._download,
            **api.routes,
        }

    def handle(self, event: Mapping[str, Any], _context: object) -> Response:
        """The answer to one request, whatever it holds."""
        asked = asked_of(event)
        answer = self._routes.get(f"{asked.method} {asked.route}")
        if answer is None or self._is_misled(asked):
            return answers.elsewhere(f"{self._settings.page_url}{asked.address}")
        try:
            return answer(asked)
        except NotFound as error:
            return _nothing(asked, error)
        except ServiceError as error:
            return _failed(asked, error)

    def _page(self, asked: Asked) -> Response:
        opened = self._opener.open(asked, is_view=asked.method == "GET")
        place = opened.chosen(asked.run())
        shown = Shown(
            share=opened.share,
            token=opened.token,
            origin=self._origin(asked),
            snapshot=opened.snapshot,
            signed=self._signer.sign(opened.share, self._origin(asked)),
            chosen=place,
            detail=opened.snapshot.detail(place),
            now_us=self._clock.now_us(),
        )
        return answers.answer(200, answers.HTML, document(shown).encode(), {}, asked.accepted)

    def _card(self, asked: Asked) -> Response:
        from functions.public.card import card  # noqa: PLC0415 it draws, which few requests ask for

        opened = self._opener.open(asked)
        png = card(opened.snapshot.tree, opened.strip(self._clock.now_us()))
        return answers.answer(200, "image/png", png, {"cache-control": "no-store"})

    def _sign(self, asked: Asked) -> Response:
        opened = self._opener.open(asked)
        signed = self._signer.sign(opened.share, self._origin(asked))
        content = {"base": signed.base, "query": signed.query, "until_s": signed.until_epoch_s}
        content |= {"now_s": self._clock.now_us() // 1_000_000, "is_growing": opened.share.is_growing}
        return answers.json_answer(200, content)

    def _download(self, asked: Asked) -> Response:
        opened = self._opener.open(asked)
        path = asked.variables["name"].replace(_ATTACHED, f"{_ATTACHED[:-1]}/", 1)
        if not opened.snapshot.has_file(path):
            raise NotFound("There is no such file in the shared trace")
        return answers.elsewhere(self._link(asked, opened, path))

    def _link(self, asked: Asked, opened: Opened, path: str) -> str:
        """A signed address of one of the snapshot's files."""
        origin = self._origin(asked)
        signed = self._signer.sign(opened.share, origin)
        return f"{origin}{signed.base}{path}?{signed.query}"

    def _is_misled(self, asked: Asked) -> bool:
        """Whether somebody looks at the page of a link by the API's own domain, which has neither style nor files."""
        is_page = asked.route in _SEEN and bool(self._settings.page_url)
        return is_page and not asked.is_through_cdn

    def _origin(self, asked: Asked) -> str:
        return self._settings.page_url or asked.origin(is_local=self._settings.is_local)


def _nothing(asked: Asked, error: NotFound) -> Response:
    """The page says it as a page; everything else as JSON, in both APIs' way."""
    if asked.route == "/public/{token}/r":
        return answers.answer(404, answers.HTML, missing().encode(), {})
    return _failed(asked, error)


def _failed(asked: Asked, error: ServiceError) -> Response:
    content = {"detail": error.message}
    if asked.route.startswith("/v2/"):
        content |= {"title": type(error).__name__, "status": str(error.status)}
    response = answers.json_answer(error.status, content)
    if isinstance(error, Unavailable):
        response["headers"]["retry-after"] = str(error.retry_after_s)
    return response
