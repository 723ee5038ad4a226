"""AWS on this machine: ministack as a process of its own, which ends with the process that started it."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.session import Session

HOST = "127.0.0.1"
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
"""ministack takes any key; it must be one that no real account has."""
_START_S = 30
_STOP_S = 20
# Asks Linux for a SIGTERM when the parent is gone (PR_SET_PDEATHSIG is 1), so that not even a killed
# test run leaves an emulator behind; then becomes ministack.
_PROGRAM = """
import ctypes, runpy, signal
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
runpy.run_module("ministack", run_name="__main__")
"""
_started: dict[str, subprocess.Popen[bytes]] = {}


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def start_ministack(port: int, environ: Mapping[str, str] | None = None) -> str:
    """Start an empty emulator and wait until it answers: its endpoint.

    It ends by `stop_ministack`, at the end of this process, or when this process is killed; also at
    the end of the thread that called, so call from one that lives long enough. It keeps nothing on
    disk; its log is left, and named in the error, only where it does not start.
    """
    endpoint = f"http://{HOST}:{port}"
    handle, log = tempfile.mkstemp(prefix="ministack-", suffix=".log")
    settings = {"GATEWAY_PORT": str(port), "BIND_HOST": HOST, "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, **CREDENTIALS, **settings, **(environ or {})},
        stdout=handle,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )
    os.close(handle)
    _started[endpoint] = process
    atexit.register(stop_ministack, endpoint)
    _wait_until_ready(endpoint, process, log)
    Path(log).unlink()
    return endpoint


def stop_ministack(endpoint: str) -> None:
    """End the emulator of this endpoint, by force if it does not end by itself; it may have ended already."""
    process = _started.pop(endpoint, None)
    if process is None:
        return
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def reset_ministack(endpoint: str) -> None:
    """Forget all that was made in the emulator."""
    request = urllib.request.Request(f"{endpoint}/_ministack/reset", method="POST")  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200


@contextmanager
def running_ministack() -> Iterator[str]:
    """The endpoint of an emulator that lives as long as the block."""
    endpoint = start_ministack(free_port())
    try:
        yield endpoint
    finally:
        stop_ministack(endpoint)


def client_options(endpoint: str) -> dict[str, str]:
    """What a client must be told to reach the emulator, whatever the environment says."""
    return {
        "region_name": REGION,
        "endpoint_url": endpoint,
        "aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    }


def client_of(endpoint: str, service: str) -> Any:  # noqa: ANN401 - made at run time
    """A botocore client of one of the emulator's services."""
    return Session().create_client(service, **client_options(endpoint))


def _wait_until_ready(endpoint: str, process: subprocess.Popen[bytes], log: str) -> None:
    deadline_s = time.monotonic() + _START_S
    while not _answers(endpoint):
        if process.poll() is not None or time.monotonic() > deadline_s:
            stop_ministack(endpoint)
            raise RuntimeError(f"ministack did not start at {endpoint}: read {log}")
        time.sleep(0.05)


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5) as answer:  # noqa: S310 - ours
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
