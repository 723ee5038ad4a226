"""The key that signs shares on the laptop: made once, kept in the folder for its owner alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.signatures import KeyGroup

NAME = "1"
"""What the secret calls the one key that there is."""
KEY_ID = "laptop"
"""What a signature calls it."""
_OWNER_ONLY = 0o600


class LocalSecret:
    """The signing secret as AWS keeps it, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        """The text as it is now; made on the first call."""
        if not self._path.exists():
            self._make()
        return self._path.read_text(encoding="ascii")

    def key_group(self) -> KeyGroup:
        """What CloudFront would be told of it: the public half."""
        key = serialization.load_pem_private_key(json.loads(self.read())["keys"][NAME].encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self._path} holds a key of another kind; delete the file to get a new one")
        return {KEY_ID: key.public_key()}

    def _make(self) -> None:
        """A file appears whole, and of two that are made at once the second one stays; both were read by nobody."""
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        fresh = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "w") as file:
            file.write(json.dumps({"keys": {NAME: pem.decode("ascii")}}))
        fresh.replace(self._path)
