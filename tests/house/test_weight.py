"""What a room that is woken for every batch must not load."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.house.source import ROOT

HEAVY = {"boto3.resources", "fastapi", "google.protobuf", "pydantic", "starlette"}


@pytest.mark.parametrize("room", ["receive", "record"])
def test_a_light_room_loads_nothing_heavy(room: str) -> None:
    """A fresh process that imports the room holds no FastAPI, pydantic, protobuf or resource layer of boto3."""
    program = f"import functions.{room}.app, json, sys; print(json.dumps(sorted(sys.modules)))"
    output = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, timeout=60
    ).stdout
    loaded = set(json.loads(output))
    assert f"functions.{room}.app" in loaded
    assert loaded & HEAVY == set()
