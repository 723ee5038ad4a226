"""What docs/export.md tells people to type works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from shared.exports.columns import COLUMNS
from tests.api_traces import wide_trace
from tests.export_room import ExportRoom
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


def test_the_duckdb_query_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as it stands there, in the data folder, it counts the runs of one customer."""
    room = ExportRoom(tmp_path)
    of_customer = {"extra": {"metadata": {"customer": "c-42"}}, "run_type": "tool"}
    posts = [post | (of_customer if number % 2 else {}) for number, post in enumerate(wide_trace(40))]
    room.send(json.dumps({"post": posts}))
    room.ask_export()
    room.wake()
    [query] = [block for block in BLOCKS if "read_parquet" in block]
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as db:
        [(run_type, model, runs, tokens, p99)] = db.execute(query).fetchall()
    assert (run_type, model, runs, tokens) == ("tool", None, 20, 0)
    assert p99 == pytest.approx(0.0005)


def test_the_athena_table_has_the_columns_of_the_files() -> None:
    """Each column of the DDL, with its type, in the files' order."""
    [ddl] = [block for block in BLOCKS if "EXTERNAL TABLE" in block]
    columns = re.search(r"runs \(\n(.*?)\n\)", ddl, re.DOTALL)
    assert columns is not None
    assert [tuple(line.strip().rstrip(",").split(" ")) for line in columns[1].splitlines()] == list(COLUMNS.items())
