"""The two files that the document of a shared link names, at addresses that never change.

    shared.css    what its first content looks like: it is all that the first paint waits for
    shared.js     asks for all that the trace's parts need of this version, in one step, then starts them

The document is written by the public room, which knows no version of the page; these know it, and are asked for
each time. Parts are styled by a sheet of their own, without those of lists and settings, and without a typeface.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from infra.page.modules import Modules

ENTRY = "public.js"
SCRIPT = "shared.js"
SHEET = "shared.css"
PARTS = "shared_parts.css"
"""Of the assets: the styles of the trace's parts."""
_FIRST = ("styles/tokens.css", "styles/base.css", "styles/shared.css")
_OF_PARTS = ("parts/*.css", "parts/run/*.css", "parts/trace/*.css")
_TYPEFACE = re.compile(r"@font-face\s*\{[^}]*\}")
_START = """\
// Written by infra/page/shared.py: all that a shared trace needs is asked for at once.
const base = {base};
for (const path of {preloads}) {{
  document.head.append(Object.assign(document.createElement("link"), {{ rel: "modulepreload", href: base + path }}));
}}
const styled = new Promise((done) => {{
  const link = document.createElement("link");
  document.head.append(Object.assign(link, {{ rel: "stylesheet", href: base + {parts}, onload: done, onerror: done }}));
}});
styled.then(() => import(base + {entry}));
"""


def has_shared(web: Path) -> bool:
    """Whether these sources have a page for shared links."""
    return (web / ENTRY).exists()


def parts_sheet(web: Path) -> bytes:
    """The styles of the trace's parts."""
    paths = sorted(path for pattern in _OF_PARTS for path in web.glob(pattern))
    return b"\n".join(path.read_bytes() for path in paths)


def root_files(web: Path, assets: str, modules: Modules) -> Mapping[str, bytes]:
    """Both files, for the assets under this path."""
    sheet = "\n".join((web / path).read_text(encoding="utf-8") for path in _FIRST)
    script = _START.format(
        base=json.dumps(f"{assets}/"),
        preloads=json.dumps(list(modules.preloads)),
        parts=json.dumps(PARTS),
        entry=json.dumps(ENTRY),
    )
    return {SHEET: _TYPEFACE.sub("", sheet).encode(), SCRIPT: script.encode()}
