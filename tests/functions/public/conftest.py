"""A room with one share of eight runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.public_room import PublicRoom


@pytest.fixture
def room(tmp_path: Path) -> PublicRoom:
    """The room, at the moment in which its trace was shared."""
    return PublicRoom(tmp_path)
