"""CloudFront, as far as shares need it: a list of those that it refuses, and copies that it is to forget.

    <share>       a share that was taken back
    off0, off1 …  the scopes (workspaces, organizations) that have sharing switched off, `SCOPES_A_KEY` each; the
                  first with fewer is the last

The list is a KeyValueStore, which a function reads at every request (`infra/stacks/viewer_request/share.js`). Its API
takes signatures of version 4A only, which botocore leaves to `awscrt`.
Sources: Amazon CloudFront, "Work with key value data", and its API reference, "PutKey", "UpdateKeys".
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from shared.base.errors import Unavailable
from shared.sharing.signing import ROOT
from shared.store.aws_errors import aws_errors, error_code

SCOPES_A_KEY = 27
"""Of 36 characters and a space, in the 1,024 that a value may have. Source: Amazon CloudFront, "Quotas"."""
MAX_SCOPES = 49 * SCOPES_A_KEY
"""A request writes 50 keys. Source: as above."""
NO_SCOPE = "-"
"""What stands where there is none: no value is empty, and nothing has to be deleted."""
_TRIES = 30
"""Every write names the version of the store that it changes: of two at once, one reads the version again."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0
"""Of a hundred that are taken back at once, each finds its gap: without pauses, they would all meet again."""
_TAKEN = frozenset({"ConflictException", "PreconditionFailed", "ValidationException"})


class CloudFrontEdge:
    """The edge of one distribution. `keys` and `cdn` give botocore clients of its two services."""

    def __init__(
        self,
        keys: Callable[[], Any],
        cdn: Callable[[], Any],
        denied_store_arn: str,
        distribution_id: str,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._keys = keys
        self._cdn = cdn
        self._store = denied_store_arn
        self._distribution = distribution_id
        self._pause = pause

    def deny(self, share_id: str) -> None:
        """Refuse all files of a share, whatever was signed for them before. Raises: Unavailable."""
        self._change(lambda version: self._keys().put_key(KvsARN=self._store, IfMatch=version, Key=share_id, Value="1"))

    def deny_scopes(self, find: Callable[[], Sequence[str]]) -> None:
        """Refuse all shares of these scopes, and no longer those of others; asks anew when somebody else was faster.

        Raises: Unavailable; ValueError for more than `MAX_SCOPES`.
        """

        def change(version: str) -> None:
            puts = [{"Key": f"off{at}", "Value": value} for at, value in enumerate(_pages(find()))]
            self._keys().update_keys(KvsARN=self._store, IfMatch=version, Puts=puts)

        self._change(change)

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
        for attempt in range(_TRIES):
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
            self._pause(random.uniform(0, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**attempt)))  # noqa: S311 no secret
        raise Unavailable(f"the list of refused shares changed {_TRIES} times while it was to be changed: try again")


def _pages(scopes: Sequence[str]) -> list[str]:
    """The values of `off0` and those behind it; the last has room left."""
    if len(scopes) > MAX_SCOPES:
        raise ValueError(f"{len(scopes)} workspaces and organizations have sharing switched off; at most {MAX_SCOPES}")
    pages = [scopes[begin : begin + SCOPES_A_KEY] for begin in range(0, len(scopes) + 1, SCOPES_A_KEY)]
    return [" ".join(page) or NO_SCOPE for page in pages]
