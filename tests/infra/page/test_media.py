"""What is drawn comes from packages, whole, under names that do not change."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from infra.page.media import media_of
from infra.page.modules import PageBroken
from infra.page.site import WEB

_SVG = "{http://www.w3.org/2000/svg}"


def test_the_sprite_has_every_icon_that_the_page_lists() -> None:
    """Each name is a symbol with something in it, and the typeface is a woff2 file."""
    media = media_of(WEB, WEB / "node_modules")
    symbols = ET.fromstring(media["icons.svg"]).findall(f"{_SVG}symbol")  # noqa: S314 of a locked package
    assert [one.get("id") for one in symbols] == (WEB / "icons.txt").read_text().split()
    assert all(len(one) > 0 for one in symbols)
    [font] = [content for path, content in media.items() if path.endswith(".woff2")]
    assert font.startswith(b"wOF2")


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """A typing error in the list is found when the page is made, not when somebody misses a picture."""
    (tmp_path / "icons.txt").write_text("search\nsaerch\n")
    with pytest.raises(PageBroken, match="saerch"):
        media_of(tmp_path, WEB / "node_modules")
