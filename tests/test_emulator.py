"""The emulated AWS begins when asked for, and never outlives who asked."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.emulator import client_of, free_port, reset_ministack, start_ministack, stop_ministack

pytestmark = pytest.mark.aws
STARTER = """
import sys
from tests.emulator import free_port, start_ministack
print(start_ministack(free_port()), flush=True)
sys.stdin.read()
"""
PATIENCE_S = 20


def _has_ended(endpoint: str) -> bool:
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        try:
            urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5).close()  # noqa: S310 - ours
        except (urllib.error.URLError, ConnectionError):
            return True
        time.sleep(0.05)
    return False


def test_it_answers_forgets_and_ends() -> None:
    """From the first call after the start; after a reset nothing is left; after a stop nobody answers."""
    endpoint = start_ministack(free_port())
    try:
        sqs = client_of(endpoint, "sqs")
        sqs.create_queue(QueueName="q")
        assert len(sqs.list_queues()["QueueUrls"]) == 1
        reset_ministack(endpoint)
        assert sqs.list_queues().get("QueueUrls", []) == []
    finally:
        stop_ministack(endpoint)
    assert _has_ended(endpoint)
    stop_ministack(endpoint)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, None])
def test_it_ends_with_the_process_that_started_it(how: signal.Signals | None) -> None:
    """Killed, terminated, or at its natural end."""
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdin is not None
        endpoint = starter.stdout.readline().strip()
        if how is None:
            starter.stdin.close()
        else:
            starter.send_signal(how)
        starter.wait(PATIENCE_S)
    assert endpoint.startswith("http://127.0.0.1:")
    assert _has_ended(endpoint)
