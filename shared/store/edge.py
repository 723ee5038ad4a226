"""CloudFront, as far as shares need it: a list of those that it refuses, and copies that it is to forget.

The list is a KeyValueStore, which a function reads at every request (`infra/stacks/viewer_request/share.js`). Its API
takes signatures of version 4A only, which botocore leaves to `awscrt`.
Source: Amazon CloudFront, "Work with key value data".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from shared.base.errors import Unavailable
from shared.sharing.signing import ROOT
from shared.store.aws_errors import aws_errors, error_code

_TRIES = 5
"""Every write names the version of the store that it changes: of two at once, one reads the version again."""
_TAKEN = frozenset({"ConflictException", "PreconditionFailed", "ValidationException"})


class CloudFrontEdge:
    """The edge of one distribution. `keys` and `cdn` give botocore clients of its two services."""

    def __init__(
        self, keys: Callable[[], Any], cdn: Callable[[], Any], denied_store_arn: str, distribution_id: str
    ) -> None:
        self._keys = keys
        self._cdn = cdn
        self._store = denied_store_arn
        self._distribution = distribution_id

    def deny(self, share_id: str) -> None:
        """Refuse all files of a share, whatever was signed for them before. Raises: Unavailable."""
        self._change(lambda version: self._keys().put_key(KvsARN=self._store, IfMatch=version, Key=share_id, Value="1"))

    def forget(self, share_id: str) -> None:
        """Deny it no longer. Raises: Unavailable."""
        self._change(lambda version: self._keys().delete_key(KvsARN=self._store, IfMatch=version, Key=share_id))

    def invalidate(self, share_id: str) -> None:
        """Have the copies of its files forgotten. The same reference is the same invalidation. Raises: Unavailable."""
        paths = [f"/{ROOT}/{share_id}/*"]
        batch = {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": share_id}
        with aws_errors(f"invalidation of share {share_id}"):
            self._cdn().create_invalidation(DistributionId=self._distribution, InvalidationBatch=batch)

    def _change(self, change: Callable[[str], object]) -> None:
        """Change the list at its newest version; one that is not on it is taken off already."""
        for _ in range(_TRIES):
            with aws_errors("the list of refused shares"):
                version = str(self._keys().describe_key_value_store(KvsARN=self._store)["ETag"])
                try:
                    change(version)
                except ClientError as error:
                    if error_code(error) == "ResourceNotFoundException":
                        return
                    if error_code(error) not in _TAKEN:
                        raise
                else:
                    return
        raise Unavailable(f"the list of refused shares changed {_TRIES} times while it was to be changed: try again")
