"""The document of a share: what it shows is in it, and the page's parts take it over once they are there.

It names two files whose address is fixed, `/shared.css` and `/shared.js`, so that it never points to a version of the
page that is gone. Nothing in it runs and nothing is styled inline; its data is no script.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from functions.public import words
from functions.public.signer import Signed
from functions.public.snapshot import Snapshot
from functions.public.tree import Place, Tree
from shared.sharing.share import Share

FIRST_ROWS = 60
"""Runs that are in the document itself: more than a screen of them."""
_MOST_CHARS = 6_000
"""Of an input or output; the whole of it is one click, or one moment, away."""
_STATUS_SIGNS = {"success": "✓", "error": "✗", "pending": "…"}


@dataclass(frozen=True)
class Shown:
    """All that a document is made of. `chosen` is the run whose input and output it shows."""

    share: Share
    token: str
    origin: str
    snapshot: Snapshot
    signed: Signed
    chosen: Place
    detail: Mapping[str, Any]
    now_us: int

    @property
    def tree(self) -> Tree:
        """The runs of the trace."""
        return self.snapshot.tree


def document(shown: Shown) -> str:
    """The whole document."""
    return f"""<!doctype html>
<html lang="en">
<head>
{_head(shown)}
</head>
<body>
<div id="share">
<main class="shared">
{_header(shown)}
{_sides(shown)}
{_tree(shown)}
</main>
</div>
<script type="application/json" id="shared">{_json(_handed_over(shown))}</script>
</body>
</html>
"""


def missing() -> str:
    """What stands where no share is: the same for one that never was, was taken back, or has ended."""
    return """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>Nothing is shared here · Tracekeep</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/shared.css">
</head>
<body>
<main class="shared shared-missing">
<h1>Nothing is shared under this link</h1>
<p>It may have ended, or been taken back, or a part of it is missing. Ask whoever sent it for a new one.</p>
</main>
</body>
</html>
"""


def figures(tree: Tree) -> list[str]:
    """A trace in some words: how it ended, how long it took, what it used."""
    sums = tree.sums
    said = [words.status(tree.first.status), words.duration(tree.duration_us), words.plural(tree.size, "run")]
    said += [words.plural(sums.total_tokens, "token")] if sums.total_tokens else []
    said += [words.money(sums.cost_nano_usd)] if sums.cost_nano_usd is not None else []
    return said


def _head(shown: Shown) -> str:
    tree = shown.tree
    title, about = tree.title, " · ".join(figures(tree))
    image = f"{shown.origin}/public/{shown.token}/card.png"
    cards = {
        "og:type": "website",
        "og:site_name": "Tracekeep",
        "og:title": title,
        "og:description": about,
        "og:image": image,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"{title}: {about}",
    }
    named = {"description": about, "robots": "noindex, nofollow", "referrer": "no-referrer"}
    named |= {"twitter:card": "summary_large_image", "twitter:title": title, "twitter:description": about}
    named |= {"twitter:image": image}
    return "\n".join(
        [
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)} · shared trace</title>",
            *[f'<meta name="{name}" content="{escape(content)}">' for name, content in named.items()],
            *[f'<meta property="{name}" content="{escape(content)}">' for name, content in cards.items()],
            '<link rel="icon" href="/favicon.svg" type="image/svg+xml">',
            '<link rel="stylesheet" href="/shared.css">',
            '<script type="module" src="/shared.js"></script>',
        ]
    )


def _header(shown: Shown) -> str:
    tree, first = shown.tree, shown.tree.first
    said = figures(tree)
    badge = f'<span class="shared-status {first.status}">{_STATUS_SIGNS[first.status]} {escape(said[0])}</span>'
    rest = "".join(f"<span>{escape(one)}</span>" for one in said[1:])
    failed = f'<span class="error">{words.plural(tree.failed, "run")} failed</span>' if tree.failed else ""
    return f"""<header class="shared-head">
