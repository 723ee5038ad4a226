"""The edge of AWS: writes to the list of refused shares go through whoever else writes, and copies are forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.base.errors import Unavailable
from shared.store.edge import MAX_SCOPES, SCOPES_A_KEY, CloudFrontEdge
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

    def update_keys(self, *, KvsARN: str, IfMatch: str, Puts: list[dict[str, str]]) -> None:  # noqa: N803 AWS's own
        """Put many keys."""
        self._check({"KvsARN": KvsARN, "IfMatch": IfMatch})
        self.keys |= {put["Key"]: put["Value"] for put in Puts}

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


def _edge(listed: List, cdn: Cdn | None = None, pauses: list[float] | None = None) -> CloudFrontEdge:
    waited = list[float]() if pauses is None else pauses
    return CloudFrontEdge(lambda: listed, lambda: cdn, STORE, "E2QWRUHEXAMPLE", waited.append)


def test_a_denied_share_is_listed_however_many_write() -> None:
    """The version is read again as often as somebody was faster."""
    listed, pauses = List(others=20), list[float]()
    _edge(listed, pauses=pauses).deny("share-1")
    assert listed.keys == {"share-1": "1"}
    assert len(pauses) == 20
    assert all(0 <= pause <= 1 for pause in pauses)


def test_scopes_are_found_anew_for_each_version_of_the_list() -> None:
    """What is written is what was true after the version was read: the last writer knows of all before."""
    listed, found = List(others=2), [["a"], ["a", "b"], ["b"]]
    _edge(listed).deny_scopes(lambda: found.pop(0))
    assert (listed.keys, found) == ({"off0": "b"}, [])


def test_none_that_is_off_is_said_too() -> None:
    """The list never has to be deleted, and a page that is full has another behind it."""
    listed = List()
    _edge(listed).deny_scopes(lambda: ["x"] * SCOPES_A_KEY)
    assert listed.keys == {"off0": " ".join(["x"] * SCOPES_A_KEY), "off1": "-"}
    _edge(listed).deny_scopes(list)
    assert listed.keys["off0"] == "-"
    with pytest.raises(ValueError, match="at most"):
        _edge(listed).deny_scopes(lambda: ["x"] * (MAX_SCOPES + 1))


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
