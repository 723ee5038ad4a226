"""AWS's errors become the house's by their code."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from shared.base.errors import NotFound, ServiceError, Unavailable
from shared.store.aws_errors import aws_errors


def _answered(code: str, status: int, message: str = "") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},
        "Operation",
    )


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (_answered("ProvisionedThroughputExceededException", 400), Unavailable),
        (_answered("ThrottlingException", 400), Unavailable),
        (_answered("SlowDown", 503), Unavailable),
        (_answered("SomethingNew", 500), Unavailable),
        (_answered("NoSuchKey", 404), NotFound),
        (_answered("404", 404), NotFound),
        (ReadTimeoutError(endpoint_url="http://x"), Unavailable),
        (ConnectTimeoutError(endpoint_url="http://x"), Unavailable),
        (EndpointConnectionError(endpoint_url="http://x"), Unavailable),
    ],
)
def test_an_error_becomes_ours(raised: Exception, becomes: type[ServiceError]) -> None:
    """With the name of what was asked for in its message, and the cause behind it."""
    with pytest.raises(becomes, match="object 'a'") as caught, aws_errors("object 'a'"):
        raise raised
    assert caught.value.__cause__ is raised


@pytest.mark.parametrize(
    "raised",
    [
        _answered("ValidationException", 400, "NoSuchKey ThrottlingException SlowDown"),
        _answered("AccessDenied", 403),
        _answered("NoSuchBucket", 404),
    ],
)
def test_what_no_retry_mends_passes_as_it_is(raised: ClientError) -> None:
    """Whatever words its text has; a missing bucket is our fault, not a missing object."""
    with pytest.raises(ClientError) as caught, aws_errors("x"):
        raise raised
    assert caught.value is raised
