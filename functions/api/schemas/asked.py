"""What request bodies have in common: they are read leniently, and what is not acted on is refused."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from functions.api.errors import NotSupportedYet
from shared.base.errors import Malformed
from shared.base.ids import canonical_uuid

Moment = str | float
"""A time as clients write it: ISO 8601, or a number of seconds or milliseconds."""


class Asked(BaseModel):
    """A request body; fields that we don't know are ignored, since newer clients send more."""

    model_config = ConfigDict(extra="ignore")

    @field_validator("*")
    @classmethod
    def _can_be_written(cls, value: object, at: ValidationInfo) -> object:
        """Every text of its own; JSON can hold half of a surrogate pair, no table can. Raises: Malformed."""
        if isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise Malformed(f"{at.field_name}: holds half of a surrogate pair, which is no character") from None
        return value

    def refuse(self, names: Iterable[str]) -> None:
        """Raise where any of these fields says something. Raises: NotSupportedYet, which names them."""
        given = [name for name in names if getattr(self, name) not in (None, "", False)]
        if given:
            raise NotSupportedYet(given)


def uuid_of(text: str, field: str) -> str:
    """The id in its canonical form. Raises: Malformed, which names the field."""
    found = canonical_uuid(text)
    if found is None:
        raise Malformed(f"{field}: {text[:80]!r} is not a UUID")
    return found


def optional_uuid(text: str | None, field: str) -> str | None:
    """The id in its canonical form, if there is one. Raises: Malformed."""
    return None if text is None else uuid_of(text, field)


def uuids_of(texts: Iterable[str] | None, field: str) -> tuple[str, ...]:
    """The ids in their canonical form. Raises: Malformed."""
    return tuple(uuid_of(text, field) for text in texts or ())
