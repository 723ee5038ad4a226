"""The files that the document of a shared link names: light, whole, and of no version that is gone."""

from __future__ import annotations

import gzip
import json
import re

from infra.page.paths import FILES, is_file
from infra.page.shared import ENTRY, ICONS, PARTS, SCRIPT, SHEET
from infra.page.site import ALWAYS_ASK, Site, build_site, cache_of, type_of

BUDGET_BYTES = 95_000
"""Of everything that the page of a share transfers, compressed: the document and a small trace besides."""
DOCUMENT_BYTES = 6_000


def _started(site: Site) -> list[str]:
    """What the script asks for, as paths of the site."""
    script = site.files[SCRIPT].decode()
    found = re.search(r'base = ("[^"]+")', script), re.search(r"of (\[.*?\])\)", script)
    base, preloads = (json.loads(one[1]) for one in found if one is not None)
    return [f"{base}{path}".removeprefix("/") for path in (*preloads, PARTS, ICONS)]


def test_all_that_it_asks_for_is_there() -> None:
    """Its entry is the last of what is asked for, behind all that it stands on."""
    site = build_site()
    started = _started(site)
    assert [path for path in started if path not in site.files] == []
    assert started[-3].endswith(f"/{ENTRY}")


def test_it_weighs_less_than_its_budget() -> None:
    """Sheets, script, modules and icons, each compressed by itself as CloudFront does it."""
    site = build_site()
    weights = {path: len(gzip.compress(site.files[path], 9)) for path in [SHEET, SCRIPT, *_started(site)]}
    assert sum(weights.values()) + DOCUMENT_BYTES <= BUDGET_BYTES, sorted(weights.items(), key=lambda one: -one[1])


def test_it_knows_nothing_of_sessions() -> None:
    """What shows a share cannot sign in, list, or go to another view, for it has no module that does."""
    names = " ".join(_started(build_site()))
    views = ("views/app.js", "views/project", "views/settings")
    for unknown in ("/api.js", "session.js", "router.js", "addresses.js", *views):
        assert unknown not in names


def test_its_two_files_are_asked_for_each_time() -> None:
    """Their addresses never change, so no copy of them is kept without asking; both are the page's everywhere."""
    assert {SHEET, SCRIPT} <= set(FILES)
    assert all(is_file(f"/{name}") and cache_of(name) == ALWAYS_ASK for name in (SHEET, SCRIPT))
    assert type_of(SCRIPT) == "text/javascript; charset=utf-8"


def test_no_typeface_is_loaded_and_nothing_comes_from_elsewhere() -> None:
    """A share is read in the typeface that is there; sheets name no other file."""
    site = build_site()
    parts = next(path for path in site.files if path.endswith(PARTS))
    for sheet in (site.files[SHEET].decode(), site.files[parts].decode()):
        assert "@font-face" not in sheet
        assert re.findall(r"url\((?!['\"]?data:)[^)]*\)", sheet) == []
