"""Examples as the wire shows them, and the bodies and questions about them.

Inputs and outputs are taken and answered as they were written: they are checked to be JSON, and never written anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import Field

from functions.api.errors import NotSupportedYet
from functions.api.schemas.asked import Asked, uuid_of
from functions.api.schemas.dataset import pairs_of
from functions.api.schemas.moments import asked_us, utc
from shared.base.errors import Malformed, TooLarge
from shared.base.ids import new_uuid
from shared.base.multipart import Part
from shared.datasets.example import Content, Example
from shared.runs.payload import opened

T = TypeVar("T")

MAX_EXAMPLES_A_REQUEST = 1_000
DEFAULT_FIELDS = ("id", "created_at", "modified_at", "inputs", "name", "dataset_id")
"""What is answered whatever is selected, unless that is excluded. Source: langsmith 0.14.17, `list_examples`."""
FIELDS = (*DEFAULT_FIELDS, "outputs", "metadata", "source_run_id", "attachment_urls")
_LATEST = "latest"
_NULL = b"null"


class ExampleBody(msgspec.Struct):
    """One example, as a body or its parts say it."""

    id: str | None = None
    dataset_id: str | None = None
    created_at: str | float | None = None
    inputs: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    outputs: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    metadata: dict[str, Any] | None = None
    split: str | list[str] | None = None
    source_run_id: str | None = None
    use_source_run_io: bool = False
    use_source_run_attachments: list[str] | bool | None = None
    attachments: Any = None
    attachments_operations: Any = None

    def named(self) -> str:
        """Its id; a new one where none is said. Raises: Malformed."""
        return new_uuid() if self.id is None else uuid_of(self.id, "id")

    def check(self) -> ExampleBody:
        """The body, if all of it is acted on. Raises: NotSupportedYet."""
        names = ("attachments", "attachments_operations", "use_source_run_attachments")
        given = [name for name in names if getattr(self, name)]
        if given:
            raise NotSupportedYet(given)
        return self

    def content(self) -> Content:
        """The inputs and outputs that are said. Raises: Malformed."""
        return Content(_object(self.inputs, "inputs"), _object(self.outputs, "outputs"))

    def created_us(self, now_us: int) -> int:
        """When it was made. Raises: Malformed."""
        said_us = asked_us(self.created_at, "created_at")
        return now_us if said_us is None else said_us


class ExampleQuery(Asked):
    """Which examples are asked for, and which of their fields."""

    dataset: str | None = None
    id: list[str] | None = None
    splits: list[str] | None = None
    metadata: str | None = None
    as_of: str | None = None
    filter: str | None = None
    full_text_contains: list[str] | None = None
    select: list[str] | None = None
    exclude_default_fields: bool = False
    limit: Annotated[int, Field(ge=1)] = 100
    offset: Annotated[int, Field(ge=0)] = 0

    def check(self) -> None:
        """Refuse what this version does not go by. Raises: NotSupportedYet."""
        check_version(self.as_of)
        self.refuse(["filter", "full_text_contains"])

    @property
    def pairs(self) -> dict[str, Any]:
        """The metadata that they must have. Raises: Malformed."""
        return pairs_of(self.metadata)

    def fields(self) -> list[str]:
        """The fields that are answered. Raises: Malformed."""
        if self.select is None:
            return list(FIELDS)
        unknown = [name for name in self.select if name not in FIELDS]
        if unknown:
            raise Malformed(f"select: {unknown[0][:80]!r} is none of {', '.join(FIELDS)}")
        return list(dict.fromkeys([*(("id",) if self.exclude_default_fields else DEFAULT_FIELDS), *self.select]))


def check_version(as_of: str | None) -> None:
    """Refuse older versions of a dataset: only the newest is kept. Raises: NotSupportedYet."""
    if as_of not in {None, "", _LATEST}:
        raise NotSupportedYet(["as_of, a version of a dataset other than the latest"])


def example_body(text: bytes) -> ExampleBody:
    """The example of a JSON body. Raises: Malformed, NotSupportedYet."""
    return _decoded(text, ExampleBody, "the body").check()


def example_bodies(text: bytes) -> list[ExampleBody]:
    """The examples of a JSON body. Raises: Malformed, NotSupportedYet, TooLarge."""
    return _checked(_decoded(text, list[ExampleBody], "the body"))


def multipart_bodies(parts: Iterable[Part]) -> list[ExampleBody]:
    """The examples of a multipart body: `<id>`, `<id>.inputs`, `<id>.outputs`. Raises: as `example_bodies`."""
    found: dict[str, ExampleBody] = {}
    asides: list[Part] = []
    for part in parts:
        if "." in part.name:
            asides.append(part)
        elif part.name in found:
            raise Malformed(f"Part {part.name[:80]!r} is there twice")
        else:
            found[part.name] = _decoded(part.body, ExampleBody, f"part {part.name[:80]!r}")
            found[part.name].id = part.name
    for part in asides:
        _add(found, part)
    return _checked(list(found.values()))


def example_object(example: Example, fields: Iterable[str], content: Content | None = None) -> dict[str, Any]:
    """These fields of an example; `content` is given where they name any of it."""
    inputs, outputs = content or Content()
    shown = {
        "id": example.id,
        "name": f"#{example.id[:8]}",
        "dataset_id": example.dataset,
        "created_at": utc(example.created_us),
        "modified_at": utc(example.modified_us),
        "inputs": msgspec.Raw(inputs or b"{}"),
        "outputs": None if outputs is None else msgspec.Raw(outputs),
        "metadata": msgspec.Raw(example.metadata),
        "source_run_id": example.source_run,
        "attachment_urls": None,
    }
    return {name: shown[name] for name in fields}


def _checked(bodies: list[ExampleBody]) -> list[ExampleBody]:
    if len(bodies) > MAX_EXAMPLES_A_REQUEST:
        raise TooLarge(f"{len(bodies)} examples; one request may have {MAX_EXAMPLES_A_REQUEST}: send several requests")
    return [one.check() for one in bodies]


def _add(found: dict[str, ExampleBody], part: Part) -> None:
    """Put what a part says beside its example's own part. Raises: Malformed, NotSupportedYet."""
    named, _, what = part.name.partition(".")
    if named not in found:
        raise Malformed(f"Part {part.name[:80]!r} has no part {named[:80]!r}: an example begins with a part of its id")
    if what.startswith("attachment"):
        raise NotSupportedYet([f"attachments of examples (part {part.name[:80]!r})"])
    if what not in {"inputs", "outputs"}:
        raise Malformed(f"Part {part.name[:80]!r}: an example has parts .inputs and .outputs")
    setattr(found[named], what, msgspec.Raw(part.body))


def _object(raw: msgspec.Raw, field: str) -> bytes | None:
    """The JSON text of an object; None for null, and where nothing was said. Raises: Malformed."""
    text = bytes(raw).strip()
    if text in {b"", _NULL}:
        return None
    try:
        value = opened(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Malformed(f"{field}: it is not valid JSON, or nests too deep") from None
    if not isinstance(value, dict):
        raise Malformed(f"{field}: it must be a JSON object")
    return text


def _decoded(text: bytes, kind: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"{what}: {error}") from None
