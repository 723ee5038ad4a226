"""Signed addresses, checked as CloudFront checks them: with botocore's own signer, and with all kinds of forgeries."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.signatures import Refused, Viewed, check_signature
from shared.sharing.signing import link_text, policy_of, signed_query

NOW = 1_795_176_000
SITE = "https://d1.example"
FILE = f"{SITE}/s/a/1/trace.json"
OURS = ec.generate_private_key(ec.SECP256R1())
THEIRS = ec.generate_private_key(ec.SECP256R1())
KEYS = {"K1": OURS.public_key()}


def _sign(key: ec.EllipticCurvePrivateKey, algorithm: hashes.HashAlgorithm) -> Callable[[bytes], bytes]:
    return lambda text: key.sign(text, ec.ECDSA(algorithm))


def _query(policy: bytes, key: ec.EllipticCurvePrivateKey = OURS, key_id: str = "K1") -> str:
    return signed_query(policy, key_id, _sign(key, hashes.SHA256()))


def _check(address: str, query: str, *, now: float = NOW, source_ip: str = "192.0.2.7") -> None:
    check_signature(Viewed(address, query, source_ip), KEYS, now)


def _policy(resource: str, **condition: object) -> bytes:
    condition.setdefault("DateLessThan", {"AWS:EpochTime": NOW + 60})
    return json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}).encode()


def test_what_we_sign_opens_every_file_of_its_revision() -> None:
    """The wildcard covers folders too, and each file until the end."""
    query = _query(policy_of(SITE, "a", "1", NOW + 300))
    for path in ("trace.json", "runs/17.json", "attachments/3"):
        _check(f"{SITE}/s/a/1/{path}", query, now=NOW + 299)


@pytest.mark.parametrize("policy", [None, "custom"])
def test_what_botocore_signs_is_taken(policy: str | None) -> None:
    """Its SHA-1 signatures, canned and custom: the rules here are CloudFront's, not our signer's."""
    ends = dt.datetime.fromtimestamp(NOW + 60, dt.UTC)
    signer = CloudFrontSigner("K1", _sign(OURS, hashes.SHA1()))  # noqa: S303 CloudFront's default
    if policy:
        signed = signer.generate_presigned_url(FILE, policy=signer.build_policy(f"{SITE}/s/a/*", ends))
    else:
        signed = signer.generate_presigned_url(FILE, date_less_than=ends)
    _check(FILE, urlsplit(signed).query)
    with pytest.raises(Refused, match="over"):
        _check(FILE, urlsplit(signed).query, now=NOW + 60)


@pytest.mark.parametrize(
    "address",
    [
        f"{SITE}/s/a/2/trace.json",
        f"{SITE}/s/b/1/trace.json",
        f"{SITE}/s/a/1",
        "https://d2.example/s/a/1/trace.json",
        "http://d1.example/s/a/1/trace.json",
    ],
)
def test_a_policy_opens_nothing_else(address: str) -> None:
    """No other revision, share, host or scheme."""
    with pytest.raises(Refused, match="other addresses"):
        _check(address, _query(policy_of(SITE, "a", "1", NOW + 60)))


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", "MissingKey"),
        ("Policy=e30_&Key-Pair-Id=K1", "MissingKey"),
        ("Policy=!&Signature=!&Key-Pair-Id=K1", "MalformedPolicy"),
        ("Policy=e30_&Signature=e30_&Key-Pair-Id=K1", "InvalidSignature"),
        ("Expires=never&Signature=e30_&Key-Pair-Id=K1", "InvalidExpires"),
        ("Expires=1&Policy=e30_&Signature=e30_&Key-Pair-Id=K1", "MissingKey"),
    ],
)
def test_what_is_not_signed_is_refused(query: str, word: str) -> None:
    """Nothing at all, a part of it, or no text that could be one."""
    with pytest.raises(Refused, match=word):
        _check(FILE, query)


def test_a_foreign_signature_is_refused() -> None:
    """Another's key under our key's name, and under its own."""
    policy = policy_of(SITE, "a", "1", NOW + 60)
    with pytest.raises(Refused, match="InvalidSignature"):
        _check(FILE, _query(policy, THEIRS))
    with pytest.raises(Refused, match="InvalidKey"):
        _check(FILE, _query(policy, THEIRS, "K2"))


def test_a_widened_policy_has_no_valid_signature() -> None:
    """The signature of one's own policy does not fit a policy with more in it."""
    own = _query(policy_of(SITE, "a", "1", NOW + 60))
    for resource in (f"{SITE}/s/*", f"{SITE}/*", "*"):
        widened = own.replace(own.split("&")[0], f"Policy={link_text(_policy(resource))}")
        with pytest.raises(Refused, match="InvalidSignature"):
            _check(FILE, widened)


def test_parts_given_twice_are_refused() -> None:
    """Which of two would be looked at is nobody's guess."""
    with pytest.raises(Refused, match="InvalidQuery"):
        _check(FILE, _query(policy_of(SITE, "a", "1", NOW + 60)) + "&Policy=e30_")


def test_conditions_are_kept() -> None:
    """Beginning and network, where a policy names them; a condition that cannot be read opens nothing."""
    later = _policy(f"{SITE}/*", DateGreaterThan={"AWS:EpochTime": NOW + 10})
    with pytest.raises(Refused, match="has not begun"):
        _check(FILE, _query(later))
    _check(FILE, _query(later), now=NOW + 11)
    inside = _policy(f"{SITE}/*", IpAddress={"AWS:SourceIp": "192.0.2.0/24"})
    _check(FILE, _query(inside))
    with pytest.raises(Refused, match="another network"):
        _check(FILE, _query(inside), source_ip="198.51.100.1")
    with pytest.raises(Refused, match="Malformed"):
        _check(FILE, _query(_policy(f"{SITE}/*", DateLessThan={})))


def test_a_question_mark_is_one_character_and_the_rest_of_the_query_counts() -> None:
    """As the documentation has it: what is in the query beside the signature is part of the address."""
    query = _query(_policy(f"{SITE}/s/?/1/trace.json"))
    _check(FILE, query)
    with pytest.raises(Refused, match="other addresses"):
        _check(FILE, f"{query}&size=large")
    with pytest.raises(Refused, match="other addresses"):
        _check(f"{SITE}/s/aa/1/trace.json", query)
