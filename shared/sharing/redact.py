"""Carries the rules of a share out: on every text, number and name of a trace.

Two passes. `learn` walks the values of all runs first and keeps what keys and paths hide; then `value` and `text` hide
by all rules, and what was kept wherever it stands again: in other runs, in names, inside other texts.

Law: of what was hidden by a key, a path or a shape, nothing is left in what is returned, if it has 6 characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from shared.sharing.custom import found_by
from shared.sharing.embedded import embedded_in, plain_text, written
from shared.sharing.keyed import KeyNames
from shared.sharing.known import KnownValues
from shared.sharing.paths import At, followed, path_of
from shared.sharing.patterns import SHAPES, Span
from shared.sharing.redaction import Redaction, mark_of

_DEEPEST_TEXT = 4
"""So many texts within texts are read as JSON; what is deeper is hidden whole."""
_TOO_DEEP = "text within text"
HIDDEN = "hidden"
"""The one name in an object that stands for another."""
_EVENT_FRAME = frozenset({"name", "time"})

Hit = tuple[int, int, str]


class Redactor:
    """The rules of one share at work on one trace. `counts` says how many places each has hidden."""

    def __init__(self, redaction: Redaction) -> None:
        self._rules = redaction
        self._keys = KeyNames(redaction.keys)
        self._paths = [path_of(path) for path in redaction.paths]
        self._known = KnownValues()
        self._learning = False
        self.counts: Counter[str] = Counter()

    @property
    def must_learn(self) -> bool:
        """Whether anything is gained by a first pass."""
        return bool(self._rules.keys or self._paths)

    @property
    def hides_metadata(self) -> bool:
        """Whether all metadata is hidden, and so what is only known from there."""
        return self._rules.metadata

    @property
    def hides_attachments(self) -> bool:
        """Whether all files of runs stay away."""
        return self._rules.attachments

    @property
    def not_looked_for(self) -> int:
        """How many hidden values were too many to be looked for elsewhere."""
        return self._known.left_out

    def learn(self, field: str, value: Any) -> None:  # noqa: ANN401 any JSON value
        """Keep what keys and paths hide in a field of a run, so that it is hidden everywhere."""
        before = Counter(self.counts)
        self._learning = True
        places = followed(self._paths, field)
        try:
            if self._path_of(places) is None:
                self._walk(value, places, 0)
            elif isinstance(value, str):
                self._known.add(str(self._path_of(places)), value)
        finally:
            self._learning = False
            self.counts = before

    def field(self, field: str, value: Any) -> Any:  # noqa: ANN401 any JSON value
        """A field of a run without what the rules hide in it; its structure stays."""
        whole = self._whole(field, value)
        if whole is not None:
            return whole
        places = followed(self._paths, field)
        if self._path_of(places) is not None:
            rule = str(self._path_of(places))
            hidden = self._hide(rule, value)
            return {HIDDEN: hidden} if isinstance(value, dict) else [hidden] if isinstance(value, list) else hidden
        return self._walk(value, places, 0)

    def text(self, field: str, text: str) -> str:
        """A name, a tag, or any other text that is a field by itself."""
        return str(self.field(field, text))

    def bytes(self, content: bytes) -> bytes | None:
        """A file without what the rules hide in it; None where it cannot be cut out, so that it must stay away."""
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return None if self._known.is_in(content) else content
        hidden = self._walk(text, [], 0)
        return content if hidden == text else str(hidden).encode()

    def _whole(self, field: str, value: Any) -> Any:  # noqa: ANN401 as above
        """What stands for a field of which all is hidden; None where the field is looked into."""
        if not value:
            return None
        if field in {"inputs", "outputs"} and getattr(self._rules, field):
            return {HIDDEN: self._counted(field)}
        if field == "extra" and self._rules.metadata and isinstance(value, dict) and value.get("metadata"):
            rest = {name: one for name, one in value.items() if name != "metadata"}
            return {**self.field(field, rest), "metadata": {HIDDEN: self._counted("metadata")}}
        if field == "events" and self._rules.outputs and isinstance(value, list):
            return [self._event(one) for one in value]
        return None

    def _event(self, event: Any) -> Any:  # noqa: ANN401 as above
        """An event of which only what happened and when is told: the tokens of an output stream through events."""
        if not isinstance(event, dict):
            return self._counted("outputs")
        frame = {name: self._walk(one, [], 0) for name, one in event.items() if name in _EVENT_FRAME}
        return frame if len(frame) == len(event) else {**frame, HIDDEN: self._counted("outputs")}

    def _walk(self, value: Any, places: list[At], depth: int) -> Any:  # noqa: ANN401 as above
        if isinstance(value, str):
            return self._text(value, places, depth)
        if isinstance(value, dict):
            return self._object(value, places, depth)
        if isinstance(value, list):
            return [self._item(one, followed(places, str(at)), depth) for at, one in enumerate(value)]
        if value is None or isinstance(value, bool):
            return value
        return self._number(value)

    def _object(self, said: dict[str, Any], places: list[At], depth: int) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, value in said.items():
            key = self._plain(name)
            while key in shown:
                key += " +"
            rule = self._keys.rule_for(name)
            if rule is not None and value is not None:
                shown[key] = self._hide(rule, value)
            else:
                shown[key] = self._item(value, followed(places, name), depth)
        return shown

    def _item(self, value: Any, places: list[At], depth: int) -> Any:  # noqa: ANN401 as above
        rule = self._path_of(places)
        if rule is not None and value is not None:
            return self._hide(rule, value)
        return self._walk(value, places, depth)

    def _path_of(self, places: list[At]) -> str | None:
        return next((at.path for at in places if at.is_there), None)

    def _hide(self, rule: str, value: Any) -> str:  # noqa: ANN401 as above
        if self._learning:
            self._known.add(rule, value)
        return self._counted(rule)

    def _counted(self, rule: str) -> str:
        self.counts[rule] += 1
        return mark_of(rule)

    def _number(self, value: float | Decimal) -> Any:  # noqa: ANN401 a number, or what stands for it
        if self._learning:
            return value
        hit = next(self._hits(str(value)), None)
        return value if hit is None else self._counted(hit[2])

    def _text(self, text: str, places: list[At], depth: int) -> str:
        inner = embedded_in(text)
        if inner is not None and depth >= _DEEPEST_TEXT:
            return self._hide(_TOO_DEEP, text)
        if inner is not None:
            shown = self._walk(inner.value, places, depth + 1)
            if shown != inner.value or inner.has_doubles:
                return written(shown)
        return text if self._learning else self._plain(text)

    def _plain(self, text: str) -> str:
        """A text as it is, without what shapes, expressions and hidden values find in it."""
        if self._learning:
            return text
        shown = self._cut(text, sorted([*self._hits(text), *self._keys.hits(text)]))
        if shown.isascii():
            return shown
        unmasked = plain_text(shown)
        hit = None if unmasked == shown else next(self._hits(unmasked), None)
        return shown if hit is None else self._counted(hit[2])

    def _cut(self, text: str, hits: list[Hit]) -> str:
        """The text with a mark for each place; places that touch each other are one, under the first one's rule."""
        if not hits:
            return text
        parts, shown_to = [], 0
        for start, end, rule in _merged(hits):
            parts += [text[shown_to:start], self._counted(rule)]
            shown_to = end
        return "".join([*parts, text[shown_to:]])

    def _hits(self, text: str) -> Iterator[Hit]:
        for rule in self._rules.patterns:
            yield from _named(rule, SHAPES[rule](text))
        for custom in self._rules.custom:
            yield from _named(custom.name, found_by(custom.expression, text))
        yield from self._known.hits(text)


def _named(rule: str, spans: Iterator[Span]) -> Iterator[Hit]:
    return ((start, end, rule) for start, end in spans)


def _merged(hits: list[Hit]) -> list[Hit]:
    merged = [hits[0]]
    for start, end, rule in hits[1:]:
        last = merged[-1]
        if start < last[1]:
            merged[-1] = (last[0], max(last[1], end), last[2])
        else:
            merged.append((start, end, rule))
    return merged
