"""A Lambda that carries the page in its own package and puts it into the bucket, when CloudFormation says so.

It has nothing but what Lambda's runtime has. What never changes goes first and the document last, so that whoever
reads it finds all that it names. Files of older versions stay, for tabs that were opened before; all go with the
stack. Source: AWS CloudFormation, "Custom resource request and response objects".
"""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import boto3

SITE = Path(__file__).parent / "site"
ABOUT = Path(__file__).parent / "about.json"
"""Of each file, in the order in which they are to be put: its path, type, and how long it may be kept."""
_KEYS_A_REQUEST = 1_000
_ANSWER_WITHIN_S = 30

Event = dict[str, Any]


def handler(event: Event, context: Any) -> None:  # noqa: ANN401 Lambda's own
    """Do what is asked and say how it went: a deploy waits for the answer, whatever happens."""
    bucket = event["ResourceProperties"]["Bucket"]
    try:
        (_remove_all if event["RequestType"] == "Delete" else _put_all)(boto3.client("s3"), bucket)
    except Exception as error:  # noqa: BLE001 the outermost loop: unanswered, a deploy would wait for an hour
        _tell(event, "FAILED", f"{type(error).__name__}: {error}"[:1_000] + f" (log: {context.log_stream_name})")
    else:
        _tell(event, "SUCCESS", "")


def _put_all(s3: Any, bucket: str) -> None:  # noqa: ANN401 boto3 makes its classes at run time
    for one in json.loads(ABOUT.read_text(encoding="utf-8")):
        s3.put_object(
            Bucket=bucket,
            Key=one["path"],
            Body=(SITE / one["path"]).read_bytes(),
            ContentType=one["type"],
            CacheControl=one["cache"],
        )


def _remove_all(s3: Any, bucket: str) -> None:  # noqa: ANN401 as above
    for page in s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": _KEYS_A_REQUEST}
    ):
        keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def _tell(event: Event, status: str, reason: str) -> None:
    """Answer where CloudFormation listens. The same id each time: an update replaces nothing."""
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": status, "Reason": reason, "PhysicalResourceId": f"page-{event['LogicalResourceId']}"}
    request = urllib.request.Request(  # noqa: S310 CloudFormation's own https URL
        event["ResponseURL"], json.dumps(answer).encode(), {"content-type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=_ANSWER_WITHIN_S):  # noqa: S310 as above
        pass
