"""What is installed is what was locked, wherever the packages come from."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from tests.house.source import ROOT

LOCKS = ("bootstrap", "dev", "run")
REQUIREMENT = re.compile(
    r"^([a-z0-9._-]+)==(\S+)(?: ;.*?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def _lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, set[str]]:
    """The versions of each package: more than one where the Python version decides."""
    pins: dict[str, set[str]] = {}
    for package, version, _ in REQUIREMENT.findall(_lock(name)):
        pins.setdefault(package, set()).add(version)
    return pins


def _names(requirements: list[Any]) -> set[str]:
    matches = [re.match(r"[A-Za-z0-9._-]+", text) for text in requirements if isinstance(text, str)]
    return {match[0].lower() for match in matches if match}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    """No line of a lock installs anything that is not named by version and hash."""
    left = REQUIREMENT.sub("", _lock(name))
    assert _pins(name)
    assert [line for line in left.splitlines() if line.strip() and not line.lstrip().startswith("#")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_python_lock_names_no_place(name: str) -> None:
    """An address or a folder in a lock would tie it to the machine that wrote it."""
    assert not re.search(r"://|--index|--extra-index|--find-links|file:|(^|\s)/\w", _lock(name))


def test_the_node_lock_names_no_registry() -> None:
    """Each Node package has its hash and none says where it was downloaded."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {path: package for path, package in packages.items() if path}
    assert installed
    assert [path for path, package in installed.items() if "resolved" in package] == []
    assert [path for path, package in installed.items() if not package["integrity"].startswith("sha512-")] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """A dependency added to pyproject.toml without `make lock` is noticed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert _names(project["project"]["dependencies"]) <= _pins("run").keys()
    assert _names(project["dependency-groups"]["dev"]) <= _pins("dev").keys()


@pytest.mark.parametrize("name", ["bootstrap", "run"])
def test_all_locks_agree(name: str) -> None:
    """What a developer tests is what a user runs: the smaller locks pin the same versions as dev's."""
    tested = _pins("dev")
    assert {package: versions for package, versions in _pins(name).items() if tested[package] != versions} == {}
