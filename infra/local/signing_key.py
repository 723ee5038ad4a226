"""The key that signs shares on the laptop."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.secret_file import SecretFile
from infra.local.signatures import KeyGroup

NAME = "1"
"""What the secret calls the one key that there is."""
KEY_ID = "laptop"
"""What a signature calls it."""


class LocalSecret(SecretFile):
    """The signing secret, in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _new_key)

    def key_group(self) -> KeyGroup:
        """What CloudFront would be told of it: the public half."""
        key = serialization.load_pem_private_key(json.loads(self.read())["keys"][NAME].encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.path} holds a key of another kind; delete the file to get a new one")
        return {KEY_ID: key.public_key()}


def _new_key() -> str:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return json.dumps({"keys": {NAME: pem.decode("ascii")}})
