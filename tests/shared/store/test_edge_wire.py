"""The list of refused shares over HTTP: what botocore sends, signed with version 4A, and what is made of answers.

The server here answers as CloudFront's API reference describes it: "DescribeKeyValueStore", "PutKey", "DeleteKey",
"UpdateKeys" and their errors. Every other test of the list works with a double of botocore's client.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from shared.base.errors import Unavailable
from shared.store import aws
from shared.store.edge import CloudFrontEdge

ARN = "arn:aws:cloudfront::111122223333:key-value-store/8562c61f-caba-2845-9d99-b97diwae5d3c"
_PATH = re.compile(r"/key-value-stores/(?P<arn>arn:[^/]+/[^/]+)(?:/keys(?:/(?P<key>.+))?)?")


class Sent(NamedTuple):
    """One request as it came over the wire."""

    method: str
    address: str
    headers: dict[str, str]
    body: str


class Kvs(ThreadingHTTPServer):
    """A KeyValueStore: a write names the version that it changes, in `If-Match`; each makes another."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.version, self.keys = 1, dict[str, str]()
        self.sent: list[Sent] = []
        self.faults: list[tuple[int, str]] = []
        self.others = 0
        self.lock = threading.Lock()

    def answer(self, sent: Sent) -> tuple[int, str, dict[str, str]]:
        """Status, error and body."""
        path = unquote(urlsplit(sent.address).path)
        found = _PATH.fullmatch(path)
        assert found is not None, path
        assert found["arn"] == ARN
        if self.faults:
            return (*self.faults.pop(0), {})
        if sent.method == "GET":
            return 200, "", {"KvsARN": ARN}
        if self.others:
            self.others, self.version = self.others - 1, self.version + 1
        if sent.headers["if-match"] != f"E{self.version}":
            return 409, "ConflictException", {}
        return self._written(sent, found["key"])

    def _written(self, sent: Sent, key: str | None) -> tuple[int, str, dict[str, str]]:
        if sent.method == "DELETE":
            if self.keys.pop(str(key), None) is None:
                return 404, "ResourceNotFoundException", {}
        elif sent.method == "PUT":
            self.keys[str(key)] = json.loads(sent.body)["Value"]
        else:
            assert (sent.method, key) == ("POST", None)
            self.keys |= {put["Key"]: put["Value"] for put in json.loads(sent.body)["Puts"]}
        self.version += 1
        return 200, "", {}


