"""The modules that a page is made of: which import which, and where a package keeps the file that a name means.

There is no bundler: modules stay files, and only the names in their `import`s are made relative, because no browser
finds `lit` by itself. (An import map would say it beside them, but only in a script inline: the policy of the page
would then change with every version, and is not always renewed in the same second as the page.) Of our own modules,
comments are left out, which are a quarter of their compressed weight.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from infra.page.bare import bare, without_comments

VENDOR = "vendor/"
"""Where files of packages stand beside our own."""
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_CONDITIONS = ("browser", "import", "default")
_STATIC = r"(?P<static>(?:^|[;}\n])\s*(?:import|export)\b(?:[\w$*{}\s,]*?\bfrom)?\s*)"
_LATER = r"\bimport\(\s*|\bnew URL\(\s*(?=[^)]*\bimport\.meta\.url)"
_IMPORT = re.compile(rf"""(?:{_STATIC}|{_LATER})(?P<quote>["'])(?P<name>[^"'\n]+)(?P=quote)""")


class PageBroken(Exception):
    """The page cannot be made of its sources; the message names the file and what is wrong with it."""


class FileMissing(Exception):
    """A module is imported whose file is not there."""


class Import(NamedTuple):
    """One name in a module: where it stands, and whether the module waits for it before it runs."""

    name: str
    start: int
    end: int
    is_static: bool


class Modules(NamedTuple):
    """Sources by path, ready to be served, and those that the entry needs before it runs, deepest first."""

    sources: Mapping[str, str]
    preloads: tuple[str, ...]
    later: Mapping[str, tuple[str, ...]]
    """What each module of our own that is imported later waits for, beyond what the entry has."""
    missing: tuple[str, ...]
    """What is wrong with imports whose files are not there; the modules that have them will not run."""


def imports_of(source: str) -> Iterator[Import]:
    """What a module imports, at once or later, in order. Text that only looks like it, in comments, is left alone."""
    for found in _IMPORT.finditer(bare(source)):
        start, end = found.span("name")
        yield Import(source[start:end], start, end, is_static=found["static"] is not None)


def gather(entry: str, web: Path, packages: Path) -> Modules:
    """The entry of the page with all it imports, by their paths below `web/` or `vendor/`. Raises: PageBroken."""
    files = _Files(web, packages)
    sources: dict[str, str] = {}
    statics: dict[str, list[str]] = {}
    later: set[str] = set()
    missing: list[str] = []
    waiting = [(entry, "index.html")]
    while waiting:
        path, importer = waiting.pop()
        if path in statics:
            continue
        statics[path] = []
        try:
            sources[path], reached = files.linked(path)
        except FileMissing:
            missing.append(f"{importer} asks for {path}, which is not there")
            continue
        statics[path] = [target for target, is_static in reached if is_static]
        later |= {target for target, is_static in reached if not is_static and not target.startswith(VENDOR)}
        waiting += [(target, path) for target, _ in reached]
    preloads = _waited_for(entry, statics, sources)
    beyond = {path: _waited_for(path, statics, sources.keys() - {*preloads}) for path in sorted(later - {*preloads})}
    return Modules(sources, preloads, beyond, tuple(sorted(missing)))


def _waited_for(path: str, statics: Mapping[str, list[str]], among: Container[str]) -> tuple[str, ...]:
    return tuple(one for one in _depth_first(path, statics.__getitem__) if one in among)


class _Files:
    """The page's own files, and those of its packages."""

    def __init__(self, web: Path, packages: Path) -> None:
        self._web, self._packages = web, packages
        self._exports: dict[str, Any] = {}

    def linked(self, path: str) -> tuple[str, list[tuple[str, bool]]]:
        """A module with its names made relative, and what they mean."""
        source = self._read(path)
        parts, reached, done = [], [], 0
        for found in imports_of(source):
            target = self._target(path, found.name)
            relative = posixpath.relpath(target, posixpath.dirname(path) or ".")
            parts += [source[done : found.start], relative if relative.startswith(".") else f"./{relative}"]
            done = found.end
            if target.endswith((".js", ".mjs")):
                reached.append((target, found.is_static))
        linked = "".join([*parts, source[done:]])
        return linked if path.startswith(VENDOR) else without_comments(linked), reached

    def _read(self, path: str) -> str:
        below = self._packages / path.removeprefix(VENDOR) if path.startswith(VENDOR) else self._web / path
        try:
            return _SOURCE_MAP.sub("", below.read_text(encoding="utf-8"))
        except (FileNotFoundError, IsADirectoryError):
            raise FileMissing(path) from None

    def _target(self, path: str, name: str) -> str:
        if name.startswith("."):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            if target.startswith(".."):
                raise PageBroken(f"web/{path} imports {name!r}, which is outside of web/")
            return target
        if ":" in name or name.startswith("/"):
            raise PageBroken(f"web/{path} imports {name!r}: only files and packages of the page's own are served")
        return VENDOR + self._in_package(path, name)

    def _in_package(self, path: str, name: str) -> str:
        """The file that a bare name means. Source: Node.js, "Modules: Packages", package entry points."""
        words = name.split("/")
        depth = 2 if name.startswith("@") else 1
        package, rest = "/".join(words[:depth]), words[depth:]
        found = _exported(self._exports_of(path, package), "/".join([".", *rest]))
        if found is None:
            raise PageBroken(f"{path} imports {name!r}, which package {package} does not export to browsers")
        return posixpath.normpath(f"{package}/{found}")

    def _exports_of(self, path: str, package: str) -> Any:  # noqa: ANN401 text, or nested by condition
        if package not in self._exports:
            try:
                about = json.loads((self._packages / package / "package.json").read_text(encoding="utf-8"))
            except FileNotFoundError:
                raise PageBroken(
                    f"{path} imports {package!r}, which is not installed: it must stand in web/package.json, "
                    "and `make lock run` installs it"
                ) from None
            self._exports[package] = about.get("exports") or about.get("module") or about.get("main", "index.js")
        return self._exports[package]


def _exported(exports: Any, subpath: str) -> str | None:  # noqa: ANN401 as above
    """The file of a subpath, which may be one of a pattern; an exact one wins."""
    if isinstance(exports, str) or not any(key.startswith(".") for key in exports):
        exports = {".": exports}
    if subpath in exports:
        return _chosen(exports[subpath])
    for pattern, target in exports.items():
        head, star, tail = pattern.partition("*")
        if star and subpath.startswith(head) and subpath.endswith(tail):
            found = _chosen(target)
            return found and found.replace("*", subpath[len(head) : len(subpath) - len(tail)])
    return None


def _chosen(target: Any) -> str | None:  # noqa: ANN401 as above
    """The first condition that a browser meets; no development builds."""
    if isinstance(target, dict):
        nested = (_chosen(target[condition]) for condition in target if condition in _CONDITIONS)
        return next((one for one in nested if one), None)
    return target if isinstance(target, str) else None


def _depth_first(entry: str, children: Callable[[str], list[str]]) -> Iterator[str]:
    """Everything that `entry` stands on, each once, before what stands on it."""
    seen = {entry}
    stack = [(entry, iter(children(entry)))]
    while stack:
        path, rest = stack[-1]
        child = next((one for one in rest if one not in seen), None)
        if child is None:
            stack.pop()
            yield path
        else:
            seen.add(child)
            stack.append((child, iter(children(child))))
