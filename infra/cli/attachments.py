"""Attachments in a folder: `<folder>/<run id>/<name>`, each named so in its run's line."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from infra.cli.failures import CommandFailed
from infra.cli.server import Server

_MARK = b'"attachments":'


class AttachmentFolder:
    """Fetches what the lines of a page link to. Without a folder the links, which end soon, are taken out."""

    def __init__(self, server: Server, folder: Path | None) -> None:
        self._server = server
        self._folder = folder
        self.fetched = 0
        self.left_out = 0

    def settle(self, lines: Iterable[bytes]) -> list[bytes]:
        """The lines with each attachment's file in place of its link."""
        return [self._settled(line) if _MARK in line else line for line in lines]

    def _settled(self, line: bytes) -> bytes:
        run: dict[str, Any] = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        if "attachments" not in run:
            return line
        found: dict[str, dict[str, Any]] = msgspec.json.decode(run["attachments"])
        run_id = msgspec.json.decode(run["id"], type=str)
        run["attachments"] = {name: self._kept(run_id, name, one) for name, one in found.items()}
        return msgspec.json.encode(run)

    def _kept(self, run_id: str, name: str, one: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in one.items() if key != "url"}
        if self._folder is None or not one.get("url"):
            self.left_out += 1
            return rest
        file = f"{run_id}/{quote(name, safe=' ')}"
        path = self._folder / file
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(path.name + ".partial")
            partial.write_bytes(fetched(self._server, one["url"], run_id, name))
            partial.replace(path)
        self.fetched += 1
        return rest | {"file": file, "size_bytes": path.stat().st_size}


def fetched(server: Server, url: str, run_id: str, name: str) -> bytes:
    """The bytes behind an attachment's link. Raises: CommandFailed."""
    answer = server.fetch(url)
    if answer.status != HTTPStatus.OK:
        raise CommandFailed(f"attachment {name!r} of run {run_id}: the server answered {answer.status}")
    return answer.body
