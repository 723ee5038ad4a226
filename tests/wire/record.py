"""Record what the real clients send: `python -m tests.wire.record [folder of node_modules]`.

Each scenario runs in a process of its own, as an application would, against a server on this machine that
keeps every request. The recordings in `recorded/` are what the replay tests hold the receive room to.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RECORDED = HERE / "recorded"
_KEPT_HEADERS = {"content-type", "content-encoding", "transfer-encoding", "user-agent", "x-pre-compressed-size"}
_ABOUT = {
    "version": "0.18.0",
    "batch_ingest_config": {
        "use_multipart_endpoint": True,
        "scale_up_qsize_trigger": 1000,
        "scale_up_nthreads_limit": 16,
        "scale_down_nempty_trigger": 4,
        "size_limit": 100,
        "size_limit_bytes": 2_500_000,
    },
    "instance_flags": {"zstd_compression_enabled": True, "gzip_body_enabled": True},
}
PYTHON_SCENARIOS = ("zstd", "plain", "single", "attachments", "feedback", "langchain")
JS_SCENARIOS = ("gzip", "attachments")


class _Recorder(BaseHTTPRequestHandler):
    """Answers as the receive room does, and keeps what it was sent."""

    protocol_version = "HTTP/1.1"
    requests: list[dict[str, Any]] = []  # noqa: RUF012 one list for the process
    flags: dict[str, bool] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        """`GET /info`."""
        self._answer(200, {**_ABOUT, "instance_flags": self.flags})

    def do_POST(self) -> None:
        """Keep the request."""
        kept = {name.lower(): value for name, value in self.headers.items() if name.lower() in _KEPT_HEADERS}
        body = base64.b64encode(self._body()).decode()
        self.requests.append({"method": self.command, "path": self.path, "headers": kept, "body": body})
        self._answer(202, {})

    do_PATCH = do_POST  # noqa: N815 the name that http.server looks for

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def record(command: list[str], flags: dict[str, bool], environment: dict[str, str]) -> list[dict[str, Any]]:
    """The requests that the command makes to the endpoint it is given."""
    _Recorder.requests, _Recorder.flags = [], flags
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    told = {"LANGSMITH_ENDPOINT": endpoint, "LANGSMITH_API_KEY": "lsv2_pt_recorded", "LANGSMITH_TRACING": "true"}
    told |= {"LANGSMITH_PROJECT": "recorded", "LANGCHAIN_REVISION_ID": "r1"}
    try:
        subprocess.run(command, check=True, timeout=60, env=clean | told | environment)
    finally:
        server.shutdown()
        server.server_close()
    return _Recorder.requests


def _keep(name: str, requests: list[dict[str, Any]]) -> None:
    if not requests:
        raise SystemExit(f"{name}: the client sent nothing")
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{name}.json").write_text(json.dumps(requests, indent=1) + "\n")
    sys.stdout.write(f"{name}: {[(r['method'], r['path'], len(r['body'])) for r in requests]}\n")


def main() -> None:
    """Record every scenario; the JavaScript ones only when the folder of its packages is given."""
    with tempfile.TemporaryDirectory() as folder:  # tracebacks name the script's place, which is nobody's business
        script = shutil.copy(HERE / "send.py", folder)
        for scenario in PYTHON_SCENARIOS:
            flags = {"zstd_compression_enabled": scenario != "plain", "gzip_body_enabled": True}
            _keep(f"python_{scenario}", record([sys.executable, script, scenario], flags, {}))
    if len(sys.argv) > 1:
        for scenario in JS_SCENARIOS:
            command = ["node", str(HERE / "send.mjs"), scenario]
            modules = {"TRACEKEEP_NODE_MODULES": str(Path(sys.argv[1]).resolve())}
            _keep(f"js_{scenario}", record(command, {"gzip_body_enabled": True}, modules))


if __name__ == "__main__":
    main()
