"""A secret of AWS Secrets Manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.store.aws_errors import aws_errors


class AwsSecret:
    """The current text of one secret. `client` gives a botocore client of `secretsmanager`."""

    def __init__(self, client: Callable[[], Any], secret_id: str) -> None:
        self._client = client
        self._id = secret_id

    def read(self) -> str:
        """The text as it is now. Raises: Unavailable."""
        with aws_errors(f"secret {self._id}"):
            answer = self._client().get_secret_value(SecretId=self._id)
        return str(answer["SecretString"])
