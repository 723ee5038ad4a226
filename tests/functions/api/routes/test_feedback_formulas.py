"""Feedback formulas are gone, and whoever asks is told what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api_room import ApiRoom


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/feedback/formulas"),
        ("POST", "/feedback/formulas"),
        ("GET", "/feedback/formulas/5f0f2a10-0000-4000-8000-000000000009"),
        ("PUT", "/feedback/formulas/5f0f2a10-0000-4000-8000-000000000009"),
        ("DELETE", "/feedback/formulas/5f0f2a10-0000-4000-8000-000000000009"),
    ],
)
def test_formulas_are_gone(tmp_path: Path, method: str, path: str) -> None:
    """410 by every method, and never taken for the id of a feedback; without a key it is 401 as ever."""
    room = ApiRoom(tmp_path)
    answer = room.ask_for(method, path, {} if method in ("POST", "PUT") else None)
    assert answer.status == 410
    assert "POST /feedback" in answer.json["detail"]
    assert room.ask_for(method, path, key=None).status == 401
