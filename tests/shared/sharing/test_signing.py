"""Policies and signatures of shares: what CloudFront reads, as its documentation writes it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sharing.signing import SIGNATURE_NAMES, folder_of, link_bytes, link_text, policy_of, signed_query

ORIGIN = "https://d111111abcdef8.cloudfront.net"


def test_a_policy_names_one_revision_and_its_end() -> None:
    """The statement that CloudFront documents, and no white space in it."""
    policy = policy_of(ORIGIN, "share-1", "4", 1_795_176_300)
    assert json.loads(policy) == {
        "Statement": [
            {
                "Resource": f"{ORIGIN}/s/share-1/4/*",
                "Condition": {"DateLessThan": {"AWS:EpochTime": 1_795_176_300}},
            }
        ]
    }
    assert b" " not in policy


@pytest.mark.parametrize("origin", ["https://*", "https://d1.example/?", "https://*.example"])
def test_a_wildcard_in_the_origin_is_not_signed(origin: str) -> None:
    """Who asks says which host was asked, and gains no other by it."""
    resource = json.loads(policy_of(origin, "a", "1", 1))["Statement"][0]["Resource"]
    assert resource.count("*") == 1
    assert resource.endswith("/s/a/1/*")
    assert "?" not in resource


def test_a_query_holds_all_that_is_looked_at() -> None:
    """Policy, signature, key and hash, each readable from the query as it stands."""
    policy = policy_of(ORIGIN, "a", "1", 1)
    query = parse_qs(signed_query(policy, "K2JCJMDEHXQW5F", lambda text: b"\xff\xfe" + text[:1]), strict_parsing=True)
    assert query.keys() <= set(SIGNATURE_NAMES)
    assert link_bytes(query["Policy"][0]) == policy
    assert link_bytes(query["Signature"][0]) == b"\xff\xfe{"
    assert (query["Key-Pair-Id"], query["Hash-Algorithm"]) == (["K2JCJMDEHXQW5F"], ["SHA256"])


@given(st.binary(max_size=64))
def test_bytes_survive_their_way_through_a_query(content: bytes) -> None:
    """No character of them means anything in a query."""
    text = link_text(content)
    assert link_bytes(text) == content
    assert not set(text) & set("+=/&?#%")


def test_a_folder_ends_where_the_next_begins() -> None:
    """Revision 1 is not the beginning of revision 10."""
    assert folder_of("a", "1") == "s/a/1/"
    assert not folder_of("a", "10").startswith(folder_of("a", "1"))
