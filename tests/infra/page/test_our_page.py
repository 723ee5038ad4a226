"""The page that we ship: whole, and within what `product.md` allows it to weigh."""

from __future__ import annotations

import gzip
import json
import posixpath
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.page.shared import ICONS
from infra.page.site import INDEX, WEB, Site, build_site

MAX_PAGE_BYTES = 250_000
"""Compressed, all that one address loads. Ours is counted with all that its view loads later."""
_IMPORT = re.compile(r'\b(?:from|import)\s*"(\.[^"]+)"')
_LATER = re.compile(r'\bimport\(\s*"(\.[^"]+)"')
NODE = str(Path(sys.executable).with_name("node"))
_READ_ALL = """
import { readFileSync } from "node:fs";
import vm from "node:vm";
for (const path of JSON.parse(process.argv[1]))
  new vm.SourceTextModule(readFileSync(path, "utf8"), { identifier: path });
"""


@pytest.fixture(scope="module")
def site() -> Site:
    """Our own."""
    return build_site().check_whole()


def _later(site: Site) -> dict[str, list[str]]:
    [said] = re.findall(r'id="later">(.*)</script>', site.files[INDEX].decode())
    views: dict[str, list[str]] = json.loads(said)["with"]
    return views


def _views() -> set[str]:
    """What the addresses of the page show."""
    return set(re.findall(r'file: "([^"]+)"', (WEB / "views" / "app.js").read_text(encoding="utf-8")))


def _compressed(site: Site, paths: set[str]) -> int:
    return sum(len(gzip.compress(site.files[path], 9)) for path in paths)


def _imported(site: Site, path: str) -> set[str]:
    """What a module imports at once, and what later; but for other views, which are addresses of their own."""
    text, folder = site.files[path].decode(), posixpath.dirname(path)
    at_once = {posixpath.normpath(f"{folder}/{name}") for name in _IMPORT.findall(text)}
    later = {posixpath.normpath(f"{folder}/{name}") for name in _LATER.findall(text)}
    return at_once | {path for path in later if "/views/" not in path}


def _loaded(site: Site, start: str) -> set[str]:
    """A module with all that it imports."""
    loaded: set[str] = set()
    wanted = {start}
    while wanted:
        loaded |= wanted
        wanted = set().union(*(_imported(site, path) for path in wanted)) - loaded
    return loaded


def _document(site: Site) -> set[str]:
    """The document with all that it names, and what its styles do: the font, the icons."""
    named = set(re.findall(r'(?:href|src)="/([^"]+)"', site.files[INDEX].decode()))
    drawn = {path for path in site.files if path.endswith((".woff2", ".svg")) and not path.endswith(ICONS)}
    return {INDEX} | drawn | {path for path in site.files if path in named}


def test_the_document_asks_early_for_what_every_view_needs(site: Site) -> None:
    """Who is signed in, and the view's modules, before the sheet and the page; and the typeface."""
    text = site.files[INDEX].decode()
    places = [text.index(one) for one in ('id="later"', '/early.js"></script>', "/page.css", '/main.js"></script>')]
    assert places == sorted(places)
    [font] = [path for path in site.files if path.endswith(".woff2")]
    assert f'<link rel="preload" as="font" type="font/woff2" crossorigin href="/{font}">' in text


def test_each_view_is_light(site: Site) -> None:
    """The document with all that it names, font and icons, the view, and whatever parts the view loads later."""
    weights = {
        view: _compressed(site, _document(site) | _loaded(site, f"assets/{site.version}/{view}")) for view in _views()
    }
    assert {view: weight for view, weight in weights.items() if weight > MAX_PAGE_BYTES} == {}


def test_every_module_is_still_javascript(site: Site, tmp_path: Path) -> None:
    """As Node reads it: what the build takes away and puts in breaks none."""
    site.write(tmp_path)
    modules = [path for path in site.files if path.endswith((".js", ".mjs")) and "/vendor/" not in path]
    node = [NODE, "--experimental-vm-modules", "--no-warnings", "--input-type=module", "-e", _READ_ALL]
    done = subprocess.run(
        [*node, json.dumps(modules)], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_asked_for_ahead_is_named_as_the_build_knows_it(site: Site) -> None:
    """What is named otherwise would be found out late, one import after the other."""
    modules = [path.read_text(encoding="utf-8") for path in WEB.rglob("*.js") if "node_modules" not in path.parts]
    named = _views() | {name for text in modules for name in re.findall(r'loadAhead\("([^"]+)"\)', text)}
    assert named <= set(_later(site))
