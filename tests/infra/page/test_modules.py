"""What modules import is found, named so that browsers find it, and nothing that only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.page.modules import PageBroken, gather, imports_of
from tests.infra.page_sources import MAIN, written


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The folder of the page."""
    return written(tmp_path / "web")


def test_every_import_is_found_and_none_in_comments() -> None:
    """With whether the module waits for it."""
    found = [(one.name, one.is_static) for one in imports_of(MAIN)]
    assert found == [
        ("little", True),
        ("little/directives/repeat.js", True),
        ("./a.js", True),
        ("./side.js", True),
        ("./views/late.js", False),
    ]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('import{a as b}from"x";import*as c from"y";import"z"', ["x", "y", "z"]),
        ('/** @license\n */\nimport{a}from"x";export{b as c}from"y";export*from"z"', ["x", "y", "z"]),
        ("import {\n  one, // the first\n  two,\n} from 'x';", ["x"]),
        ("import d, { e } from 'x'\nexport default 'y'", ["x"]),
        ('const w = new Worker(new URL("./w.js", import.meta.url), { type: "module" });', ["./w.js"]),
        ('const u = new URL("/api", location.href);', []),
        ("export const important = 'x'; // import 'y'", []),
        ("html`<p>import things from 'there'</p>`", []),
        ("const s = \"; import 'x'\";", []),
        ('const sample = `\nimport { traceable } from "langsmith/traceable";\n`;', []),
        ('html`<a>${open ? html`\nimport "x"; ${() => import("./y.js")}` : ""}</a>`', ["./y.js"]),
        ("const quotes = /[`'\"]/; import('./x.js')", ["./x.js"]),
    ],
)
def test_imports_are_found_however_they_are_written(source: str, names: list[str]) -> None:
    """Minified, over several lines, for a worker; and texts that are none are left alone."""
    assert [one.name for one in imports_of(source)] == names


def test_names_become_the_places_of_files(web: Path) -> None:
    """A package's name is the file that it exports to browsers; but for comments, nothing else of a module changes."""
    main = gather("main.js", web, web / "node_modules").sources["main.js"]
    lines, changed = MAIN.splitlines(), main.splitlines()
    assert changed[1] == 'import { html } from "./vendor/little/index.js";'
    assert changed[2] == "import { repeat } from './vendor/little/lib/repeat.js';"
    assert [changed[0], *changed[3:]] == ["", *lines[3:]]


def test_packages_find_each_other(web: Path) -> None:
    """By conditions, by `module`, with a scope; source maps, which nobody serves, are not named."""
    sources = gather("main.js", web, web / "node_modules").sources
    little = sources["vendor/little/index.js"]
    assert little.strip() == 'export*from"../@big/diff/esm/index.mjs";export{html}from"./html.js";'
    assert 'from "../vendor/@big/diff/esm/index.mjs"' in sources["views/late.js"]


def test_only_what_is_imported_is_served(web: Path) -> None:
    """What nobody imports is left out, with all that it would need."""
    sources = gather("main.js", web, web / "node_modules").sources
    ours = {path for path in sources if not path.startswith("vendor/")}
    assert ours == {"main.js", "a.js", "side.js", "views/late.js"}


def test_preloads_are_what_the_entry_waits_for(web: Path) -> None:
    """Deepest first, each once; what is imported later is not among them."""
    preloads = gather("main.js", web, web / "node_modules").preloads
    assert preloads == (
        "vendor/@big/diff/esm/index.mjs",
        "vendor/little/html.js",
        "vendor/little/index.js",
        "vendor/little/lib/repeat.js",
        "a.js",
        "side.js",
        "main.js",
    )


def test_what_is_imported_later_is_known_with_all_it_waits_for(web: Path) -> None:
    """But for what is there already, so that a view's modules can be asked for at once."""
    (web / "views" / "late.js").write_text('import "../a.js"; import "./deep.js";', encoding="utf-8")
    (web / "views" / "deep.js").write_text("export {};", encoding="utf-8")
    later = gather("main.js", web, web / "node_modules").later
    assert later == {"views/late.js": ("views/deep.js", "views/late.js")}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('import "nowhere";', "must stand in web/package.json"),
        ('import "little/secret.js";', "does not export"),
        ('import "../../etc/passwd";', "outside of web/"),
        ('import "https://cdn.example.com/x.js";', "only files and packages"),
        ('import "/x.js";', "only files and packages"),
    ],
)
def test_what_cannot_be_served_is_named(web: Path, source: str, said: str) -> None:
    """An import that leads nowhere, outside, or to another host ends the build with its name."""
    (web / "a.js").write_text(source, encoding="utf-8")
    with pytest.raises(PageBroken, match=said):
        gather("main.js", web, web / "node_modules")


def test_what_is_not_there_is_said_and_the_rest_goes_on(web: Path) -> None:
    """By whom it is asked for; it is neither served nor preloaded."""
    (web / "a.js").write_text('import "./nowhere.js"; import "./side.js";', encoding="utf-8")
    found = gather("main.js", web, web / "node_modules")
    assert found.missing == ("a.js asks for nowhere.js, which is not there",)
    assert "nowhere.js" not in {*found.sources, *found.preloads}
    assert {"a.js", "side.js"} <= set(found.preloads)


def test_circles_end(web: Path) -> None:
    """Modules may import each other."""
    (web / "a.js").write_text('import "./side.js";', encoding="utf-8")
    assert "side.js" in gather("main.js", web, web / "node_modules").preloads
