"""How a receiver knows that a delivery is ours, new, and whole.

Source: Standard Webhooks 1.0, "Signature scheme" and "Webhook headers".
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from shared.store.sealing import SIGNING_PREFIX


def signing_headers(webhook_id: str, at_epoch_s: int, body: bytes, secret: str) -> dict[str, str]:
    """The headers of one attempt: its id is the same for every attempt, its time is not.

    `secret` as its owner has it, `whsec_…`; where there is none, nothing is signed.
    """
    headers = {"webhook-id": webhook_id, "webhook-timestamp": str(at_epoch_s)}
    if secret:
        headers["webhook-signature"] = f"v1,{_signature(webhook_id, at_epoch_s, body, secret)}"
    return headers


def _signature(webhook_id: str, at_epoch_s: int, body: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(SIGNING_PREFIX))
    signed = f"{webhook_id}.{at_epoch_s}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")
