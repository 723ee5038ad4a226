"""Files of lines: whole behind any page, and never shorter in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cli.failures import CommandFailed
from infra.cli.lines import FileSink, LineFile

PAGES = [b"one\ntwo\n", b"three\n" * 5_000, b"four\n"]
each_form = pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])


def written(path: Path, pages: list[bytes]) -> list[int]:
    """The sizes of the file behind each page."""
    sink = FileSink(path)
    sizes = [sink.add(page) for page in pages]
    sink.close()
    return sizes


@each_form
def test_what_is_written_is_read(tmp_path: Path, suffix: str) -> None:
    """Page by page in, line by line out, each with its number."""
    path = tmp_path / f"lines{suffix}"
    written(path, PAGES)
    lines = list(LineFile(str(path)))
    assert b"".join(line.text + b"\n" for line in lines) == b"".join(PAGES)
    assert [line.number for line in lines] == list(range(1, 5_004))


@each_form
def test_a_file_is_whole_behind_each_page(tmp_path: Path, suffix: str) -> None:
    """Cut at a size that `add` told, it holds the pages until then, and can be gone on with."""
    path = tmp_path / f"lines{suffix}"
    sizes = written(path, PAGES)
    sink = FileSink(path, sizes[0])
    sink.add(b"else\n")
    sink.close()
    assert [line.text for line in LineFile(str(path))] == [b"one", b"two", b"else"]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_packed_file_that_was_cut_says_so(tmp_path: Path, suffix: str) -> None:
    """However the last page was cut, reading ends with an error that names the line, not as if it were all."""
    path = tmp_path / f"lines{suffix}"
    sizes = written(path, PAGES)
    whole = path.read_bytes()
    for size in (sizes[1] + 1, sizes[1] + 9, sizes[2] - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(CommandFailed, match=r"cut or damaged behind line \d+"):
            list(LineFile(str(path)))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, suffix: str) -> None:
    """Plain text under a packed name is damage, with a message."""
    path = tmp_path / f"lines{suffix}"
    path.write_bytes(b'{"id": 1}\n' * 100)
    with pytest.raises(CommandFailed, match="cut or damaged behind line 0"):
        list(LineFile(str(path)))


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(CommandFailed, match=r"nowhere\.ndjson cannot be read: No such file"):
        LineFile(str(tmp_path / "nowhere.ndjson"))
