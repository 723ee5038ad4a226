"""Values that were hidden in one place, looked for in all others: as they are, and as texts spell them."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, quote_plus

from shared.sharing.embedded import embedded_in

SHORTEST_CHARS = 6
"""Shorter values are hidden in their place alone: elsewhere they would be parts of other words."""
MOST_VALUES = 2_000
_MOST_CHARS = 8 * 1024 * 1024
_Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
_FORMS: tuple[_Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")


class KnownValues:
    """The values, and the rule that hid each first. `left_out` counts those that were too many."""

    def __init__(self) -> None:
        self._rules: dict[str, str] = {}
        self._spelled: list[tuple[str, str]] = []
        self._seen: set[str] = set()
        self._chars = 0
        self.left_out = 0

    def add(self, rule: str, value: Any) -> None:  # noqa: ANN401 any JSON value
        """Look for a value from now on; for all texts and numbers in it, where it holds others."""
        for text in _leaves(value):
            if len(text) < SHORTEST_CHARS or text in self._rules:
                continue
            if len(self._rules) >= MOST_VALUES or self._chars + len(text) > _MOST_CHARS:
                self.left_out += 1
                continue
            self._rules[text] = rule
            self._chars += len(text)
            for spelled in _spellings(text) - self._seen:
                self._seen.add(spelled)
                self._spelled.append((spelled, rule))

    def hits(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where one of them stands, and the rule that hid it."""
        for spelled, rule in self._spelled:
            start = text.find(spelled)
            while start >= 0:
                yield start, start + len(spelled), rule
                start = text.find(spelled, start + 1)

    def is_in(self, content: bytes) -> bool:
        """Whether one of them stands in a file."""
        return any(spelled.encode("utf-8", "replace") in content for spelled, _ in self._spelled)


def _leaves(value: Any) -> Iterator[str]:  # noqa: ANN401 any JSON value
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            yield one
            yield one.strip()
            inner = embedded_in(one)
            waiting += [] if inner is None else [inner.value]
        elif isinstance(one, int | float | Decimal) and not isinstance(one, bool):
            yield str(one)


def _spellings(text: str) -> set[str]:
    """A text in the forms of Unicode, and as JSON, Python, HTML and addresses write it."""
    forms = {text, *(unicodedata.normalize(form, text) for form in _FORMS)}
    spelled = set(forms)
    for form in forms:
        spelled |= _escaped(form) | {repr(form)[1:-1], html.escape(form), html.escape(form, quote=False)}
        encodable = form.encode("utf-8", "replace")
        spelled |= {quote(encodable), quote(encodable, safe=""), quote_plus(encodable)}
    return {one for one in spelled if len(one) >= SHORTEST_CHARS}


def _escaped(text: str) -> set[str]:
    """As JSON writes it, and as JSON within JSON does."""
    once = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    return once | {json.dumps(one, ensure_ascii=False)[1:-1] for one in once}
