"""The laptop's topic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.alerts import LocalTopic
from shared.base.clock import SteppingClock
from shared.base.errors import TooLarge
from tests.stores import NOON_US


def test_an_alert_is_a_line_of_a_file_and_of_the_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each one whole, in order, readable by a program; and seen by who looks at the server."""
    topic = LocalTopic(tmp_path / "alerts.ndjson", SteppingClock(NOON_US))
    topic.publish("first\nline", "Zoë\nwrote", {"rule": "R"})
    topic.publish("second", "b", {})
    lines = (tmp_path / "alerts.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"at": NOON_US / 1e6, "subject": "first line", "message": "Zoë\nwrote", "attributes": {"rule": "R"}},
        {"at": NOON_US / 1e6, "subject": "second", "message": "b", "attributes": {}},
    ]
    assert capsys.readouterr().out == "alert: first line\nalert: second\n"


def test_it_refuses_what_sns_would(tmp_path: Path) -> None:
    """What works here works there."""
    with pytest.raises(TooLarge, match="262144"):
        LocalTopic(tmp_path / "alerts.ndjson", SteppingClock(NOON_US)).publish("s", "x" * 262_145, {})
