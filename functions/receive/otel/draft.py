"""A run in the making: conventions take attributes out of a span and say what they mean.

What is said first stands, so the order of the conventions is their precedence. What nobody takes is left
in `attributes` and ends in the run's metadata.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from functions.receive.otel.messages import are_messages, messages_of
from functions.receive.otel.span import Attributes, Span
from functions.receive.otel.values import json_of, nested, objects, parsed
from shared.runs.fact import RUN_TYPES


@dataclass(slots=True)
class Side:
    """The inputs or the outputs: one whole value, and parts beside it such as `messages`."""

    word: str
    whole: Any = None
    parts: dict[str, Any] = field(default_factory=dict)

    def say_messages(self, said: list[dict[str, Any]] | None) -> None:
        """Put messages in the words that LangSmith's clients use; the first that are said stand."""
        if said:
            self.parts.setdefault("messages", messages_of(said))

    def json(self) -> bytes | None:
        """The JSON text of an object; the text as it was sent, where it is one and nothing comes to it."""
        whole = parsed(self.whole)
        if type(whole) is dict and isinstance(self.whole, str) and not self.parts.keys() - whole.keys():
            return self.whole.encode()
        merged = self.parts | self._as_object(whole)
        return json_of(merged) if merged else None

    def _as_object(self, whole: Any) -> dict[str, Any]:  # noqa: ANN401 an attribute may be anything
        if whole is None or type(whole) is dict:
            return whole or {}
        if are_messages(whole) and "messages" not in self.parts:
            return {"messages": messages_of(whole)}
        return {self.word: whole}


@dataclass(slots=True)
class Draft:
    """What is known of a run so far, and the attributes that are left."""

    attributes: Attributes
    span: Span
    name: str | None = None
    run_type: str | None = None
    session_id: str | None = None
    session_name: str | None = None
    reference_example_id: str | None = None
    model: str | None = None
    provider: str | None = None
    tags: list[str] = field(default_factory=list)
    inputs: Side = field(default_factory=lambda: Side("input"))
    outputs: Side = field(default_factory=lambda: Side("output"))
    metadata: Attributes = field(default_factory=dict)
    params: Attributes = field(default_factory=dict)
    usage: Attributes = field(default_factory=dict)
    runtime: Attributes = field(default_factory=dict)
    serialized: Attributes = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)

    def take(self, *names: str) -> Any:  # noqa: ANN401 an attribute may be anything
        """The first of these that says anything, taken out; others stay unless they say the same."""
        found = None
        for name in names:
            if name in self.attributes:
                said = self.attributes[name]
                found = said if found is None else found
                if said in (None, found):
                    del self.attributes[name]
        return found

    def take_text(self, *names: str) -> str | None:
        """The same, where only text is meant; anything else stays."""
        found = next((name for name in names if isinstance(self.attributes.get(name), str)), None)
        return None if found is None else (self.take(found, *names) or None)

    def take_under(self, prefix: str) -> Attributes:
        """All attributes whose names begin so, taken out, by the rest of their names."""
        names = [name for name in self.attributes if name.startswith(prefix) and len(name) > len(prefix)]
        return {name[len(prefix) :]: self.attributes.pop(name) for name in names}

    def take_list(self, prefix: str) -> list[dict[str, Any]] | None:
        """The objects under `prefix` and a number, or those in the one attribute of that name."""
        spread = self.take_under(prefix + ".")
        if spread:
            return objects(nested(spread))
        if prefix not in self.attributes:
            return None
        found = objects(self.attributes.get(prefix))
        if found is not None:
            del self.attributes[prefix]
        return found

    def offer(self, side: Side, *names: str) -> None:
        """Take the first of these as the whole of a side, unless it has one that says something else."""
        for name in names:
            value = self.attributes.get(name)
            if value is None or side.whole not in (None, value):
                continue
            side.whole = self.attributes.pop(name)

    def say_type(self, name: str, meanings: dict[str, str]) -> None:
        """Read the run's type out of an attribute; a word that means none stays where it is."""
        word = self.attributes.get(name)
        meant = meanings.get(word.lower()) if isinstance(word, str) else None
        if meant in RUN_TYPES:
            self.run_type = self.run_type or meant
            del self.attributes[name]

    def say_tags(self, said: object) -> None:
        """Add tags: a list, as it is or as JSON, or a text with commas."""
        read = parsed(said)
        words: Iterable[object] = read.split(",") if isinstance(read, str) else read if isinstance(read, list) else ()
        self.tags.extend(word for one in words if (word := str(one).strip()))

    def say_metadata(self, said: Attributes) -> None:
        """Add metadata; what is there already stands."""
        self.metadata = said | self.metadata

    def say_usage(self, path: str, *names: str) -> None:
        """Take a count or a cost into the usage; a dot in `path` leads into its details."""
        said = self.take(*names)
        if isinstance(said, int | float) and not isinstance(said, bool):
            inner, _, kind = path.rpartition(".")
            (self.usage.setdefault(inner, {}) if inner else self.usage).setdefault(kind, said)
