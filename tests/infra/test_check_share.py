"""The shared link of `deploy_check`: it stops where a signature is not trusted, and where the edge knows nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infra import check_share
from infra.check_share import Link, read, trusted_keys
from infra.check_steps import CheckFailed
from infra.emulator import Aws
from shared.sharing.signing import policy_of, signed_query

DOMAIN = "https://d111111abcdef8.cloudfront.net"
FUNCTION = "FunctionGeneratedResponse from cloudfront"


class _Refusing(BaseHTTPRequestHandler):
    """Refuses as an edge's function does below /s/, and as a bucket does elsewhere."""

    def do_GET(self) -> None:
        self.send_response(403 if self.path.startswith(("/s/", "/bucket/")) else 404)
        if self.path.startswith("/s/"):
            self.send_header("x-cache", FUNCTION)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a server that refuses everything."""
    with HTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Trusting(Aws):
    """An emulator whose CloudFront trusts one key."""

    key: ec.EllipticCurvePrivateKey

    def client(self, service: str) -> Any:  # noqa: ANN401 as the real one
        assert service == "cloudfront"
        return self

    def list_key_groups(self) -> Any:  # noqa: ANN401 as botocore
        return {"KeyGroupList": {"Items": [{"KeyGroup": {"KeyGroupConfig": {"Items": ["K1"]}}}]}}

    def get_public_key(self, *, Id: str) -> Any:  # noqa: N803, ANN401 as botocore
        assert Id == "K1"
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return {"PublicKey": {"PublicKeyConfig": {"EncodedKey": pem.decode()}}}


@pytest.fixture
def aws(tmp_path: Path) -> _Trusting:
    """A fresh one."""
    trusting = _Trusting(4711, tmp_path / "log")
    object.__setattr__(trusting, "key", ec.generate_private_key(ec.SECP256R1()))
    return trusting


def _told(key: ec.EllipticCurvePrivateKey, share: str = "share-1") -> dict[str, Any]:
    policy = policy_of(DOMAIN, share, "1", int(time.time()) + 300)
    return {
        "base": "/s/share-1/1/",
        "query": signed_query(policy, "K1", lambda text: key.sign(text, ec.ECDSA(hashes.SHA256()))),
    }


def test_what_the_deployed_keys_signed_passes(aws: _Trusting, capsys: pytest.CaptureFixture[str]) -> None:
    """And the output says by what it was checked."""
    check_share._check_signature(aws, _told(aws.key))
    assert list(trusted_keys(aws)) == ["K1"]
    assert "infra/local/signatures.py against 1 keys" in capsys.readouterr().out


def test_another_key_or_another_share_stops_the_check(aws: _Trusting) -> None:
    """What CloudFront would refuse does not pass for read because the emulator does not look."""
    with pytest.raises(CheckFailed, match="CloudFront would refuse"):
        check_share._check_signature(aws, _told(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(CheckFailed, match="CloudFront would refuse"):
        check_share._check_signature(aws, _told(aws.key, "share-2"))
    with pytest.raises(CheckFailed, match="would not refuse"):
        check_share._check_signature(aws, _told(aws.key, "*"))


def test_who_refused_is_known(site: str) -> None:
    """The edge's function, or whoever lies behind."""
    assert read(f"{site}/s/file")[::2] == (403, True)
    assert read(f"{site}/bucket/file")[::2] == (403, False)


class _Unsharing:
    """A client to whom everything is answered well."""

    def __init__(self, receipt: dict[str, Any]) -> None:
        self._receipt = receipt

    def request_with_retries(self, *_: object) -> _Unsharing:
        return self

    def raise_for_status(self) -> None:
        return

    def json(self) -> dict[str, Any]:
        return self._receipt


def test_a_refusal_by_the_bucket_alone_and_a_receipt_with_gaps_stop_the_check(site: str) -> None:
    """Both would pass for taken back."""
    steps = [{"step": step, "done_at": "2026-11-21T00:00:00Z"} for step in check_share._STEPS]
    whole: dict[str, Any] = {"state": "done", "steps": steps, "views": 1}
    link = Link("share-1", f"{site}/public/t/r", f"{site}/api", f"{site}/s/file")
    root: Any = type("Root", (), {"id": uuid4()})
    client: Any = _Unsharing(whole)
    check_share._taken_back(client, link, root)
    with pytest.raises(CheckFailed, match="by the bucket alone"):
        check_share._taken_back(client, link._replace(file=f"{site}/bucket/file"), root)
    for gap in ({"views": 0}, {"steps": json.loads(json.dumps(steps).replace('"2026', 'null, "x": "2026', 1))}):
        with pytest.raises(CheckFailed, match="lacks a step, or its views"):
            check_share._taken_back(_Unsharing(whole | gap), link, root)  # type: ignore[arg-type]
