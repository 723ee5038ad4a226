"""The first characters of what a person would want to see of inputs or outputs in a list.

Work is bounded: of a value of any size only a few hundred characters and a few dozen elements are read, and of
at most a hundred objects the names.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from shared.runs.fact import PREVIEW_CHARS

_ELLIPSIS = "…"
_LOOK_CHARS = 400
"""How far a text is read: enough that folding its white space seldom leaves less than a preview."""
_LOOK_FAR_CHARS = 16_000
_MAX_ITEMS = 50
_MAX_DEPTH = 12
_MAX_STEPS = 100
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ASKED = frozenset({"user", "human"})
_CONVERSATIONS = ("messages", "choices", "candidates", "generations")
_INPUT_WORDS = ("input", "question", "query", "prompt", "text")
_OUTPUT_WORDS = ("output", "answer", "result", "response", "text")
_MESSAGE_WORDS = ("kwargs", "message", "content")
_SAYING = {
    words: frozenset(words).union(_CONVERSATIONS, _MESSAGE_WORDS, ("parts",)) for words in (_INPUT_WORDS, _OUTPUT_WORDS)
}
"""Every name under which something is looked for; most inner objects have none of them."""
_quoted = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` makes an encoder for every call that is not plain."""


def preview_of(field: Literal["inputs", "outputs"], value: object) -> str:
    """At most 250 characters, and "…" where there was more; white space folded.

    The last message a person wrote (inputs) or the last message (outputs) of a conversation, else the text
    of an object that holds little else, else the beginning of its compact JSON.
    """
    if value is None or value == {}:
        return ""
    return _folded(_Reader(field).text(value) or _json(value))


def _folded(text: str) -> str:
    head = text[: PREVIEW_CHARS + 1]
    if len(head) > PREVIEW_CHARS and _is_folded(head):
        return head[:PREVIEW_CHARS] + _ELLIPSIS
    words = " ".join(text[:_LOOK_CHARS].split())
    if len(words) <= PREVIEW_CHARS < len(text):
        words = " ".join(text[:_LOOK_FAR_CHARS].split())
    is_cut = len(words) > PREVIEW_CHARS or len(text) > _LOOK_FAR_CHARS
    kept = words[:PREVIEW_CHARS]
    if not kept.isascii():
        kept = _LONE_SURROGATE.sub("\ufffd", kept)
    return kept + _ELLIPSIS if is_cut else kept


def _is_folded(text: str) -> bool:
    """Whether folding would leave it as it is. Of all white space only " " is printable; half of a pair is not."""
    return text.isprintable() and "  " not in text and text[0] != " " != text[-1]


class _Reader:
    """Finds what is said in a value, in a bounded number of steps."""

    def __init__(self, field: str) -> None:
        self.of_inputs = field == "inputs"
        self.words = _INPUT_WORDS if self.of_inputs else _OUTPUT_WORDS
        self.saying = _SAYING[self.words]
        self.steps = _MAX_STEPS

    def text(self, value: object) -> str | None:
        """What is said in `value`, when it is in a shape that says something."""
        if type(value) is str:
            return value
        self.steps -= 1
        if not value or self.steps < 0:
            return None
        if type(value) is list:
            return self._in_list(value)
        return self._in_object(value) if type(value) is dict else None

    def _in_object(self, value: dict[str, Any]) -> str | None:
        said = None if self.saying.isdisjoint(value) else self._in_words(value)
        return said or (self.text(next(iter(value.values()))) if len(value) == 1 else None)

    def _in_words(self, value: dict[str, Any]) -> str | None:
        for conversation in _CONVERSATIONS:
            if conversation in value and type(value[conversation]) is list and (said := self.text(value[conversation])):
                return said
        if said := self._in_message(value):
            return said
        for word in self.words:
            if word in value and (said := self.text(value[word])):
                return said
        return None

    def _in_message(self, value: dict[str, Any]) -> str | None:
        """The text of a message of OpenAI, Anthropic, Google or LangChain."""
        for inner in _MESSAGE_WORDS:
            if inner in value and (said := self.text(value[inner])):
                return said
        return _joined(value["parts"]) if "parts" in value and type(value["parts"]) is list else None

    def _in_list(self, items: list[Any]) -> str | None:
        if _are_parts(items):
            return _joined(items)
        newest_first = items[: -_MAX_ITEMS - 1 : -1]
        if self.of_inputs:
            newest_first = [item for item in newest_first if _role(item) in _ASKED] + newest_first
        for item in newest_first:
            if type(item) is not str and (said := self.text(item)):
                return said
        return None


def _role(item: object) -> object:
    """Who speaks, in OpenAI's or LangChain's words."""
    if type(item) is not dict:
        return None
    kwargs = item.get("kwargs")
    spoken = kwargs if type(kwargs) is dict else item
    role = item.get("role") or spoken.get("type")
    return role if type(role) is str else None


def _are_parts(items: list[Any]) -> bool:
    """Content parts such as {"type": "text", "text": …}, images among them."""
    first = items[0]
    return (
        type(first) is dict
        and "role" not in first
        and ("text" in first or "image_url" in first)
        and ("message" not in first)
    )


def _joined(parts: list[Any]) -> str | None:
    """The texts of content parts; what is no text stands as its type in brackets."""
    said = [_part_text(part) for part in parts[:_MAX_ITEMS]]
    return " ".join(text for text in said if text) or None


def _part_text(part: object) -> str:
    if type(part) is str:
        return part[:_LOOK_CHARS]
    if type(part) is not dict:
        return ""
    text = part.get("text")
    if type(text) is str:
        return text[:_LOOK_CHARS]
    kind = part.get("type")
    return f"[{kind[:40]}]" if type(kind) is str else ""


def _json(value: object) -> str:
    """The beginning of the compact JSON."""
    pieces: list[str] = []
    _write(value, pieces, PREVIEW_CHARS * 2, _MAX_DEPTH)
    return "".join(pieces)


def _write(value: object, pieces: list[str], room: int, depth: int) -> int:
    """Write until there is no room; the room that is left."""
    if room <= 0 or not depth:
        return _put(pieces, "…", room)
    if type(value) is dict:
        return _write_object(value, pieces, room, depth - 1)
    if type(value) is list:
        return _write_list(value, pieces, room, depth - 1)
    if type(value) is str:
        return _put(pieces, _quoted(value[:_LOOK_CHARS]), room)
    return _put(pieces, _scalar(value), room)


def _write_object(value: dict[str, Any], pieces: list[str], room: int, depth: int) -> int:
    room = _put(pieces, "{", room)
    for index, (name, inner) in enumerate(value.items()):
        if room <= 0:
            break
        room = _put(pieces, ("," if index else "") + _quoted(str(name)[:_LOOK_CHARS]) + ":", room)
        room = _write(inner, pieces, room, depth)
    return _put(pieces, "}", room)


def _write_list(value: list[Any], pieces: list[str], room: int, depth: int) -> int:
    room = _put(pieces, "[", room)
    for index, inner in enumerate(value):
        if room <= 0:
            break
        room = _write(inner, pieces, _put(pieces, "," if index else "", room), depth)
    return _put(pieces, "]", room)


def _put(pieces: list[str], piece: str, room: int) -> int:
    pieces.append(piece)
    return room - len(piece)


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int) and value.bit_length() > _LOOK_CHARS:
        return "(a very large number)"
    return str(value)[:_LOOK_CHARS]
