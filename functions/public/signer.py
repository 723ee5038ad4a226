"""Signatures for the files of a share, by the private key that CloudFront knows the public half of."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from functions.public.settings import PublicSettings
from shared.base.clock import Clock
from shared.base.units import US_PER_S
from shared.sharing.share import Share
from shared.sharing.signing import policy_of, signed_query
from shared.store.ports import Secret


class KeyUnusable(Exception):
    """The secret holds no key by the name that the settings give; a deploy makes it."""


@dataclass(frozen=True)
class Signed:
    """Where the files of a share are, what to append to their addresses, and until when that works."""

    base: str
    query: str
    until_epoch_s: int


class Signer:
    """Signs with one key, which it reads once. Threads may share it."""

    def __init__(self, settings: PublicSettings, secret: Secret, clock: Clock) -> None:
        self._settings = settings
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()
        self._key: ec.EllipticCurvePrivateKey | None = None

    def sign(self, share: Share, origin: str) -> Signed:
        """Leave to read the share's files at this origin for some minutes, and no longer than it lives."""
        now_us = self._clock.now_us()
        until_us = min(now_us + self._settings.signed_for_s * US_PER_S, share.ends_us)
        until_epoch_s = -(-until_us // US_PER_S)
        policy = policy_of(origin, share.id, share.revision, until_epoch_s)
        return Signed(
            f"/{share.folder}", signed_query(policy, self._settings.signing_key_id, self._sign), until_epoch_s
        )

    def _sign(self, policy: bytes) -> bytes:
        with self._lock:
            if self._key is None:
                self._key = _private_key(self._secret.read(), self._settings.signing_key)
        return self._key.sign(policy, ec.ECDSA(hashes.SHA256()))


def _private_key(secret: str, name: str) -> ec.EllipticCurvePrivateKey:
    pem = json.loads(secret)["keys"].get(name)
    if pem is None:
        raise KeyUnusable(f"the signing secret has no key {name!r}")
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyUnusable(f"key {name!r} of the signing secret is not one on an elliptic curve")
    return key
