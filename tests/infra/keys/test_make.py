"""Keys are made once, told by their public half alone, and put into their secret before anybody signs with them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.keys import make


class Secrets:
    """The secret as Secrets Manager has it."""

    def __init__(self) -> None:
        self.text = '{"keys":{}}'
        self.puts = 0

    def get_secret_value(self, **_: str) -> dict[str, str]:
        """Its text."""
        return {"SecretString": self.text}

    def put_secret_value(self, **asked: str) -> None:
        """Another text."""
        self.text = asked["SecretString"]
        self.puts += 1

    @property
    def keys(self) -> dict[str, str]:
        """The private keys in it."""
        found: dict[str, str] = json.loads(self.text)["keys"]
        return found


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """The secret that the function is given."""
    found = Secrets()
    monkeypatch.setattr(make, "boto3", SimpleNamespace(client=lambda _: found))
    return found


@pytest.fixture
def told() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address where CloudFormation listens, and what it was told."""
    answers: list[dict[str, Any]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/answer", answers
    server.shutdown()
    thread.join()
    server.server_close()


def _ask(url: str, kind: str, names: list[str]) -> None:
    event: dict[str, Any] = {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "s",
        "RequestId": "r",
        "LogicalResourceId": "Keys",
    }
    event |= {"ResourceProperties": {"Secret": "arn", "Names": names}}
    make.handler(event, SimpleNamespace(log_stream_name="log"))


def test_the_public_half_fits_the_private_one(secrets: Secrets, told: tuple[str, list[dict[str, Any]]]) -> None:
    """On the curve that CloudFront takes, in the form that it takes, with the new line that it asks for."""
    url, answers = told
    _ask(url, "Create", ["1", "2"])
    [answer] = answers
    assert (answer["Status"], answer["Data"].keys()) == ("SUCCESS", {"PublicKey1", "PublicKey2"})
    private = serialization.load_pem_private_key(secrets.keys["1"].encode(), password=None)
    public = serialization.load_pem_public_key(answer["Data"]["PublicKey1"].encode())
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert isinstance(public.curve, ec.SECP256R1)
    public.verify(private.sign(b"text", ec.ECDSA(hashes.SHA256())), b"text", ec.ECDSA(hashes.SHA256()))
    assert answer["Data"]["PublicKey1"].endswith("-----END PUBLIC KEY-----\n")
    assert "PRIVATE" not in json.dumps(answer)


def test_the_same_question_has_the_same_answer(secrets: Secrets, told: tuple[str, list[dict[str, Any]]]) -> None:
    """A retry changes nothing; one more name is one more key, and a name that is not asked for is gone."""
    url, answers = told
    _ask(url, "Create", ["1", "2"])
    _ask(url, "Create", ["1", "2"])
    assert (answers[0], secrets.puts) == (answers[1], 1)
    before = secrets.keys
    _ask(url, "Update", ["1", "2", "3"])
    assert {name: secrets.keys[name] for name in "12"} == before
    _ask(url, "Update", ["2", "3", "4"])
    assert secrets.keys.keys() == {"2", "3", "4"}
    assert len({answer["PhysicalResourceId"] for answer in answers}) == 1


def test_deleting_makes_nothing(secrets: Secrets, told: tuple[str, list[dict[str, Any]]]) -> None:
    """The secret goes with the stack."""
    url, answers = told
    _ask(url, "Delete", ["1"])
    assert (answers[0]["Status"], secrets.puts) == ("SUCCESS", 0)


def test_a_failure_is_told(
    secrets: Secrets, told: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what went wrong and where more is written, and no key in it; unanswered, a deploy would wait for an hour."""
    url, answers = told

    def refused(**_: str) -> None:
        raise PermissionError("no PutSecretValue")

    monkeypatch.setattr(secrets, "put_secret_value", refused)
    _ask(url, "Create", ["1"])
    assert answers[0]["Status"] == "FAILED"
    assert answers[0]["Reason"] == "PermissionError: no PutSecretValue (log: log)"
