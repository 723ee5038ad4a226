"""An emulated AWS on this machine, empty, with IAM in force: for `deploy_check`."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.session import Session

HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
_SECRET = "emulated"  # noqa: S105 it opens nothing
_NOBODYS_CONFIGURATION = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""botocore's variables as (configuration, environment, default, conversion): none is looked up anywhere."""
_START_S = 30
_STOP_S = 20


class EmulatorFailed(Exception):
    """The emulator did not start; the message has its last lines."""


@dataclasses.dataclass(frozen=True)
class Aws:
    """A running emulator and how to reach it."""

    port: int
    log: Path

    @property
    def endpoint(self) -> str:
        """The address of every service."""
        return f"http://{HOST}:{self.port}"

    @property
    def _key(self) -> str:
        return f"emulated{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """A whole environment that leads an AWS tool here and to no account of this machine's user.

        The key is the emulator's own: the CDK remembers accounts by their key.
        """
        elsewhere = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return elsewhere | {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self._key,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str) -> Any:  # noqa: ANN401 botocore makes its classes at run time
        """A botocore client that reaches the emulator whatever the environment says."""
        return Session(_NOBODYS_CONFIGURATION).create_client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=self._key,
            aws_secret_access_key=_SECRET,
        )


@contextlib.contextmanager
def emulated_aws(folder: Path) -> Iterator[Aws]:
    """An emulator that lives as long as the block, with its log in `folder`. Raises: EmulatorFailed."""
    aws = Aws(_free_port(), folder / "emulator.log")
    with aws.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.emulator_patches"],
            env={**aws.environ, **_settings(aws, folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(lambda: _answers(aws), process, aws)
        yield aws
    finally:
        _stop(process)


def _settings(aws: Aws, folder: Path) -> dict[str, str]:
    """Ministack's own: everything on loopback, nothing kept, and roles in force."""
    return {
        "GATEWAY_PORT": str(aws.port),
        "BIND_HOST": HOST,
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "AUTH": "true",
        "TMPDIR": str(folder),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], aws: Aws) -> None:
    deadline_s = time.monotonic() + _START_S
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline_s:
            said = aws.log.read_text(encoding="utf-8", errors="replace")[-2_000:]
            raise EmulatorFailed(f"no answer at {aws.endpoint} in {_START_S} s:\n{said}")
        time.sleep(0.05)


def _answers(aws: Aws) -> bool:
    try:
        with urllib.request.urlopen(f"{aws.endpoint}/_ministack/health", timeout=5) as answer:  # noqa: S310 our own
            return bool(answer.status == 200)  # noqa: PLR2004 OK
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
