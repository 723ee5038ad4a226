"""The laptop's secrets: that for webhooks, which is made as the others are."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.local.hooks_key import LocalHooks


def test_the_secret_is_made_once_and_stays(tmp_path: Path) -> None:
    """What was sealed before a restart is opened after it; another folder has another."""
    first = LocalHooks(tmp_path / "hooks-key").read()
    assert LocalHooks(tmp_path / "hooks-key").read() == first
    assert LocalHooks(tmp_path / "other").read() != first
    assert len(first) >= 48


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """As a private key's file."""
    LocalHooks(tmp_path / "hooks-key").read()
    assert stat.S_IMODE((tmp_path / "hooks-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["hooks-key"]


def test_all_who_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    """Nobody seals with a secret that another one overwrites."""
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: LocalHooks(tmp_path / "hooks-key").read(), range(32)))
    assert len(found) == 1
