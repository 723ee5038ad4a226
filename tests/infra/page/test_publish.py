"""The page reaches its bucket whole and in order, leaves with its stack, and a deploy always gets its answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.page import publish
from infra.page.site import ALWAYS_ASK, NEVER_CHANGES, Site, build_site
from tests.infra.page_sources import written

S3 = Any
"""boto3 makes its classes at run time."""
BUCKET = "page"
CONTEXT = SimpleNamespace(log_stream_name="2026/11/20/[$LATEST]1")


class CloudFormation(HTTPServer):
    """Takes answers as the address in an event does."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Taking)


class _Taking(BaseHTTPRequestHandler):
    server: CloudFormation

    def do_PUT(self) -> None:
        """Keep the answer."""
        self.server.answers.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    """Something that waits for answers."""
    with CloudFormation() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """A bucket of an emulated S3; the answers to CloudFormation are let through."""
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A page, in the package as `infra/bundle.py` makes it."""
    made = build_site(written(tmp_path / "web"))
    made.write(tmp_path / "site")
    (tmp_path / "about.json").write_text(json.dumps(made.about()), encoding="utf-8")
    monkeypatch.setattr(publish, "SITE", tmp_path / "site")
    monkeypatch.setattr(publish, "ABOUT", tmp_path / "about.json")
    return made


def _asked(server: CloudFormation, kind: str, bucket: str = BUCKET) -> dict[str, Any]:
    event = {
        "RequestType": kind,
        "ResponseURL": f"http://127.0.0.1:{server.server_port}/answer?signature=1",
        "StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/tracekeep/1",
        "RequestId": "2",
        "LogicalResourceId": "pageFiles",
        "ResourceProperties": {"Bucket": bucket, "Version": "page-1"},
    }
    publish.handler(event, CONTEXT)
    return server.answers[-1]


def test_every_file_arrives_with_its_type_and_cache(s3: S3, site: Site, cloudformation: CloudFormation) -> None:
    """As they are, byte for byte."""
    assert _asked(cloudformation, "Create")["Status"] == "SUCCESS"
    for path, content in site.files.items():
        found = s3.get_object(Bucket=BUCKET, Key=path)
        assert found["Body"].read() == content
        assert found["CacheControl"] == (NEVER_CHANGES if path.startswith("assets/") else ALWAYS_ASK)
    assert s3.head_object(Bucket=BUCKET, Key="index.html")["ContentType"] == "text/html; charset=utf-8"


def test_the_document_comes_after_what_it_names(site: Site) -> None:
    """So that whoever reads it finds all of it."""
    paths = [one["path"] for one in site.about()]
    assert sorted(paths) == sorted(site.files)
    last_asset = max(at for at, path in enumerate(paths) if path.startswith("assets/"))
    assert paths.index("index.html") > last_asset


def test_an_update_keeps_older_versions(s3: S3, site: Site, cloudformation: CloudFormation) -> None:
    """For tabs that were opened before; and it is the same page to CloudFormation, which so removes nothing."""
    s3.put_object(Bucket=BUCKET, Key="assets/older/main.js", Body=b"old")
    ids = {_asked(cloudformation, kind)["PhysicalResourceId"] for kind in ("Create", "Update")}
    assert len(ids) == 1
    assert s3.get_object(Bucket=BUCKET, Key="assets/older/main.js")["Body"].read() == b"old"


def test_a_page_leaves_with_its_stack(s3: S3, site: Site, cloudformation: CloudFormation) -> None:
    """All versions, or the bucket could not be deleted."""
    _asked(cloudformation, "Create")
    s3.put_object(Bucket=BUCKET, Key="assets/older/main.js", Body=b"old")
    assert _asked(cloudformation, "Delete")["Status"] == "SUCCESS"
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
    assert _asked(cloudformation, "Delete")["Status"] == "SUCCESS"


def test_a_failure_is_told_and_not_waited_for(s3: S3, site: Site, cloudformation: CloudFormation) -> None:
    """With what was wrong, and where to read on; and with the names that CloudFormation gave."""
    answer = _asked(cloudformation, "Create", bucket="nobodys")
    assert (answer["Status"], answer["RequestId"], answer["LogicalResourceId"]) == ("FAILED", "2", "pageFiles")
    assert "NoSuchBucket" in answer["Reason"]
    assert CONTEXT.log_stream_name in answer["Reason"]
