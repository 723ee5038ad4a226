"""Skipping is for laptops."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

SKIPS_A_TEST = """
import pytest
def test_needs_node():
    pytest.skip("no Node")
"""
SKIPS_ITSELF = """
import pytest
pytest.skip("no browser", allow_module_level=True)
"""


def _exit_code(folder: Path, text: str, environ: dict[str, str]) -> int:
    (folder / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", "-c", os.devnull, str(folder)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False, timeout=60).returncode


@pytest.mark.parametrize("text", [SKIPS_A_TEST, SKIPS_ITSELF], ids=["test", "file"])
def test_a_skip_fails_in_ci(tmp_path: Path, text: str) -> None:
    """With CI set, a run that skips a test or a file does not succeed."""
    assert _exit_code(tmp_path, text, {"CI": "true"}) in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}


def test_a_laptop_may_skip(tmp_path: Path) -> None:
    """Without CI a skip is what it always was."""
    assert _exit_code(tmp_path, SKIPS_A_TEST, {}) == pytest.ExitCode.OK
