"""What S3Objects asks of S3, where a contract test cannot see it."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from typing import Any

import pytest

from shared.base.errors import Unavailable
from shared.store.s3 import S3Objects
from tests.emulated import make_s3_objects


class SlowS3:
    """An S3 that deletes all but one of the objects it is asked to."""

    def delete_objects(self, Bucket: str, Delete: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 - AWS's names
        """As botocore's client."""
        assert Bucket == "bucket"
        return {"Errors": [{"Key": Delete["Objects"][-1]["Key"], "Code": "SlowDown"}]}


def test_an_object_that_was_not_deleted_is_no_success() -> None:
    """S3 answers 200 and names it inside."""
    with pytest.raises(Unavailable, match="object 'b' was not deleted: S3 answered SlowDown"):
        S3Objects(SlowS3, "bucket").delete(["a", "b"])


@pytest.mark.aws
def test_a_link_saves_the_blob_under_its_name(aws_endpoint: str) -> None:
    """Attached, never shown as a page, and with all of its letters."""
    objects = make_s3_objects(aws_endpoint)
    objects.put("a", b"<script>")
    with urllib.request.urlopen(objects.signed_url("a", 60, "text/html", 'höhe "1".html'), timeout=10) as answer:  # noqa: S310
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''h%C3%B6he%20%221%22.html"


@pytest.mark.aws
def test_a_blob_keeps_its_type(aws_endpoint: str) -> None:
    """Also its copy."""
    objects = make_s3_objects(aws_endpoint)
    objects.put("a", b"x", "image/png")
    objects.copy("a", "b")
    client = objects._client()
    types = [client.head_object(Bucket=objects._bucket, Key=key)["ContentType"] for key in ("a", "b")]
    assert types == ["image/png", "image/png"]
