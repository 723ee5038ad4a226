"""Which paths of the one domain are the page's and which the API's: the laptop and CloudFront both read it here.

    /assets/<version>/…      files of the page that never change
    /favicon.svg …           the few files whose address others fix
    /api/…  /otel/…  …       the API
    anything else            a view: the same document for each, whose script looks at the address

The laptop answers the API without its prefix too, as clients may have been told to ask it so; there, a path that is
no API's by this list is the page's when a browser navigates to it.
"""

from __future__ import annotations

ASSETS = "/assets/"
API = ("/api/", "/otel/", "/public/", "/s/")
"""What begins so is never the page's."""
ROOT_FILES = ("favicon.ico", "favicon.svg", "robots.txt", "site.webmanifest")
"""Served at `/<name>`, where `web/` has them."""
SHARED_FILES = ("shared.css", "shared.js")
"""Served at `/<name>` too: what the document of a shared link names, whichever version the page has."""
FILES = (*ROOT_FILES, *SHARED_FILES)
VIEWS = ("o", "projects", "compare", "settings", "sign-in", "welcome")
"""First segments that belong to views whoever asks. `/o/<workspace>/…` is where the SDKs' links lead."""


def is_api(path: str) -> bool:
    """Whether the path is the API's on every deployment."""
    return path.startswith(API) or f"{path}/" in API


def is_file(path: str) -> bool:
    """Whether the path names one file of the page, and no view."""
    return path.startswith(ASSETS) or path.removeprefix("/") in FILES


def is_view(path: str) -> bool:
    """Whether the path shows a view to everyone, and not only to browsers."""
    return path == "/" or path.split("/", 2)[1] in VIEWS
