"""The page as files: the same for the same sources, under a name that changes with them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infra.page.modules import PageBroken
from infra.page.site import INDEX, build_site, cache_of, headers_of, type_of
from tests.infra.page_sources import written


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The folder of the page."""
    return written(tmp_path / "web")


def test_the_same_sources_make_the_same_files(web: Path, tmp_path: Path) -> None:
    """Wherever they lie."""
    elsewhere = written(tmp_path / "elsewhere")
    assert build_site(web) == build_site(elsewhere)


@pytest.mark.parametrize("path", ["a.js", "views/late.css", "theme.js", "node_modules/little/html.js"])
def test_the_version_changes_with_every_file(web: Path, path: str) -> None:
    """So what lies under a version never changes."""
    before = build_site(web)
    (web / path).write_text((web / path).read_text() + "\n/* changed */\n")
    assert build_site(web).version != before.version


def test_the_document_names_what_it_needs(web: Path) -> None:
    """The theme before anything is drawn, one sheet, the entry, and what it waits for; every name is a file."""
    site = build_site(web)
    text = site.files[INDEX].decode()
    named = re.findall(r'(?:src|href)="/([^"]+)"', text)
    assert [path for path in named if path not in site.files] == []
    assert named[0].endswith("/theme.js")
    assert named[1].endswith("/page.css")
    assert f'<script type="module" src="/assets/{site.version}/main.js">' in text
    assert f'<link rel="modulepreload" href="/assets/{site.version}/vendor/little/index.js">' in text
    assert f'href="/assets/{site.version}/views/late.js' not in text


def test_the_document_knows_what_each_view_waits_for(web: Path) -> None:
    """As data, with the place where the files are."""
    site = build_site(web)
    [said] = re.findall(r'<script type="application/json" id="later">(.*)</script>', site.files[INDEX].decode())
    later = json.loads(said)
    assert later["with"] == {"views/late.js": ["views/late.js"]}
    assert {later["base"] + path for paths in later["with"].values() for path in paths} <= {f"/{p}" for p in site.files}


def test_the_document_has_nothing_inline(web: Path) -> None:
    """Its policy allows no script and no style in it; data is neither."""
    text = build_site(web).files[INDEX].decode()
    assert re.findall(r"<script(?![^>]*\bsrc=|[^>]*\bapplication/json)[^>]*>|<style|\bstyle=|\bon\w+=", text) == []


def test_one_sheet_has_all_styles_in_order(web: Path) -> None:
    """Tokens, base, then the others by name."""
    site = build_site(web)
    sheet = site.files[f"assets/{site.version}/page.css"].decode()
    assert sheet.split("\n") == [
        ":root { --gap: 4px }",
        "body { margin: 0 }",
        ".zebra { color: black }",
        ".late { color: red }",
    ]


def test_nothing_else_of_the_folder_is_served(web: Path) -> None:
    """No package's other files, no module that nobody imports, no list of packages."""
    site = build_site(web)
    under = {path.removeprefix(f"assets/{site.version}/") for path in site.files}
    assert under & {"unused.js", "package.json", "vendor/little/package.json", "styles/base.css"} == set()


def test_a_site_that_lacks_something_is_not_whole(web: Path) -> None:
    """The laptop serves the rest of it; it is not deployed."""
    assert build_site(web).check_whole() == build_site(web)
    (web / "views" / "late.js").write_text('import "./nowhere.js";', encoding="utf-8")
    with pytest.raises(PageBroken, match=r"views/late\.js asks for views/nowhere\.js, which is not there"):
        build_site(web).check_whole()


@pytest.mark.parametrize("text", ["<html></html>", "<!-- tracekeep:head --><!-- tracekeep:head -->"])
def test_a_document_without_its_place_is_refused(web: Path, text: str) -> None:
    """Or with two of them."""
    (web / INDEX).write_text(text, encoding="utf-8")
    with pytest.raises(PageBroken, match="tracekeep:head"):
        build_site(web)


def test_the_site_can_be_written_to_a_folder(web: Path, tmp_path: Path) -> None:
    """Every file under its path."""
    site = build_site(web)
    site.write(tmp_path / "out")
    found = {
        p.relative_to(tmp_path / "out").as_posix(): p.read_bytes()
        for p in (tmp_path / "out").rglob("*.*")
        if p.is_file()
    }
    assert found == dict(site.files)


def test_assets_are_kept_for_ever_and_the_rest_is_asked_for() -> None:
    """A new version is seen by the next one who opens the page."""
    assert cache_of("assets/0a/main.js") == "public, max-age=31536000, immutable"
    assert cache_of(INDEX) == cache_of("favicon.svg") == "no-cache"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("a/main.js", "text/javascript; charset=utf-8"),
        ("a/x.mjs", "text/javascript; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
        ("f.woff2", "font/woff2"),
        ("site.webmanifest", "application/manifest+json; charset=utf-8"),
    ],
)
def test_types_are_those_browsers_insist_on(path: str, kind: str) -> None:
    """A module of another type would not run, since sniffing is off."""
    assert type_of(path) == kind


def test_the_policy_allows_the_own_host_and_nothing_inline() -> None:
    """No other host, no inline script, no `eval`, no frame, no form; hosts may be added where images come from."""
    policy = headers_of()["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert re.findall(r"unsafe|\*|https?:", policy) == []
    assert "frame-ancestors 'none'" in policy
    with_bucket = headers_of({"img-src": "https://bucket.example"})["content-security-policy"]
    assert "img-src 'self' data: blob: https://bucket.example;" in with_bucket
