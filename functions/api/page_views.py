"""Views of the page whose paths are the API's too, on the API's own domain: a person is led to the page.

Clients leave the prefix out where they were told the API's own domain, so `/settings` is one of their calls; what a
browser navigates to says that it takes HTML, which no client does. All other views are no paths of the API:
`infra/stacks/edge.py` leads them to the page.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from functions.api.edge import ORIGINAL_PATH
from functions.api.settings import ALSO_VIEWS


class PageViews:
    """An ASGI app around the routes. Without `page_url` there is one domain for both, and nobody to be led."""

    def __init__(self, app: ASGIApp, page_url: str) -> None:
        self._app = app
        self._page_url = page_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._page_url and scope[ORIGINAL_PATH] in ALSO_VIEWS and _is_navigation(scope):
            query = scope.get("query_string", b"").decode("latin-1")
            path = f"{scope[ORIGINAL_PATH]}?{query}" if query else scope[ORIGINAL_PATH]
            await RedirectResponse(f"{self._page_url}{path}", 302)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_navigation(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"} and "text/html" in Headers(scope=scope).get("accept", "")
