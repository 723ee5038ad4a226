"""Names whose values are hidden: as fields of objects, and as words in texts (`password=…`, `'api_key': '…'`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import translate

_SEPARATORS = re.compile(r"[-_. ]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST_VALUE_CHARS = 2_000
_VALUE = (
    r"(?P<escaped>\\+[\"'])(?:(?!(?P=escaped)).){0,2000}(?P=escaped)"
    r"|\"(?:[^\"\\]|\\.){0,2000}\"?"
    r"|'(?:[^'\\]|\\.){0,2000}'?"
    r"|(?:(?:bearer|basic|token)[ ]+)?[^\s,;&\"'<>}\])]{1,2000}"
)


class KeyNames:
    """The names of one share's rules. They match whatever their case and separators: `apiKey` is `api_key`."""

    def __init__(self, names: Sequence[str]) -> None:
        self._exact = {_folded(name): name for name in names if "*" not in name}
        self._globs = [(re.compile(translate(_folded(name))), name) for name in names if "*" in name]
        words = "|".join(sorted((_spelled(name) for name in names), key=len, reverse=True))
        self._in_text = re.compile(
            rf"(?is)(?<![a-z0-9])(?P<name>{words})\\*[\"']?\s{{0,3}}[:=]\s{{0,3}}(?P<value>{_VALUE})"
        )
        self._first = names[0] if names else None

    def rule_for(self, name: str) -> str | None:
        """The rule that hides the values of fields with this name."""
        if self._first is None:
            return None
        folded = _folded(name)
        glob = (rule for expression, rule in self._globs if expression.match(folded))
        return self._exact.get(folded) or next(glob, None)

    def hits(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a text gives one of the names a value, and under which rule."""
        if self._first is None or not (":" in text or "=" in text):
            return
        for match in self._in_text.finditer(text):
            rule = self.rule_for(match["name"])
            if rule is not None:
                yield (*match.span("value"), rule)


def _folded(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()


def _spelled(name: str) -> str:
    """An expression for the name as texts may spell it."""
    parts = _SEPARATORS.split(_HUMP.sub("_", name))
    return r"[-_. ]?".join(r"[\w.-]{0,40}".join(re.escape(one) for one in part.split("*")) for part in parts)
