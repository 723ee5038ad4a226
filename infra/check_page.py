"""The page for `deploy_check`: read as a browser does, from CloudFront."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from email.message import Message
from typing import NamedTuple

from infra.check_steps import CheckFailed, say
from infra.page.site import NEVER_CHANGES, headers_of

_VIEW = "/o/workspace/projects/p/project/r/run?poll=true"
_NOWHERE = "/assets/0/main.js"
_MISSING = (403, 404)
"""S3 says 404 to whom may list; the emulator says 403 to everyone."""
_WITHIN_S = 30


class _Got(NamedTuple):
    """What an address answered."""

    status: int
    headers: Message
    text: str


def check_page(url: str) -> None:
    """The document at a view, all that it names, and nothing where nothing is. Raises: CheckFailed."""
    document = _read(url)
    _check_view(document, _read(url + _VIEW))
    named = re.findall(r'(?:src|href)="(/assets/[^"]+)"', document.text)
    if not named:
        raise CheckFailed(f"{url} names no files: {document.text[:500]!r}")
    for path in named:
        _check_asset(path, _read(url + path))
    nothing = _read(url + _NOWHERE)
    if nothing.status not in _MISSING:
        raise CheckFailed(f"{_NOWHERE} answered {nothing.status}, though it is not there: {nothing.text[:200]!r}")
    say(f"page: {len(named)} files named by the document, each there and kept for ever")


def _check_view(document: _Got, view: _Got) -> None:
    policy = view.headers.get("content-security-policy", "")
    expected = headers_of()["content-security-policy"].partition(" img-src")[0]
    if document.status != 200 or view.text != document.text or not policy.startswith(expected):  # noqa: PLR2004 OK
        raise CheckFailed(f"a view is not the document, or has not its policy ({policy!r}): {view.text[:500]!r}")


def _check_asset(path: str, asset: _Got) -> None:
    kept = asset.headers.get("cache-control")
    if asset.status != 200 or kept != NEVER_CHANGES:  # noqa: PLR2004 OK
        raise CheckFailed(f"{path} answered {asset.status} and is kept by {kept!r}, not {NEVER_CHANGES!r}")


def _read(url: str) -> _Got:
    try:
        with urllib.request.urlopen(url, timeout=_WITHIN_S) as answer:  # noqa: S310 our own emulator
            return _Got(answer.status, answer.headers, answer.read().decode(errors="replace"))
    except urllib.error.HTTPError as error:
        return _Got(error.code, error.headers, error.read().decode(errors="replace"))
