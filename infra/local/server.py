"""A Tracekeep of one's own in another process: for tests and benches that talk to it as users do."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
_ENDPOINT = re.compile(r"LANGSMITH_ENDPOINT=(\S+)/api/v1\n.*LANGSMITH_API_KEY=(.+)\n")
_START_S = 30
_LOOK_EVERY_S = 0.02


class DidNotStart(Exception):
    """The server ended, or said nothing, instead of serving; the message has what it wrote."""


class RunningServer:
    """A server process over one folder. It keeps its port and its key when it is started again."""

    def __init__(self, folder: Path, port: int, api_key: str | None, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._port = port
        self._environ = dict(environ) | ({"API_KEY": api_key} if api_key else {})
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder.with_name(f"{folder.name}.log")
        self.url = ""
        self.api_key = ""

    @property
    def endpoint(self) -> str:
        """What LANGSMITH_ENDPOINT is to be."""
        return f"{self.url}/api/v1"

    @property
    def process_id(self) -> int:
        """The process that serves; 0 while there is none."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the process and wait until it serves. Raises: DidNotStart."""
        environ = {**os.environ, **self._environ, "DATA": str(self._folder), "PORT": str(self._port)}
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "infra.local.run"]
            self._process = subprocess.Popen(command, cwd=_ROOT, env=environ, stdout=log, stderr=log)
        self.url, self.api_key = self._announced(self._process)
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> int:
        """Stop it as Ctrl-C does; its exit code."""
        return self._end(signal.SIGINT)

    def kill9(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start it again on the same folder and port, however it ended."""
        if self._process is not None:
            self.stop()
        self.start()

    def advance(self, seconds: float) -> dict[str, Any]:
        """Let time pass by its clock; the new time."""
        return self.local("POST", "clock", {"advance_seconds": seconds})

    def local(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        """The answer of one of its `/__local/` routes."""
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.url}/__local/{path}", body, method=method)  # noqa: S310 our own http URL
        with urllib.request.urlopen(request, timeout=_START_S) as response:  # noqa: S310 as above
            answer: dict[str, Any] = json.load(response)
        return answer

    def _end(self, number: int) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(timeout=_START_S)
        self._process = None
        return code

    def _announced(self, process: subprocess.Popen[bytes]) -> tuple[str, str]:
        """The address and the key that it prints once it listens."""
        deadline_s = time.monotonic() + _START_S
        while time.monotonic() < deadline_s:
            said = _ENDPOINT.search(self.log.read_text())
            if said:
                return said[1], shlex.split(said[2])[0]
            if process.poll() is not None:
                break
            time.sleep(_LOOK_EVERY_S)
        process.kill()
        process.wait()
        self._process = None
        raise DidNotStart(f"the server on {self._folder} did not start; it wrote:\n{self.log.read_text()}")


@contextmanager
def running_server(
    data_dir: Path, port: int = 0, api_key: str | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[RunningServer]:
    """A server on this folder, stopped at the end; port 0 takes a free one. Its output goes to `<data_dir>.log`."""
    server = RunningServer(data_dir, port, api_key, environ or {})
    server.start()
    try:
        yield server
    finally:
        server.stop()
