"""A bulk export of a running server, from the question to a checked file that DuckDB counts."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import duckdb
from langsmith import Client

from infra.cli.main import main
from infra.local.server import RunningServer
from tests.contract.clients import new_project, open_client
from tests.contract.waiting import eventually


def ask(server: RunningServer, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 any JSON
    """What the server answers to the key's owner."""
    headers = {"x-api-key": server.api_key, "content-type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.endpoint + path, content, headers, method=method)  # noqa: S310 our own
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 as above
        return json.load(response)


def traced(client: Client, project: str, runs: int) -> None:
    """That many runs, ended."""
    for number in range(runs):
        client.create_run(f"run {number}", {"n": number}, "tool", project_name=project, outputs={"n": number})
    client.flush()


def test_what_a_client_traced_is_in_the_files(own_server: RunningServer, tmp_path: Path) -> None:
    """The laptop writes the export by itself, in a folder under its data; its manifest holds, and DuckDB counts."""
    project = new_project("bulk")
    with open_client(own_server.endpoint, own_server.api_key) as client:
        traced(client, project, 20)
        eventually(lambda: len(list(client.list_runs(project_name=project))), lambda found: found == 20)
        project_id = str(client.read_project(project_name=project).id)
    asked = {"session_id": project_id, "start_time": "2020-01-01T00:00:00Z"}
    export = ask(own_server, "POST", "/bulk-exports", asked)
    [window] = eventually(
        lambda: ask(own_server, "GET", f"/bulk-exports/{export['id']}/runs"), lambda found: bool(found[0]["manifest"])
    )
    manifest = tmp_path / "data" / window["manifest"]
    assert main(["verify", str(manifest)]) == 0
    with duckdb.connect() as db:
        files = f"{manifest.parent}/runs/*/*/*.parquet"
        [counted] = db.execute("select count(*), count(distinct id) from read_parquet(?)", [files]).fetchall()
    assert counted == (20, 20) == (window["rows_exported"], 20)
