"""A laptop has a key from its first start, and the same one ever after."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.first_key import first_key
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.store.access import Access


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    """An empty control table."""
    table = SqliteTable(tmp_path / "control.sqlite")
    yield Access(table, SteppingClock(0))
    table.close()


def _workspace_of(access: Access, text: str) -> str:
    return access.authenticate({"x-api-key": text}).workspace


def test_the_same_key_at_each_start(access: Access, tmp_path: Path) -> None:
    """It is made once, works, and nobody else may read its file."""
    text = first_key(access, tmp_path, None)
    assert first_key(access, tmp_path, None) == text
    assert _workspace_of(access, text) == access.workspaces()[0].id
    assert stat.S_IMODE((tmp_path / "api-key").stat().st_mode) == 0o600
    assert len(access.keys_of(access.workspaces()[0].id)) == 1


def test_a_given_text_is_a_key(access: Access, tmp_path: Path) -> None:
    """Any text, in the same workspace as the kept key, made once however often the server starts."""
    assert [first_key(access, tmp_path, "my key") for _ in range(3)] == ["my key"] * 3
    kept = first_key(access, tmp_path, None)
    assert _workspace_of(access, "my key") == _workspace_of(access, kept)
    assert len(access.keys_of(access.workspaces()[0].id)) == 2


def test_a_revoked_key_is_replaced(access: Access, tmp_path: Path) -> None:
    """What is printed works."""
    old = first_key(access, tmp_path, None)
    key = access.authenticate({"x-api-key": old})
    access.revoke_key(key.workspace, key.id)
    new = first_key(access, tmp_path, None)
    assert new != old
    assert _workspace_of(access, new) == key.workspace


def test_a_key_whose_table_is_gone_is_replaced(access: Access, tmp_path: Path) -> None:
    """A file that outlived its table does not print a key that nobody knows."""
    (tmp_path / "api-key").write_text("lsv2_pt_of_another_time\n")
    text = first_key(access, tmp_path, None)
    assert text != "lsv2_pt_of_another_time"
    assert _workspace_of(access, text)
