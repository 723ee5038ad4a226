"""CloudFront's rules for signed addresses, on the laptop: what it would refuse is refused here.

Written from its documentation alone, apart from what signs (`shared/sharing/signing.py`), so that a mistake there
does not pass here. Sources: Amazon CloudFront, "Create a signed URL using a canned policy", "… a custom policy",
"How CloudFront checks expiration".
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_OWN = frozenset({"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"})
_HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256}
_WILDCARDS = {"*": ".*", "?": "."}
_PLAIN_BASE64 = str.maketrans("-_~", "+=/")

KeyGroup = Mapping[str, ec.EllipticCurvePublicKey]
"""The public keys that are trusted, by their Key-Pair-Id."""


class Refused(Exception):
    """CloudFront would answer 403; the message is one word of its own, and what is wrong."""


class Viewed(NamedTuple):
    """A request as CloudFront sees it: `address` is scheme, host and path, without the query."""

    address: str
    query: str
    source_ip: str


def check_signature(viewed: Viewed, keys: KeyGroup, now_epoch_s: float) -> None:
    """Nothing where the request is signed, for this address, by a trusted key, and now. Raises: Refused."""
    pairs = parse_qsl(viewed.query, keep_blank_values=True)
    given = {name: value for name, value in pairs if name in _OWN}
    if len(given) != sum(name in _OWN for name, _ in pairs):
        raise Refused("InvalidQuery: a part of the signature is given twice")
    missing = {"Key-Pair-Id", "Signature"} - given.keys()
    if missing or ("Policy" in given) == ("Expires" in given):
        raise Refused("MissingKey: an address needs Key-Pair-Id, Signature, and one of Policy and Expires")
    address = _resource(viewed)
    policy = _bytes(given["Policy"]) if "Policy" in given else _canned(address, given["Expires"])
    _check_signed(policy, given, keys)
    _check_policy(_statement(policy), address, viewed.source_ip, now_epoch_s)


def _resource(viewed: Viewed) -> str:
    """The address that a policy must name: with what else is in the query, in its order."""
    rest = [pair for pair in viewed.query.split("&") if pair and pair.partition("=")[0] not in _OWN]
    return f"{viewed.address}?{'&'.join(rest)}" if rest else viewed.address


def _canned(address: str, expires: str) -> bytes:
    if not expires.isdigit():
        raise Refused("InvalidExpires: Expires is no number")
    condition = f'{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}'
    return f'{{"Statement":[{{"Resource":"{address}","Condition":{condition}}}]}}'.encode()


def _check_signed(policy: bytes, given: Mapping[str, str], keys: KeyGroup) -> None:
    key = keys.get(given["Key-Pair-Id"])
    algorithm = _HASHES.get(given.get("Hash-Algorithm", "SHA1"))
    if key is None or algorithm is None:
        raise Refused("InvalidKey: the key is not in the key group, or its hash is unknown")
    try:
        key.verify(_bytes(given["Signature"]), policy, ec.ECDSA(algorithm()))
    except InvalidSignature:
        raise Refused("InvalidSignature: the signature is not that of this policy") from None


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_PLAIN_BASE64), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("MalformedPolicy: a part of the signature is not base64") from None


def _statement(policy: bytes) -> dict[str, Any]:
    """The one statement of a policy; its signature was checked, so its shape is its signer's."""
    try:
        [statement] = json.loads(policy)["Statement"]
        return {"Resource": str(statement["Resource"]), **statement["Condition"]}
    except (ValueError, KeyError, TypeError):
        raise Refused("MalformedPolicy: the policy is not one statement with a resource and a condition") from None


def _check_policy(statement: Mapping[str, Any], address: str, source_ip: str, now_epoch_s: float) -> None:
    if not _pattern(statement["Resource"]).fullmatch(address):
        raise Refused("AccessDenied: the policy is for other addresses")
    try:
        ends = statement["DateLessThan"]["AWS:EpochTime"]
        begins = statement.get("DateGreaterThan", {}).get("AWS:EpochTime", 0)
        network = ipaddress.ip_network(statement.get("IpAddress", {}).get("AWS:SourceIp", "0.0.0.0/0"))
    except (KeyError, TypeError, ValueError):
        raise Refused("MalformedPolicy: a condition cannot be read") from None
    if not begins <= now_epoch_s < ends:
        raise Refused("AccessDenied: the policy is over, or has not begun")
    if "IpAddress" in statement and ipaddress.ip_address(source_ip) not in network:
        raise Refused("AccessDenied: the policy is for another network")


def _pattern(resource: str) -> re.Pattern[str]:
    """`*` is any number of any characters, slashes among them, and `?` is one."""
    return re.compile("".join(_WILDCARDS.get(char) or re.escape(char) for char in resource), re.DOTALL)
