"""The line that says how far a command is."""

from __future__ import annotations

import io

import pytest

from infra.cli.progress import Progress, progress_line


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (None, "exporting 12,300 runs 4,100/s"),
        (0.0, "exporting 12,300 runs 4,100/s"),
        (0.25, "exporting [#####···············] 12,300 runs 4,100/s about 0:09 left"),
        (0.0005, "exporting [····················] 12,300 runs 4,100/s about 1:39:57 left"),
        (1.2, "exporting [####################] 12,300 runs 4,100/s about 0:00 left"),
    ],
)
def test_the_time_left_is_told_where_the_share_is_known(share: float | None, expected: str) -> None:
    """Runs and rate always; a bar and the rest of the time only where there is something to go by."""
    assert progress_line("exporting", 12_300, 4_100, share, 3.0) == expected


def test_where_nobody_looks_only_the_end_is_said() -> None:
    """A file or a pipe gets one line, without a terminal's codes."""
    out = io.StringIO()
    progress = Progress("exporting", out)
    progress.begin_at(100)
    for _ in range(50):
        progress.add(10, 0.5)
    progress.end("exported")
    assert out.getvalue().startswith("exported (600 runs, ")
    assert out.getvalue().count("\n") == 1
    assert "\x1b" not in out.getvalue()
