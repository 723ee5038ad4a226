"""The page as files: made of `web/` and of the packages it names, for the laptop's memory and for a bucket alike.

    index.html                     one document for all views, never kept without asking
    assets/<version>/main.js …     everything else; the version is a hash of all of it, so it may be kept for ever
    favicon.svg …                  the few files whose address others fix

In `web/index.html` the line `<!-- tracekeep:head -->` becomes the theme's script, the one style sheet, and a preload
for each module that the entry waits for, so that none of them is found out late. What each view waits for is there
as data, for `web/ahead.js`.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infra.page import shared
from infra.page.media import media_of, sprite_for
from infra.page.modules import VENDOR, Modules, PageBroken, gather
from infra.page.paths import ASSETS, ROOT_FILES

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
INDEX = "index.html"
ENTRY = "main.js"
THEME = "theme.js"
EARLY = "early.js"
"""A module that runs before the entry, which has it too: it asks for what the address needs."""
STYLES = "page.css"
MARKER = "<!-- tracekeep:head -->"
_FIRST_STYLES = ("styles/tokens.css", "styles/base.css", "styles/main.css")
_STYLE_FOLDERS = ("styles", "parts", "views")
_MEDIA = frozenset({".svg", ".png", ".webp", ".avif", ".woff2"})
_TEXT = frozenset({"image/svg+xml", "application/json", "application/manifest+json"})
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
_VERSION_LENGTH = 16

POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""What the page may load: its own files and its own API. No script or style inline, so no hash that could be stale."""
PERMISSIONS = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""What no script of the page may ask a person for."""
NEVER_CHANGES = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"


@dataclass(frozen=True)
class Site:
    """All files by their path without a leading slash; `index.html` is one of them."""

    version: str
    files: Mapping[str, bytes]
    missing: tuple[str, ...] = ()
    """What the page lacks: a view that needs it will not show."""

    def check_whole(self) -> Self:
        """The site itself. Raises: PageBroken where something is missing."""
        if self.missing:
            raise PageBroken("; ".join(self.missing))
        return self

    def write(self, folder: Path) -> None:
        """Put the files into a folder."""
        for path, content in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)

    def about(self) -> list[dict[str, str]]:
        """Path, type and cache of each file, those that never change before those which name them."""
        ordered = sorted(self.files, key=lambda path: (cache_of(path) == ALWAYS_ASK, path))
        return [{"path": path, "type": type_of(path), "cache": cache_of(path)} for path in ordered]


def build_site(web: Path = WEB, packages: Path | None = None) -> Site:
    """The page of these sources: the same files for the same sources, on any machine.

    Raises: PageBroken; what only a part of it needs and is not there, the site's `missing` says.
    """
    packages = packages or web / "node_modules"
    modules = gather(ENTRY, web, packages)
    of_shares = gather(shared.ENTRY, web, packages) if shared.has_shared(web) else None
    assets = {path: source.encode() for path, source in _sources(modules, of_shares).items()}
    assets |= _of_shares(web, packages, of_shares) if of_shares else {}
    assets |= {STYLES: _styles(web), **{path: (web / path).read_bytes() for path in _media(web)}}
    assets |= media_of(web, packages)
    if (web / THEME).exists():
        assets[THEME] = (web / THEME).read_bytes()
    version = _version(assets)
    root = {name: (web / name).read_bytes() for name in ROOT_FILES if (web / name).exists()}
    root |= shared.root_files(web, f"{ASSETS}{version}", of_shares) if of_shares else {}
    fonts = sorted(path for path in assets if path.endswith(".woff2"))
    index = _index(web, _head(f"{ASSETS}{version}", modules, root, fonts, has_theme=THEME in assets))
    prefix = f"{ASSETS}{version}/".removeprefix("/")
    files = {INDEX: index, **root, **{prefix + path: assets[path] for path in sorted(assets)}}
    return Site(version, files, (*modules.missing, *(of_shares.missing if of_shares else ())))


def _of_shares(web: Path, packages: Path, modules: Modules) -> dict[str, bytes]:
    """What only shared links load."""
    own = [source for path, source in modules.sources.items() if not path.startswith(VENDOR)]
    return {shared.PARTS: shared.parts_sheet(web), shared.ICONS: sprite_for(own, web, packages)}


def _sources(page: Modules, of_shares: Modules | None) -> dict[str, str]:
    """The modules of both documents; most are of both."""
    return {**page.sources, **(of_shares.sources if of_shares else {})}


def headers_of(sources: Mapping[str, str] | None = None) -> dict[str, str]:
    """The headers of every answer that is the page's; `sources` adds hosts to directives of the policy."""
    more = sources or {}
    policy = "; ".join(f"{name} {value} {more.get(name, '')}".rstrip() for name, value in POLICY.items())
    return {
        "content-security-policy": policy,
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": ", ".join(f"{name}=()" for name in PERMISSIONS),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


def cache_of(path: str) -> str:
    """How long a file of the page may be kept."""
    return NEVER_CHANGES if f"/{path}".startswith(ASSETS) else ALWAYS_ASK


def type_of(path: str) -> str:
    """The media type of a file, by its name."""
    suffix = Path(path).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type(path, strict=True)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in _TEXT else kind


def sources_of(web: Path) -> Iterator[Path]:
    """Every file that may be part of the page, in no order; not what npm installed."""
    for one in web.iterdir():
        if one.name not in {"node_modules", ".stamp"}:
            yield from (path for path in ([one] if one.is_file() else one.rglob("*")) if path.is_file())


def _version(assets: Mapping[str, bytes]) -> str:
    digests = [(path, hashlib.sha256(assets[path]).hexdigest()) for path in sorted(assets)]
    return hashlib.sha256(json.dumps(digests).encode()).hexdigest()[:_VERSION_LENGTH]


def _styles(web: Path) -> bytes:
    """One sheet: tokens and base first, then the rest by name; more would be more that the first paint waits for."""
    found = {path.relative_to(web).as_posix() for folder in _STYLE_FOLDERS for path in (web / folder).rglob("*.css")}
    ordered = [*[path for path in _FIRST_STYLES if path in found], *sorted(found.difference(_FIRST_STYLES))]
    return b"\n".join((web / path).read_bytes() for path in ordered)


def _media(web: Path) -> Iterator[str]:
    for path in sources_of(web):
        if path.suffix in _MEDIA:
            yield path.relative_to(web).as_posix()


def _head(assets: str, modules: Modules, root: Iterable[str], fonts: Iterable[str], *, has_theme: bool) -> str:
    """What a document needs of the site, in the order in which it should be asked for."""
    lines = [f'<script src="{assets}/{THEME}"></script>'] if has_theme else []
    lines += [f'<script type="application/json" id="later">{_later(assets, modules)}</script>']
    lines += [f'<script type="module" src="{assets}/{EARLY}"></script>'] if EARLY in modules.sources else []
    lines += [f'<link rel="stylesheet" href="{assets}/{STYLES}">']
    lines += [f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{assets}/{font}">' for font in fonts]
    lines += [f'<script type="module" src="{assets}/{ENTRY}"></script>']
    lines += [f'<link rel="modulepreload" href="{assets}/{path}">' for path in modules.preloads]
    lines += ['<link rel="icon" href="/favicon.svg" type="image/svg+xml">'] if "favicon.svg" in root else []
    return "\n".join(lines)


def _later(assets: str, modules: Modules) -> str:
    """What to load with each view, for the page to ask for all of it at once. It is data, which no policy stops."""
    return json.dumps({"base": f"{assets}/", "with": modules.later}, separators=(",", ":")).replace("<", "\\u003c")


def _index(web: Path, head: str) -> bytes:
    path = web / INDEX
    if not path.exists():
        raise PageBroken(f"{path.name} is not in web/")
    text = path.read_text(encoding="utf-8")
    if text.count(MARKER) != 1:
        raise PageBroken(f"web/{INDEX} must have the line {MARKER} once; it has it {text.count(MARKER)} times")
    return text.replace(MARKER, head).encode()
