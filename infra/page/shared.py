"""The two files that the document of a shared link names, at addresses that never change.

    shared.css    what its first content looks like: it is all that the first paint waits for
    shared.js     asks in one step for the trace's first files and for all that its parts need of this version

The document is written by the public room, which knows no version of the page; these know it, and are asked for
each time. Parts are styled by a sheet of their own, without those of lists and settings and without a typeface, and
have a sprite of their own, without icons that no share shows.
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
ICONS = "shared_icons.svg"
"""Of the assets: what the trace's parts draw with."""
_FIRST = ("styles/tokens.css", "styles/base.css", "styles/shared.css")
_OF_PARTS = ("parts/*.css", "parts/run/*.css", "parts/trace/*.css")
_TYPEFACE = re.compile(r"@font-face\s*\{[^}]*\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s+")
_START = """\
// Written by infra/page/shared.py: all that a shared trace needs is asked for at once.
const told = JSON.parse(document.getElementById("shared")?.textContent ?? "null");
const asNobody = {{ credentials: "omit", referrerPolicy: "no-referrer" }};
const read = (path) => fetch(`${{told.base}}${{path}}?${{told.query}}`, asNobody).catch(() => null);
globalThis.earlyFiles = Object.fromEntries((told?.first ?? []).map((path) => [path, read(path)]));
document.documentElement.dataset.icons = {icons};
const later = Object.assign(document.createElement("script"), {{ type: "application/json", id: "later" }});
later.textContent = {later};
document.head.append(later);
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
    return _bare("\n".join(path.read_text(encoding="utf-8") for path in paths))


def root_files(web: Path, assets: str, modules: Modules) -> Mapping[str, bytes]:
    """Both files, for the assets under this path."""
    sheet = "\n".join((web / path).read_text(encoding="utf-8") for path in _FIRST)
    script = _START.format(
        base=json.dumps(f"{assets}/"),
        preloads=json.dumps(list(modules.preloads)),
        parts=json.dumps(PARTS),
        entry=json.dumps(ENTRY),
        icons=json.dumps(ICONS),
        later=json.dumps(json.dumps({"base": f"{assets}/", "with": modules.later}, separators=(",", ":"))),
    )
    return {SHEET: _bare(_TYPEFACE.sub("", sheet)), SCRIPT: script.encode()}


def _bare(sheet: str) -> bytes:
    """A sheet without what only we read. None of ours has a text that looks like a comment."""
    return _INDENT.sub("\n", _COMMENT.sub("", sheet)).encode()
