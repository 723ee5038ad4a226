"""Bulk export for `deploy_check`: asked for by HTTP, done by the room that the clock wakes, proven by the command."""

from __future__ import annotations

from typing import Any

import msgspec
from langsmith import Client

from infra.check_steps import CheckFailed, eventually
from infra.check_traffic import PROJECT
from infra.emulator import Aws

_EXPORTED_WITHIN_S = 60.0
_HANDLER = "functions.export.handler.handler"


def exported(aws: Aws, client: Client, runs: int) -> str:
    """The key of the manifest of an export of all runs. Raises: CheckFailed when it has not so many."""
    body = {
        "session_id": str(client.read_project(project_name=PROJECT).id),
        "start_time": "2020-01-01T00:00:00Z",
        "compression": "zstandard",
    }
    export = client.request_with_retries("POST", "/bulk-exports", json=body).json()

    def look() -> dict[str, Any]:
        wake(aws)
        [window] = client.request_with_retries("GET", f"/bulk-exports/{export['id']}/runs").json()
        return dict(window)

    def has_ended(window: dict[str, Any]) -> bool:
        return window["status"] in {"Completed", "Failed"}

    window = eventually(look, has_ended, f"export {export['id']}", _EXPORTED_WITHIN_S)
    if window["status"] != "Completed" or window["rows_exported"] != runs:
        raise CheckFailed(f"an export of {runs} runs ended so: {window!r}")
    return str(window["manifest"])


def wake(aws: Aws) -> None:
    """Do at once what EventBridge does every five minutes. Raises: CheckFailed with what the room said."""
    functions = aws.client("lambda")
    [name] = [one["FunctionName"] for one in functions.list_functions()["Functions"] if one["Handler"] == _HANDLER]
    answer = functions.invoke(FunctionName=name, Payload=b"{}")
    said = answer["Payload"].read()
    if "FunctionError" in answer or not isinstance(msgspec.json.decode(said), dict):
        raise CheckFailed(f"the export room failed: {said[:2_000]!r}")
