"""A small page with two packages, as `web/` and npm would have it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

MAIN = """\
/** @param {import("./nowhere.js").Run} run — import it from "nowhere" */
import { html } from "little";
import { repeat } from 'little/directives/repeat.js';
export { a as b } from "./a.js"; import "./side.js";
const address = "https://example.com/*";
export const late = () => import("./views/late.js");
"""
_LITTLE = {
    ".": {"types": "./index.d.ts", "development": "./development.js", "node": "./node.js", "default": "./index.js"},
    "./directives/*.js": {"browser": {"development": "./d.js", "default": "./lib/*.js"}, "default": "./lib/*.cjs"},
}
FILES = {
    "index.html": "<!doctype html><html><head>\n<!-- tracekeep:head -->\n</head><body></body></html>",
    "main.js": MAIN,
    "a.js": "export const a = 1;\n",
    "side.js": 'import "./a.js";\n',
    "theme.js": "document.documentElement.dataset.theme = 'dark';\n",
    "unused.js": 'import "nowhere";\n',
    "package.json": "{}",
    "favicon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "views/late.js": 'import { a } from "../a.js";\nimport { diff } from "@big/diff";\n',
    "views/late.css": ".late { color: red }",
    "styles/zebra.css": ".zebra { color: black }",
    "styles/base.css": "body { margin: 0 }",
    "styles/tokens.css": ":root { --gap: 4px }",
    "node_modules/little/package.json": json.dumps({"exports": _LITTLE}),
    "node_modules/little/index.js": 'export*from"@big/diff";export{html}from"./html.js";\n//# sourceMappingURL=x.map\n',
    "node_modules/little/html.js": "const html = String.raw; export { html };",
    "node_modules/little/lib/repeat.js": "export const repeat = 2;",
    "node_modules/@big/diff/package.json": json.dumps({"module": "esm/index.mjs", "main": "index.cjs"}),
    "node_modules/@big/diff/esm/index.mjs": "export const diff = 3;",
}


def written(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """The folder, with these files in it."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
