"""A manifest finds every cut, altered, missing and added file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.cli.main import main
from tests.api_traces import wide_trace
from tests.export_room import ExportRoom
from tests.stores import NOON_US


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest of an export in several parts."""
    room = ExportRoom(tmp_path, part_runs=40)
    room.send(json.dumps({"post": wide_trace(120, NOON_US - 3_600_000_000)}))
    room.send(json.dumps({"post": wide_trace(120)}))
    export = room.ask_export()
    room.wake()
    return room.manifest_path(export)


def parts(manifest: Path) -> list[Path]:
    """Its files."""
    return sorted(manifest.parent.rglob("*.parquet"))


def cut(path: Path) -> None:
    """Take the last byte away."""
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    """Alter a byte in the middle."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


def double(path: Path) -> None:
    """Put the same rows there once more."""
    path.with_name(path.name.replace(".parquet", "9.parquet")).write_bytes(path.read_bytes())


DAMAGES: list[tuple[Callable[[Path], None], str]] = [
    (cut, "was cut or altered"),
    (flip, "was altered: its SHA-256 is not"),
    (Path.unlink, "is missing"),
    (double, "is not in the manifest"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGES, ids=["cut", "flipped", "missing", "doubled"])
def test_damage_to_any_file_is_named(
    manifest: Path, damage: Callable[[Path], None], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever happens to the last file, verify names it and fails."""
    assert main(["verify", str(manifest)]) == 0
    assert "whole and as written: 240 runs in" in capsys.readouterr().out
    victim = parts(manifest)[-1]
    damage(victim)
    assert main(["verify", str(manifest)]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert victim.stem in err


def test_an_altered_manifest_is_noticed(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts that do not add up, or are not those of the file, are said."""
    whole = manifest.read_text()
    told = json.loads(whole)
    manifest.write_text(whole.replace('"runs": 240', '"runs": 239'))
    assert main(["verify", str(manifest)]) == 1
    assert "239 runs in all" in capsys.readouterr().err
    told["files"][0]["runs"] += 1
    told["runs"] += 1
    manifest.write_text(json.dumps(told))
    assert main(["verify", str(manifest)]) == 1
    assert "rows and not" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1}'])
def test_what_is_no_manifest_is_said_in_one_line(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a traceback nor a success."""
    path = tmp_path / "manifest.json"
    path.write_text(text)
    assert main(["verify", str(path)]) == 1
    assert main(["verify", str(tmp_path / "nowhere.json")]) == 1
    assert capsys.readouterr().err.count("is no manifest") == 2


def test_a_manifest_of_another_schema_is_not_read_as_ours(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A newer one says so, rather than being misread."""
    manifest.write_text(manifest.read_text().replace('"schema_version": 1', '"schema_version": 2'))
    assert main(["verify", str(manifest)]) == 1
    assert "schema version 2" in capsys.readouterr().err
