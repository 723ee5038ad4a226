"""Objects in an S3 bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from shared.base.errors import Unavailable
from shared.store.aws_errors import aws_errors, error_code
from shared.store.parallel import side_by_side
from shared.store.ports import ObjectRange
from shared.store.sizes import check_object_key

KEYS_PER_REQUEST = 1_000
"""Source: Amazon S3 API reference, DeleteObjects and ListObjectsV2."""


class S3Objects:
    """Objects by `client()`, a botocore client of S3."""

    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        """Store a blob, whole or not at all; durable on return."""
        check_object_key(key)
        with aws_errors(f"object {key!r}"):
            self._client().put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """The whole blob. Raises: NotFound."""
        return self._read(key)

    def get_ranges(self, ranges: Sequence[ObjectRange]) -> list[bytes]:
        """The bytes of each range, in the order asked, up to 16 at once. Raises: NotFound."""
        return side_by_side(self._read_range, ranges)

    def copy(self, source: str, target: str) -> None:
        """Copy a blob. Raises: NotFound."""
        check_object_key(target)
        origin = {"Bucket": self._bucket, "Key": source}
        with aws_errors(f"object {source!r}"):
            self._client().copy_object(Bucket=self._bucket, Key=target, CopySource=origin)

    def delete(self, keys: Sequence[str]) -> None:
        """Remove blobs, 1,000 a request; those that are not there are no error. Raises: Unavailable."""
        for start in range(0, len(keys), KEYS_PER_REQUEST):
            objects = [{"Key": key} for key in keys[start : start + KEYS_PER_REQUEST]]
            with aws_errors(f"bucket {self._bucket}"):
                answer = self._client().delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
            for error in answer.get("Errors", []):
                raise Unavailable(f"object {error['Key']!r} was not deleted: S3 answered {error['Code']}: try again")

    def list(self, prefix: str) -> Iterable[str]:
        """All keys under a prefix, in the order of their UTF-8 bytes; a page is fetched when it is reached."""
        pages = self._client().get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        with aws_errors(f"bucket {self._bucket}"):
            for page in pages:
                yield from (entry["Key"] for entry in page.get("Contents", []))

    def signed_url(self, key: str, expires_s: int, content_type: str, filename: str) -> str:
        """An address that reads this one blob without any key until `expires_s` seconds from now.

        It ends earlier where the credentials that signed it do: a role's, after some hours.
        """
        check_object_key(key)
        parameters = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": attached_as(filename),
        }
        url: str = self._client().generate_presigned_url("get_object", Params=parameters, ExpiresIn=expires_s)
        return url

    def _read_range(self, one: ObjectRange) -> bytes:
        if not one.length:  # HTTP has no range of no bytes
            return b""
        try:
            return self._read(one.key, Range=f"bytes={one.offset}-{one.offset + one.length - 1}")
        except ClientError as error:
            if error_code(error) == "InvalidRange":  # it begins behind the end
                return b""
            raise

    def _read(self, key: str, **arguments: str) -> bytes:
        check_object_key(key)
        with aws_errors(f"object {key!r}"):
            body: bytes = self._client().get_object(Bucket=self._bucket, Key=key, **arguments)["Body"].read()
        return body


def attached_as(filename: str) -> str:
    """The Content-Disposition that saves a blob under this name and never shows it as a page.

    Source: RFC 6266, section 4.1, and RFC 8187 for the encoding of the name.
    """
    return f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
