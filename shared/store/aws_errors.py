"""AWS's errors as the house's, by code or status, never by their text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - botocore's own

from shared.base.errors import NotFound, Unavailable

_TRY_LATER = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
    }
)
"""Sources: the API references of DynamoDB, S3 and SQS, "Common errors", and each operation's own errors."""
_NO_SUCH_OBJECT = frozenset({"NoSuchKey", "404"})
"""S3 answers a HEAD and what follows from one without a body, so only the status is left as the code."""
_SERVER_FAULT = 500


@contextmanager
def aws_errors(what: str) -> Iterator[None]:
    """What AWS raises inside becomes NotFound or Unavailable where it means that; all else passes as it is.

    `what` names the thing that was asked for, as the person who reads the message knows it.
    """
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise Unavailable(f"{what}: no answer from AWS ({type(error).__name__}): try again") from error
    except ClientError as error:
        code = error_code(error)
        if code in _NO_SUCH_OBJECT:
            raise NotFound(f"there is no {what}") from error
        if code in _TRY_LATER or _status(error) >= _SERVER_FAULT:
            raise Unavailable(f"{what}: AWS answered {code}: try again") from error
        raise


def error_code(error: ClientError) -> str:
    """The code of an error that AWS answered."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
