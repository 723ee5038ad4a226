"""What CloudFront must be shown to hand out a share's files: a policy, and its signature.

    Resource  https://<domain>/s/<share>/<revision>/*     every file of one snapshot, and nothing beside it
    until     a moment, some minutes from now

Source: Amazon CloudFront, "Create a signed URL using a custom policy", and for `Hash-Algorithm` "Code examples for
creating a signature for a signed URL". Whoever signs brings the key: this is pure text.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

ROOT = "s"
"""Snapshots lie under this prefix, in their bucket as in their addresses."""
SIGNATURE_NAMES = ("Expires", "Hash-Algorithm", "Key-Pair-Id", "Policy", "Signature")
"""What CloudFront takes out of a query before it looks at the rest."""

Sign = Callable[[bytes], bytes]
"""ECDSA over P-256 with SHA-256; the signature as DER."""

_TO_LINK = str.maketrans("+=/", "-_~")
_FROM_LINK = str.maketrans("-_~", "+=/")


def folder_of(share_id: str, revision: str) -> str:
    """Where the files of one revision of a share lie: a key's beginning, and a path's."""
    return f"{ROOT}/{share_id}/{revision}/"


def policy_of(origin: str, share_id: str, revision: str, until_epoch_s: int) -> bytes:
    """The policy for all files of one revision. `origin` is scheme and host; no white space, as CloudFront asks.

    The origin comes from the request: one with a wildcard in it would be signed for more than it names, so it has none.
    """
    host = origin.replace("*", "").replace("?", "")
    condition = {"DateLessThan": {"AWS:EpochTime": until_epoch_s}}
    statement = {"Resource": f"{host}/{folder_of(share_id, revision)}*", "Condition": condition}
    return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


def signed_query(policy: bytes, key_id: str, sign: Sign) -> str:
    """What to append to the address of a file that the policy covers, behind a `?`."""
    signature = link_text(sign(policy))
    return f"Policy={link_text(policy)}&Signature={signature}&Key-Pair-Id={key_id}&Hash-Algorithm=SHA256"


def link_text(content: bytes) -> str:
    """Bytes in base64, without the characters that mean something in a query."""
    return base64.b64encode(content).decode("ascii").translate(_TO_LINK)


def link_bytes(text: str) -> bytes:
    """The bytes of a `link_text`. Raises: ValueError where it is none."""
    return base64.b64decode(text.translate(_FROM_LINK), validate=True)
