"""What a share hides: the rules, as they are asked for and kept.

    keys        values of fields with such a name, wherever they are: `password`, `*token*`
    paths       values at such a place: `inputs.messages[*].content`, `metadata.user.**`
    patterns    texts that look like an e-mail address, a card's number, a phone number, or a key
    custom      texts that match an expression of one's own, under a name
    inputs, outputs, metadata, attachments    all of them, of every run

A value that a key or a path hides is looked for in all of the trace, and hidden wherever it stands again.
`shared/sharing/redact.py` carries the rules out; `docs/sharing.md` says what they do not reach.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from shared.base.errors import Malformed
from shared.sharing.custom import checked_expression
from shared.sharing.paths import path_of
from shared.sharing.patterns import SHAPES

MARK = "▇▇▇"
MAX_RULES = 100
_MAX_NAME_CHARS = 100
_RULE_NAME = re.compile(r"[\w .-]{1,40}")


class Custom(msgspec.Struct, frozen=True):
    """An expression of one's own, and what the places that it hid are called."""

    name: str
    expression: str


class Redaction(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The rules of one share, or of a workspace's shares."""

    keys: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    custom: tuple[Custom, ...] = ()
    inputs: bool = False
    outputs: bool = False
    metadata: bool = False
    attachments: bool = False

    def text(self) -> str:
        """As it is kept: JSON that always says the same in the same words."""
        return msgspec.json.encode(self).decode()

    def hides_nothing(self) -> bool:
        """Whether there is no rule at all."""
        return self == Redaction()


SECRET_KEYS = (
    *("password", "passwd", "secret", "client_secret", "api_key", "authorization", "proxy_authorization"),
    *("access_token", "refresh_token", "id_token", "private_key", "cookie", "set_cookie", "x_api_key"),
)
DEFAULT = Redaction(keys=SECRET_KEYS, patterns=("api_key",))
"""What is hidden where nobody decided: what is a secret by its name or its shape, and nothing of the content."""


def redaction_of(said: Any) -> Redaction:  # noqa: ANN401 any JSON value
    """The rules that somebody wrote. Raises: Malformed, which names the one that is none."""
    try:
        asked = msgspec.convert(said, Redaction)
    except msgspec.ValidationError as error:
        raise Malformed(f"redaction: {error}") from None
    count = sum(len(rules) for rules in (asked.keys, asked.paths, asked.patterns, asked.custom))
    if count > MAX_RULES:
        raise Malformed(f"redaction: it has {count} rules; at most {MAX_RULES} are taken")
    _check_names("keys", asked.keys)
    _check_names("paths", asked.paths)
    for path in asked.paths:
        path_of(path)
    unknown = [one for one in asked.patterns if one not in SHAPES]
    if unknown:
        raise Malformed(f"redaction.patterns: {unknown[0][:80]!r} is none of {', '.join(SHAPES)}; use custom instead")
    for one in asked.custom:
        if not _RULE_NAME.fullmatch(one.name):
            raise Malformed(f"redaction.custom: name {one.name[:80]!r} has to be 1 to 40 letters, digits, spaces, -._")
        checked_expression(one.expression)
    return asked


def redaction_in(text: str | None) -> Redaction:
    """The rules that were kept; ours where none were."""
    return DEFAULT if text is None else msgspec.json.decode(text, type=Redaction)


def mark_of(rule: str) -> str:
    """What stands where a rule hid something."""
    return f"{MARK} {rule}"


def _check_names(field: str, names: Sequence[str]) -> None:
    wrong = [name for name in names if not 0 < len(name.strip()) <= _MAX_NAME_CHARS or not name.isprintable()]
    if wrong:
        raise Malformed(f"redaction.{field}: {wrong[0][:80]!r} has to be 1 to {_MAX_NAME_CHARS} printable characters")
