"""The picture of a link preview: a trace in a few words, drawn here, from what is shared and nothing else.

1200 by 630 pixels, as Open Graph's readers show it whole. The typeface is the one that Pillow carries.
"""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from functions.public import words
from functions.public.document import figures
from functions.public.tree import Place, Tree

SIZE = (1200, 630)
_EDGE = 72
_PAPER, _INK, _MUTED, _LINE = "#ffffff", "#1c2128", "#57606a", "#d8dee4"
_COLOURS = {"success": "#1a7f37", "error": "#cf222e", "pending": "#9a6700"}
_BAR_TOP, _BAR_STEP, _BARS = 400, 26, 6
_TITLE_PX, _FIGURES_PX, _SMALL_PX = 68, 40, 30


def card(tree: Tree, strip: str) -> bytes:
    """A PNG with the trace's name, figures, first steps in time, and how it is shared."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 14), fill=_COLOURS[tree.first.status])
    _write(draw, 66, "Tracekeep · shared trace", _SMALL_PX, _MUTED)
    _write(draw, 122, tree.title, _TITLE_PX, _INK)
    _write(draw, 226, "  ·  ".join(figures(tree)), _FIGURES_PX, _COLOURS[tree.first.status])
    if tree.failed:
        _write(draw, 290, f"{words.plural(tree.failed, 'run')} failed", _SMALL_PX, _COLOURS["error"])
    _draw_steps(draw, tree)
    _write(draw, SIZE[1] - 66, strip, _SMALL_PX, _MUTED)
    written = io.BytesIO()
    image.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _write(draw: ImageDraw.ImageDraw, top: int, text: str, size_px: int, colour: str) -> None:
    """One line, cut where it would leave the picture."""
    font = ImageFont.load_default(size_px)
    room_px = SIZE[0] - 2 * _EDGE
    shown = _drawable(text)
    if draw.textlength(shown, font) > room_px:
        while shown and draw.textlength(f"{shown}…", font) > room_px:
            shown = shown[:-1]
        shown += "…"
    draw.text((_EDGE, top), shown, fill=colour, font=font)


def _drawable(text: str) -> str:
    """On one line, and not longer than could be drawn; what the typeface has no sign for is drawn as a box."""
    return " ".join(text[:200].split())


def _draw_steps(draw: ImageDraw.ImageDraw, tree: Tree) -> None:
    """When the first runs below the root ran, as bars."""
    length_us = tree.duration_us or max((_end_us(one) for one in tree.all), default=tree.start_us) - tree.start_us
    width = SIZE[0] - 2 * _EDGE
    draw.line((_EDGE, _BAR_TOP - 24, SIZE[0] - _EDGE, _BAR_TOP - 24), fill=_LINE, width=2)
    for row, place in enumerate([one for one in tree.all if one.parent == tree.root][:_BARS]):
        begin = (place.start_us - tree.start_us) / max(1, length_us)
        end = (_end_us(place) - tree.start_us) / max(1, length_us)
        left, right = _EDGE + width * min(1.0, max(0.0, begin)), _EDGE + width * min(1.0, max(0.0, end))
        top = _BAR_TOP + row * _BAR_STEP
        draw.rectangle((left, top, max(left + 4, right), top + 14), fill=_COLOURS[place.status])


def _end_us(place: Place) -> int:
    return place.start_us if place.end_us is None else place.end_us
