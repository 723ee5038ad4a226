"""Exports on the laptop are plain files under their own names."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.plain_folder import PlainFolder
from shared.base.errors import Malformed, NotFound
from shared.store.ports import ObjectRange


def test_a_key_is_a_path(tmp_path: Path) -> None:
    """Hive's names are on disk as they are, so that other programs read them."""
    folder = PlainFolder(tmp_path)
    folder.put("exports/w/project=p/date=2026-11-20/part-1.parquet", b"PAR1")
    assert (tmp_path / "exports/w/project=p/date=2026-11-20/part-1.parquet").read_bytes() == b"PAR1"
    assert list(folder.list("exports/w/project=")) == ["exports/w/project=p/date=2026-11-20/part-1.parquet"]
    assert folder.get_ranges([ObjectRange("exports/w/project=p/date=2026-11-20/part-1.parquet", 1, 2)]) == [b"AR"]


def test_nothing_half_written_is_there(tmp_path: Path) -> None:
    """A put replaces the whole file, and leaves nothing else behind."""
    folder = PlainFolder(tmp_path)
    folder.put("a/b", b"one")
    folder.put("a/b", b"two")
    folder.copy("a/b", "a/c")
    assert [(key, folder.get(key)) for key in folder.list("a/")] == [("a/b", b"two"), ("a/c", b"two")]
    folder.delete(["a/b", "a/never"])
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "c"]
    with pytest.raises(NotFound, match="a/b"):
        folder.get("a/b")


@pytest.mark.parametrize("key", ["../x", "a/../../x", "/etc/x", "a//b", "", "a/./b", "a\0b"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    """Neither up nor to the root."""
    with pytest.raises(Malformed, match="is no path below"):
        PlainFolder(tmp_path / "in").put(key, b"")
