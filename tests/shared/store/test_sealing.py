"""Texts that are kept sealed, and the secrets that webhooks are signed with."""

from __future__ import annotations

import base64

import pytest

from shared.base.errors import Malformed
from shared.store.sealing import Sealing, new_signing_secret


class Known:
    """A secret that says how often it was read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.reads = 0

    def read(self) -> str:
        """The text."""
        self.reads += 1
        return self._text


@pytest.mark.parametrize("text", ["", "Bearer abc", "Zoë ☃", "x" * 10_000])
def test_what_was_sealed_is_opened_again(text: str) -> None:
    """Any text comes back as it was."""
    sealing = Sealing(Known("root"))
    assert sealing.unseal(sealing.seal(text)) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    """Who reads the table cannot tell that two headers are the same, nor what they say."""
    sealing = Sealing(Known("root"))
    first, second = sealing.seal("Bearer abc"), sealing.seal("Bearer abc")
    assert first != second
    assert "Bearer" not in base64.b64decode(first.removeprefix("v1.")).decode("latin-1")


def test_another_secret_opens_nothing() -> None:
    """A replaced secret is said, with what to do."""
    sealed = Sealing(Known("root")).seal("Bearer abc")
    with pytest.raises(Malformed, match="write the rule's headers and keys anew"):
        Sealing(Known("other")).unseal(sealed)


def test_one_changed_letter_is_seen() -> None:
    """A sealed text that somebody changed is refused, wherever it was changed."""
    sealing = Sealing(Known("root"))
    sealed = sealing.seal("Bearer abc")
    for at in range(len("v1."), len(sealed)):
        changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with pytest.raises(Malformed):
            sealing.unseal(changed)


@pytest.mark.parametrize("text", ["", "v1.", "v1.!!!", "Bearer abc", "v1.AAAA"])
def test_what_never_was_sealed_is_refused(text: str) -> None:
    """A plain or empty text is not taken for a sealed one."""
    with pytest.raises(Malformed):
        Sealing(Known("root")).unseal(text)


def test_signing_secrets_are_new_each_time_and_as_libraries_take_them() -> None:
    """Between 24 and 64 bytes in base64 behind the prefix, and never twice the same."""
    secrets = {new_signing_secret() for _ in range(10)}
    assert len(secrets) == 10
    assert all(len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32 for one in secrets)


def test_the_secret_is_read_once() -> None:
    """A batch of deliveries costs one call of Secrets Manager, not one each."""
    secret = Known("root")
    sealing = Sealing(secret)
    sealing.unseal(sealing.seal("a"))
    sealing.seal("b")
    assert secret.reads == 1
