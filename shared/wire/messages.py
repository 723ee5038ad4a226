"""The conversation of a run: the messages of its inputs, then those of its outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.runs.payload import opened
from shared.store.whole import ReadRun


def messages(read: ReadRun) -> list[dict[str, Any]] | None:
    """The messages as they stand in the payloads; None where there are none."""
    sides = [opened(text) for name in ("inputs", "outputs") if (text := read.payloads.get(name)) is not None]
    return [message for side in sides if type(side) is dict for message in _messages(side)] or None


def _messages(side: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for word, inner in (("messages", None), ("choices", "message"), ("generations", "message")):
        found = list(_objects(side.get(word), inner))
        if found:
            yield from found
            return
    for one in (side.get("message"), side.get("output"), side):
        if type(one) is dict and "content" in one:
            yield one
            return


def _objects(value: Any, inner: str | None) -> Iterator[dict[str, Any]]:  # noqa: ANN401 any JSON
    """The objects in a list, or in a list of lists, as LangChain has them: one list a prompt."""
    for one in value if type(value) is list else ():
        if type(one) is list:
            yield from _objects(one, inner)
        elif type(one) is dict:
            within = one if inner is None else one.get(inner)
            if type(within) is dict:
                yield within
