"""The edge of AWS: writes to the list of refused shares go through whoever else writes, and copies are forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.base.errors import Unavailable
from shared.store.edge import CloudFrontEdge
from shared.store.secret import AwsSecret

STORE = "arn:aws:cloudfront::111122223333:key-value-store/denied"


class List:
    """CloudFront's KeyValueStore: a write must name its version. `others` write before the next writes do."""

    def __init__(self, others: int = 0) -> None:
        self.version = 0
        self.keys: dict[str, str] = {}
        self.others = others

    def describe_key_value_store(self, **asked: str) -> dict[str, str]:
        """Its version."""
        assert asked == {"KvsARN": STORE}
        return {"ETag": str(self.version)}

    def put_key(self, **asked: str) -> None:
        """Put a key."""
        self._check(asked)
        self.keys[asked["Key"]] = asked["Value"]

    def delete_key(self, **asked: str) -> None:
        """Take a key away."""
        self._check(asked)
        if self.keys.pop(asked["Key"], None) is None:
            raise _said("ResourceNotFoundException")

    def _check(self, asked: dict[str, str]) -> None:
        if self.others:
            self.others -= 1
            self.version += 1
        if asked["IfMatch"] != str(self.version):
            raise _said("ConflictException")
        self.version += 1


class Cdn:
    """CloudFront's own API, as far as invalidations go."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def create_invalidation(self, **asked: Any) -> None:  # noqa: ANN401 as botocore
        """Keep what is asked."""
        self.asked.append(asked)


def _said(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 409}}, "PutKey")


def _edge(listed: List, cdn: Cdn | None = None) -> CloudFrontEdge:
    return CloudFrontEdge(lambda: listed, lambda: cdn, STORE, "E2QWRUHEXAMPLE")


def test_a_denied_share_is_listed_however_many_write() -> None:
    """The version is read again as often as somebody was faster."""
    listed = List(others=3)
    _edge(listed).deny("share-1")
    assert listed.keys == {"share-1": "1"}


def test_a_list_that_never_rests_is_tried_again_later() -> None:
    """What could not be denied is not taken for denied."""
    with pytest.raises(Unavailable, match="try again"):
        _edge(List(others=100)).deny("share-1")


def test_forgetting_twice_is_no_error() -> None:
    """A share that is not on the list is off it."""
    listed = List()
    edge = _edge(listed)
    edge.deny("share-1")
    edge.forget("share-1")
    edge.forget("share-1")
    assert listed.keys == {}


def test_another_error_is_not_hidden() -> None:
    """A role that may not write the list is no conflict."""

    class Refusing(List):
        def _check(self, asked: dict[str, str]) -> None:
            raise _said("AccessDeniedException")

    with pytest.raises(ClientError):
        _edge(Refusing()).deny("share-1")


def test_copies_of_one_share_are_forgotten() -> None:
    """All of it and nothing beside it, once however often it is asked."""
    cdn = Cdn()
    _edge(List(), cdn).invalidate("share-1")
    assert cdn.asked == [
        {
            "DistributionId": "E2QWRUHEXAMPLE",
            "InvalidationBatch": {"Paths": {"Quantity": 1, "Items": ["/s/share-1/*"]}, "CallerReference": "share-1"},
        }
    ]


def test_a_secret_is_read_by_its_id() -> None:
    """Its current text."""

    class Secrets:
        def get_secret_value(self, **asked: str) -> dict[str, str]:
            assert asked == {"SecretId": "arn:secret"}
            return {"SecretString": "text"}

    assert AwsSecret(Secrets, "arn:secret").read() == "text"
