"""The page that we ship: whole, and within what `product.md` allows it to weigh."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.page.site import INDEX, WEB, Site, build_site

MAX_PAGE_BYTES = 250_000
"""Compressed, all that one address loads. Ours is counted with everything that its view may load later."""
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


def _compressed(site: Site, paths: set[str]) -> int:
    return sum(len(gzip.compress(site.files[path], 9)) for path in paths)


def test_each_view_is_light(site: Site) -> None:
    """The document with all that it names, fonts and icons, the view, and whatever is loaded later by any view."""
    prefix = f"assets/{site.version}/"
    views = {view for view in _later(site) if view.startswith("views/")}
    modules = {path for path in site.files if path.endswith((".js", ".mjs"))}
    of_views = {view: {prefix + path for path in _later(site)[view]} for view in views}
    shared = set(site.files) - (set().union(*of_views.values()) & modules)
    weights = {view: _compressed(site, shared | paths) for view, paths in of_views.items()}
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


def test_views_are_asked_for_by_the_names_that_the_build_knows(site: Site) -> None:
    """A view that is named otherwise would be found out late."""
    named = set(re.findall(r'file: "([^"]+)"', (WEB / "views" / "app.js").read_text(encoding="utf-8")))
    assert named == {view for view in _later(site) if view.startswith("views/")}
