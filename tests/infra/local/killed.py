"""A child process that writes, says what is acknowledged, and is killed in the middle of its work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


def acknowledged_before_kill(program: str, folder: Path, acknowledgements: int) -> list[str]:
    """Run `program` with `folder` as its argument; kill -9 it after so many lines; all lines it printed."""
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline().strip() for _ in range(acknowledgements)]
        os.kill(child.pid, signal.SIGKILL)
        lines += [line.strip() for line in child.stdout if line.endswith("\n")]
    assert child.returncode == -signal.SIGKILL
    assert all(lines)
    return lines