<h1>{escape(tree.title)}</h1>
<p class="shared-figures">{badge}{rest}{failed}</p>
<p class="shared-strip">{escape(strip(shown.share, shown.snapshot.hidden, shown.now_us))}</p>
<p class="shared-links">{_links(shown)}</p>
</header>"""


def strip(share: Share, hidden: Mapping[str, int], now_us: int) -> str:
    """Since when it is shared, until when, and how much of it is hidden."""
    said = [f"Shared {words.day(share.created_us)}"]
    ends = f"expires in {words.left(share.ends_us - now_us)}"
    said.append(ends if share.expires_us is not None else f"{ends}, with its trace")
    count = sum(hidden.values())
    said.append(f"{words.plural(count, 'field')} redacted" if count else "nothing redacted")
    return " · ".join(said)


def _links(shown: Shown) -> str:
    """All of it, to be taken along; a large trace comes in several files."""
    return " ".join(
        f'<a href="/public/{shown.token}/download/{name}" download>Download {escape(_kind(name))}</a>'
        for name in shown.snapshot.downloads
    )


def _kind(name: str) -> str:
    """What a file is called: "JSON", "Markdown, part 2"."""
    _, *number, kind = name.split(".")
    word = {"ndjson": "JSON", "md": "Markdown"}.get(kind, kind)
    return f"{word}, part {number[0]}" if number else word


def _sides(shown: Shown) -> str:
    place, detail = shown.chosen, shown.detail
    parts = [("Error", detail.get("error")), ("Input", detail.get("inputs")), ("Output", detail.get("outputs"))]
    heading = f"<h2>{escape(place.name)} <small>{escape(_facts(place))}</small></h2>"
    sides = "".join(_side(name, value) for name, value in parts if value not in (None, "", {}, []))
    return f'<section class="shared-run" aria-label="Run">{heading}{sides or "<p>It holds nothing.</p>"}</section>'


def _side(name: str, value: object) -> str:
    text = text_of(value)
    more = f'<p class="muted">The first {_MOST_CHARS:,} of {len(text):,} characters.</p>'
    cut = more if len(text) > _MOST_CHARS else ""
    return f"<h3>{name}</h3><pre>{escape(text[:_MOST_CHARS])}</pre>{cut}"


def text_of(value: object) -> str:
    """A value as somebody would read it: a text that stands alone, or what each said, is that; all else is JSON."""
    only = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value
    if isinstance(only, str):
        return only
    if isinstance(only, list) and only and all(_is_said(one) for one in only):
        return "\n\n".join(f"{one['role']}: {one['content']}" for one in only)
    return json.dumps(value, ensure_ascii=False, indent=2)


def _is_said(one: object) -> bool:
    """Whether it is a message of nothing but words."""
    return (
        isinstance(one, dict) and one.keys() == {"role", "content"} and all(isinstance(it, str) for it in one.values())
    )


def _facts(place: Place) -> str:
    said = [place.kind, place.model, words.duration(place.duration_us)]
    return " · ".join(one for one in said if one)


def _tree(shown: Shown) -> str:
    tree = shown.tree
    rows = _first(tree.places(), FIRST_ROWS)
    left = tree.size - len(rows)
    more = f'<p class="muted">{words.plural(left, "more run")} below; the page shows them all.</p>' if left else ""
    label = f"The {words.plural(tree.size, 'run')} of this trace, in order"
    return f'<nav class="shared-tree" aria-label="{label}">{_nested(rows, shown)}{more}</nav>'


def _first(places: Iterable[Place], limit: int) -> list[Place]:
    return [place for place, _ in zip(places, range(limit), strict=False)]


def _nested(rows: Sequence[Place], shown: Shown) -> str:
    """Lists in lists, as the runs are in each other. Rows stand in order, so depth alone says where one belongs."""
    parts: list[str] = []
    depth = -1
    for row in rows:
        if row.depth > depth:
            parts.append("<ol>")
        else:
            parts.append("</li>" + "</ol></li>" * (depth - row.depth))
        parts.append(f"<li>{_row(row, shown)}")
        depth = row.depth
    return "".join(parts) + "</li></ol>" + "</li></ol>" * depth if rows else ""


def _row(row: Place, shown: Shown) -> str:
    current = ' aria-current="true"' if row.at == shown.chosen.at else ""
    sums = shown.tree.sums_of(row.at)
    cost = f" · {words.money(sums.cost_nano_usd)}" if sums.cost_nano_usd else ""
    status = f'<span class="{row.status}">{_STATUS_SIGNS[row.status]}<span class="sr-only"> {words.status(row.status)}'
    return (
        f'<a href="?run={row.id}"{current}>{status}</span></span> <b>{escape(row.name)}</b> '
        f'<span class="muted">{escape(_facts(row))}{cost}</span></a>'
    )


def _handed_over(shown: Shown) -> dict[str, Any]:
    """What the page's script must know to go on."""
    return {
        "token": shown.token,
        "base": shown.signed.base,
        "query": shown.signed.query,
        "until_s": shown.signed.until_epoch_s,
        "now_s": shown.now_us // 1_000_000,
        "strip": strip(shown.share, shown.snapshot.hidden, shown.now_us),
        "is_growing": shown.share.is_growing,
        "first": ["trace.json", "index.json", f"runs/{shown.snapshot.part_of(shown.chosen)}.json"],
        "downloads": [{"name": name, "word": _kind(name)} for name in shown.snapshot.downloads],
    }


def _json(value: object) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
