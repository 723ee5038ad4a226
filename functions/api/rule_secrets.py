"""What is secret of a rule: headers, routing keys, and what deliveries are signed with. Sealed as it comes in.

Nothing of it is shown again, but a signing secret once, where it is made. Whoever writes a rule back as it was read
sends `HIDDEN`, which stands for what is kept: of a header only for the same address, so that nobody has a header sent
to himself that he was never told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from functions.api.errors import BadRequest
from functions.api.schemas.rule import AlertAsked, WebhookAsked
from shared.base.errors import Malformed, Rejected
from shared.rules.rule import Alert, Rule, Webhook
from shared.rules.webhook_url import checked_url
from shared.store.sealing import Sealing, new_signing_secret

HIDDEN = "••••"
MAX_HEADER_CHARS = 2_048
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
"""Source: RFC 9110, section 5.1 (field names are tokens)."""
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_OURS = re.compile(r"(?i)host|content-.*|connection|transfer-encoding|webhook-.*")
"""Headers that the delivery itself sets."""

SecretsByPlace = dict[str, str]
"""New signing secrets, by where they belong: `webhooks.0`, `alerts.2`."""


class Sealed(NamedTuple):
    """The webhooks and alerts of a rule, and the signing secrets that were made for them just now."""

    webhooks: tuple[Webhook, ...]
    alerts: tuple[Alert, ...]
    made: SecretsByPlace


class _Kept(NamedTuple):
    headers: Mapping[str, str]
    secret: str


class RuleSecrets:
    """Seals what comes in; `is_local` where a webhook may go to this machine."""

    def __init__(self, sealing: Sealing, *, is_local: bool) -> None:
        self._sealing = sealing
        self._is_local = is_local

    def sealed(
        self, webhooks: Sequence[WebhookAsked], alerts: Sequence[AlertAsked], known: Rule | None = None
    ) -> Sealed:
        """All that is asked, sealed; what is hidden in it is as it was in `known`. Raises: Malformed, BadRequest."""
        made: SecretsByPlace = {}
        kept = _kept_by_url(known)
        hooks = tuple(self._webhook(one, f"webhooks.{n}", kept, made) for n, one in enumerate(webhooks))
        keys = [one.sealed_routing_key for one in known.alerts] if known else []
        told = [self._alert(one, f"alerts.{n}", kept, made, keys[n : n + 1]) for n, one in enumerate(alerts)]
        return Sealed(hooks, tuple(told), made)

    def new_secret(self) -> tuple[str, str]:
        """A new signing secret, as it is told and as it is kept."""
        text = new_signing_secret()
        return text, self._sealing.seal(text)

    def _webhook(self, asked: WebhookAsked, at: str, kept: Mapping[str, _Kept], made: SecretsByPlace) -> Webhook:
        url = self._address(asked.url, f"{at}.url")
        before = kept.get(url)
        headers = {
            name: self._header(name, value, f"{at}.headers.{name[:128]}", before)
            for name, value in (asked.headers or {}).items()
        }
        if before is not None and before.secret:
            return Webhook(url, headers, before.secret)
        made[at], secret = self.new_secret()
        return Webhook(url, headers, secret)

    def _alert(
        self, asked: AlertAsked, at: str, kept: Mapping[str, _Kept], made: SecretsByPlace, key_before: Sequence[str]
    ) -> Alert:
        said = Alert(asked.type, asked.summary or "", asked.severity or "warning")
        if asked.type == "webhook":
            hook = self._webhook(asked, at, kept, made)
            return msgspec.structs.replace(
                said, url=hook.url, sealed_headers=hook.sealed_headers, sealed_secret=hook.sealed_secret
            )
        if asked.type == "sns":
            return said
        return msgspec.structs.replace(said, sealed_routing_key=self._routing_key(asked.routing_key, at, key_before))

    def _routing_key(self, text: str, at: str, before: Sequence[str]) -> str:
        if text == HIDDEN:
            known = next(iter(before), "")
            if not known:
                raise BadRequest(f"{at}.routing_key: it is not known here; write it anew")
            return known
        if not 0 < len(text) <= MAX_HEADER_CHARS or not text.isascii() or not text.isprintable():
            raise Malformed(f"{at}.routing_key: a PagerDuty alert needs the integration's key")
        return self._sealing.seal(text)

    def _header(self, name: str, value: str, at: str, before: _Kept | None) -> str:
        if not _HEADER_NAME.fullmatch(name):
            raise Malformed(f"{at}: this is no name of a header")
        if _OURS.fullmatch(name):
            raise BadRequest(f"{at}: the delivery sets this header itself; leave it out")
        if value == HIDDEN:
            if before is None or name not in before.headers:
                raise BadRequest(f"{at}: its value is not known for this address; write it anew")
            return before.headers[name]
        if len(value) > MAX_HEADER_CHARS or not _HEADER_VALUE.fullmatch(value):
            raise Malformed(f"{at}: a header's value is one line of ASCII, at most {MAX_HEADER_CHARS:,} characters")
        return self._sealing.seal(value)

    def _address(self, url: str, at: str) -> str:
        """The address as it will be called; what its name leads to is looked at with each delivery."""
        try:
            return checked_url(url, allow_loopback=self._is_local)
        except Rejected as error:
            raise type(error)(error.message.replace("webhook url", at, 1)) from None


def _kept_by_url(rule: Rule | None) -> dict[str, _Kept]:
    if rule is None:
        return {}
    hooks: list[Webhook | Alert] = [*rule.webhooks, *(one for one in rule.alerts if one.type == "webhook")]
    return {one.url: _Kept(one.sealed_headers, one.sealed_secret) for one in reversed(hooks)}
