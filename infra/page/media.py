"""Pictures and type that come from packages: the icons that the page draws with, in one sprite, and its typeface."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from infra.page.modules import VENDOR, PageBroken

ICON_NAMES = "icons.txt"
"""In `web/`: the icons that the page draws, one name a line."""
SPRITE = "icons.svg"
_ICONS = "@primer/octicons/build/svg"
_TYPEFACE = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"
_SIZE = 16
_DRAWING = re.compile(r"<svg\b[^>]*>(?P<inside>.*)</svg>", re.DOTALL)


def media_of(web: Path, packages: Path) -> dict[str, bytes]:
    """Files by their path below the page's assets; none where `web/` lists no icons. Raises: PageBroken."""
    names = web / ICON_NAMES
    if not names.exists():
        return {}
    font = packages / _TYPEFACE
    if not font.exists():
        raise PageBroken(f"{_TYPEFACE} is not installed: `make run` does it")
    return {
        SPRITE: _sprite(names.read_text(encoding="utf-8").split(), packages / _ICONS),
        VENDOR + _TYPEFACE: font.read_bytes(),
    }


def sprite_for(sources: Iterable[str], web: Path, packages: Path) -> bytes:
    """The sprite with those of the page's icons that these modules name."""
    text = "".join(sources)
    names = (web / ICON_NAMES).read_text(encoding="utf-8").split()
    return _sprite([name for name in names if f'"{name}"' in text], packages / _ICONS)


def _sprite(names: list[str], folder: Path) -> bytes:
    """One drawing that holds each icon as a symbol of its name, so that one request brings them all."""
    symbols = "".join(
        f'<symbol id="{name}" viewBox="0 0 {_SIZE} {_SIZE}">{_inside(folder, name)}</symbol>' for name in names
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def _inside(folder: Path, name: str) -> str:
    path = folder / f"{name}-{_SIZE}.svg"
    found = _DRAWING.search(path.read_text(encoding="utf-8")) if path.exists() else None
    if found is None:
        raise PageBroken(f"web/{ICON_NAMES} names {name!r}, which is no icon of {_ICONS.partition('/build')[0]}")
    return found["inside"]
