"""The version that the server tells is the project's."""

from __future__ import annotations

import tomllib

from shared.base.version import VERSION
from tests.house.source import ROOT


def test_the_version_is_the_projects() -> None:
    """Whoever raises one raises the other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