class _Handler(BaseHTTPRequestHandler):
    server: Kvs

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        sent = Sent(self.command, self.path, headers, self.rfile.read(length).decode())
        with self.server.lock:
            self.server.sent.append(sent)
            status, error, said = self.server.answer(sent)
            version = self.server.version
        content = json.dumps({"Message": error} if error else said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        if error:
            self.send_header("x-amzn-errortype", error)
        else:
            self.send_header("etag", f"E{version}")
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 as http.server calls them

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def kvs() -> Iterator[Kvs]:
    """A server; botocore comes to it as to a proxy, so that it asks for the address that AWS has."""
    with Kvs() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def edge(kvs: Kvs, monkeypatch: pytest.MonkeyPatch) -> CloudFrontEdge:
    """The edge with the client that the share room has, but for its way to the network."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a session's")
    by_us = Config(proxies={"http": f"http://127.0.0.1:{kvs.server_port}"})
    told = {**aws._GLOBAL, "config": aws._CONFIG.merge(by_us), "endpoint_url": "http://cloudfront-kvs.global.api.aws"}
    keys = aws.LazyClient(Session(), "cloudfront-keyvaluestore", told)
    return CloudFrontEdge(keys, lambda: None, ARN, "E2QWRUHEXAMPLE", lambda _: None)


def test_a_denial_is_a_look_and_a_conditional_write(kvs: Kvs, edge: CloudFrontEdge) -> None:
    """The list's version, then one key, for that version alone; by the account's own address."""
    edge.deny("share-1")
    look, write = kvs.sent
    assert (look.method, write.method, write.headers["if-match"]) == ("GET", "PUT", "E1")
    assert urlsplit(look.address).netloc == "111122223333.cloudfront-kvs.global.api.aws"
    assert unquote(urlsplit(write.address).path) == f"/key-value-stores/{ARN}/keys/share-1"
    assert json.loads(write.body) == {"Value": "1"}
    assert kvs.keys == {"share-1": "1"}


def test_every_request_is_signed_for_all_regions(kvs: Kvs, edge: CloudFrontEdge) -> None:
    """Version 4A, by awscrt, for this service, with a role's token: the only signature that this API takes."""
    edge.deny("share-1")
    for sent in kvs.sent:
        signed = sent.headers["authorization"]
        assert signed.startswith("AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/")
        assert "/cloudfront-keyvaluestore/aws4_request" in signed
        names = signed.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        assert {"host", "x-amz-date", "x-amz-region-set", "x-amz-security-token"} <= set(names)
        assert sent.headers["x-amz-region-set"] == "*"


def test_who_was_faster_is_written_after(kvs: Kvs, edge: CloudFrontEdge) -> None:
    """409 is answered by another look, and by the same write for the version that is there now."""
    kvs.others = 3
    edge.deny("share-1")
    assert [sent.method for sent in kvs.sent] == ["GET", "PUT"] * 4
    assert [sent.headers["if-match"] for sent in kvs.sent[1::2]] == ["E1", "E2", "E3", "E4"]
    assert kvs.keys == {"share-1": "1"}


def test_many_at_once_are_all_written(kvs: Kvs, edge: CloudFrontEdge) -> None:
    """Each finds its gap: none overwrites another, and none is lost."""
    edges = [threading.Thread(target=edge.deny, args=(f"share-{at}",)) for at in range(8)]
    for one in edges:
        one.start()
    for one in edges:
        one.join(30)
    assert sorted(kvs.keys) == [f"share-{at}" for at in range(8)]
    assert kvs.version == 9


def test_scopes_are_one_write_of_whole_pages(kvs: Kvs, edge: CloudFrontEdge) -> None:
    """All keys or none; found anew for each version that is tried."""
    kvs.others, found = 1, [["a"], ["b", "c"]]
    edge.deny_scopes(lambda: found.pop(0))
    write = kvs.sent[-1]
    assert (write.method, urlsplit(write.address).path.rpartition("/")[2]) == ("POST", "keys")
    assert json.loads(write.body) == {"Puts": [{"Key": "off0", "Value": "b c"}]}
    assert kvs.keys == {"off0": "b c"}


def test_forgetting_what_is_not_listed_is_done(kvs: Kvs, edge: CloudFrontEdge) -> None:
    """404 of a key is what was wanted."""
    edge.deny("share-1")
    edge.forget("share-1")
    edge.forget("share-1")
    assert kvs.keys == {}
    assert [sent.method for sent in kvs.sent[-2:]] == ["GET", "DELETE"]


@pytest.mark.parametrize(("status", "error"), [(403, "AccessDeniedException"), (402, "ServiceQuotaExceededException")])
def test_what_no_repetition_mends_is_raised(kvs: Kvs, edge: CloudFrontEdge, status: int, error: str) -> None:
    """A role that may not, a list that is full: not taken for a conflict, and not tried again here."""
    edge.deny("share-0")
    kvs.sent.clear()
    kvs.faults = [(200, ""), (status, error)]
    with pytest.raises(ClientError, match=error):
        edge.deny("share-1")
    assert len(kvs.sent) == 2


def test_a_fault_of_aws_is_said_after_three_tries(kvs: Kvs, edge: CloudFrontEdge) -> None:
    """It is not the caller's: the share room's message comes again."""
    kvs.faults = [(500, "InternalServerException")] * 3
    with pytest.raises(Unavailable, match="refused shares"):
        edge.deny("share-1")
    assert len(kvs.sent) == 3
