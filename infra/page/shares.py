"""What a shared link is served with, at the edge of AWS and of the laptop alike: the headers of a snapshot's files."""

from __future__ import annotations

from collections.abc import Mapping

PREFIX = "/s/"
"""Whose paths need a signature."""
FILE_HEADERS: Mapping[str, str] = {
    # Kept by no browser: what was taken back is not looked at again from a disk. The edge keeps it for seconds.
    "cache-control": "no-store",
    # An attachment is somebody's upload on the page's own origin: it may be looked at, never run.
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
KEPT_AT_EDGE_S = 60
"""How long CloudFront keeps a file. The deny list is asked each time, whatever is kept."""
