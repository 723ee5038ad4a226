"""The steps of `deploy_check` stop at what is wrong, and leave the process as they found it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.check_steps import CheckFailed
from infra.deploy_check import Check, _expect, _names_under_localhost
from infra.emulator import Aws


class Door(BaseHTTPRequestHandler):
    """Opens for one key."""

    def do_GET(self) -> None:
        """Answer 200 or 401."""
        status = 200 if self.headers.get("x-api-key") == "known" else 401
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"who are you?")

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def door() -> Iterator[str]:
    """The address of a server that knows one key."""
    with HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_status_that_was_expected_passes(door: str) -> None:
    """Errors as well as answers can be what is expected."""
    _expect(200, door, key="known")
    _expect(401, door, key="unknown")


def test_another_status_stops_the_check(door: str) -> None:
    """The message has both statuses and what the server said."""
    with pytest.raises(CheckFailed, match=r"answered 401, not 200: b'who are you\?'"):
        _expect(200, door)


def test_addresses_of_cloudfront_lead_to_the_emulator(tmp_path: Path) -> None:
    """The outputs name a domain of AWS, where nothing of ours is."""
    check = Check(Aws(4711, tmp_path / "log"), tmp_path)
    found = check._reachable("https://d111111abcdef8.cloudfront.net/api/v1")
    assert found == "http://d111111abcdef8.cloudfront.localhost:4711/api/v1"
    assert check._reachable("TracesTable") == "TracesTable"


def test_names_of_an_api_lead_here(door: str) -> None:
    """`<id>.execute-api.localhost` is this machine, though its resolver may not know."""
    with _names_under_localhost():
        _expect(200, door.replace("127.0.0.1", "abc.execute-api.localhost"), key="known")


def test_the_resolver_is_put_back() -> None:
    """Whatever happens in the block, other names are resolved as before, after it and in it."""
    before: Any = socket.getaddrinfo
    with _names_under_localhost():
        assert socket.getaddrinfo("127.0.0.1", 80)[0][4] == ("127.0.0.1", 80)
    with pytest.raises(CheckFailed), _names_under_localhost():
        raise CheckFailed
    assert socket.getaddrinfo is before


def test_a_command_that_fails_stops_the_check_with_its_words(tmp_path: Path) -> None:
    """What the tool printed is in the message: nobody has to run it again to see."""
    check = Check(Aws(1, tmp_path / "log"), tmp_path)
    with pytest.raises(CheckFailed, match=r"ended with 3:\nno bucket"):
        check._run("sh", "-c", "echo no bucket; exit 3")


def test_commands_are_told_of_the_emulator_and_of_no_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own credentials never reach a command, nor does the CDK remember the emulator's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-real-one")
    monkeypatch.setenv("AWS_PROFILE", "production")
    check = Check(Aws(4711, tmp_path / "log"), tmp_path)
    said = check._run("env").splitlines()
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:4711" in said
    assert f"CDK_HOME={tmp_path / 'cdk'}" in said
    assert [line for line in said if "a-real-one" in line or line.startswith("AWS_PROFILE")] == []
