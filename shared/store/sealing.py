"""What is kept sealed in tables: headers of webhooks, keys of alerts, and the secrets that deliveries are signed with.

All is sealed by the one secret `hooks`; whoever replaces it has rules' headers and keys written anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.base.errors import Malformed
from shared.store.ports import Secret

_FORM = "v1."
_NONCE_BYTES = 12
"""Source: NIST SP 800-38D, section 5.2.1.1: the recommended length for GCM."""
SIGNING_PREFIX = "whsec_"
_SIGNING_BYTES = 32


class Sealing:
    """Seals and opens texts with the deployment's own key, which is read once a process."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def seal(self, text: str) -> str:
        """The text as only this deployment reads it; sealed twice, it looks different each time."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), None)
        return _FORM + base64.b64encode(nonce + sealed).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """The text that was sealed. Raises: Malformed where it was not, or under another secret; Unavailable."""
        try:
            content = base64.b64decode(sealed.removeprefix(_FORM), validate=True)
            return self._cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError, binascii.Error):
            raise Malformed(
                "a sealed text cannot be opened: the deployment's secret for webhooks was replaced, "
                "or the row changed; write the rule's headers and keys anew"
            ) from None

    @cached_property
    def _cipher(self) -> AESGCM:
        root = self._secret.read().encode()
        # A key of this one purpose: the same secret may come to have others.
        return AESGCM(hmac.digest(root, b"tracekeep seal", hashlib.sha256))


def new_signing_secret() -> str:
    """A new secret to sign a webhook's deliveries with; it is shown to its owner, and kept sealed.

    Shapes: `whsec_` and 32 random bytes in base64. Source: Standard Webhooks 1.0, "Signature scheme".
    """
    return SIGNING_PREFIX + base64.b64encode(os.urandom(_SIGNING_BYTES)).decode("ascii")
