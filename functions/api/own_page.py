"""Whether our own page asks: what a cookie must prove, since browsers send it along for any page that asks.

A key in a header proves it by being there. With a cookie, a request must not be said to come from another site
or origin, and one that changes something must carry a header that only a page of this origin may set: others
would have to ask by a CORS preflight, which no route here that takes cookies allows.
Source: OWASP, "Cross-Site Request Forgery Prevention Cheat Sheet", custom request headers and Fetch Metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from shared.base.errors import NotAllowed

PAGE_HEADER = "x-tracekeep-page"
_READING = frozenset({"GET", "HEAD"})
_OURS = frozenset({"same-origin", "none"})
"""`none` is what somebody typed or bookmarked. `same-site` is a neighbour: another port of localhost, or another
host of the same company; cookies make no difference between them and us."""


def check_own_page(method: str, headers: Mapping[str, str], host: str) -> None:
    """Nothing, if our page asks, which was served by `host`. Raises: NotAllowed, which says what is missing."""
    site = headers.get("sec-fetch-site", "none").lower()
    if site not in _OURS:
        raise NotAllowed(f"A page of another origin asks (Sec-Fetch-Site: {site[:40]}); send an API key, not a cookie")
    origin = headers.get("origin")
    if origin is not None and _host_of(origin) != host.lower():
        raise NotAllowed(f"The page {origin[:200]!r} asks, which is not of {host}; send an API key, not a cookie")
    if method not in _READING and headers.get(PAGE_HEADER) != "1":
        raise NotAllowed(f"{method} with a cookie needs the header X-Tracekeep-Page: 1; with an API key it does not")


def _host_of(origin: str) -> str | None:
    """Host and port; None of `null`, which is the origin of sandboxed and local pages."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
