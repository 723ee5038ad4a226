"""What the page computes, tested under Node: each file of such tests is one test here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted(HERE.rglob("*.test.mjs"))


@pytest.fixture(scope="module")
def node() -> str:
    """The locked Node, else any."""
    found = shutil.which("node", path=f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip("there is no Node: make .venv/dev.stamp")
    return found


def test_there_are_such_files() -> None:
    """A renamed folder does not make all of them vanish in silence."""
    assert len(FILES) > 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HERE)))
def test_what_the_page_computes(node: str, file: Path) -> None:
    """Every test in this file passes; what Node says of one that fails is shown."""
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# tests 0\n" not in done.stdout
