"""Settings classes: the contract between what deploys a room and the room's code.

A room's settings are a frozen dataclass of str, int, float and bool fields. CDK fills one
with (token) values and calls `to_environ`; the handler calls `from_environ`. What is missing or
not of its type is an error that names the variable.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Self, get_type_hints

_PREFIX = "TRACEKEEP_"
_TRUE = {"true": True, "false": False}
_READ: dict[type, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: lambda text: _TRUE[text.lower()],
}


class SettingMissing(Exception):
    """A variable that the room needs is not set, or not of its type."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """The base of every room's settings."""

    def to_environ(self) -> dict[str, str]:
        """The environment variables that give these settings back."""
        return {_variable(f.name): _written(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """The settings that `environ` holds; a field with a default may be absent.

        Raises: SettingMissing, which names the variable.
        """
        types = get_type_hints(cls)
        values = {}
        for field in dataclasses.fields(cls):
            text = environ.get(_variable(field.name))
            if text is not None:
                values[field.name] = _read(field.name, types[field.name], text)
            elif field.default is dataclasses.MISSING:
                raise SettingMissing(f"{cls.__module__}: environment variable {_variable(field.name)} is not set")
        return cls(**values)


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(name: str, kind: type, text: str) -> object:
    try:
        return _READ[kind](text)
    except (KeyError, ValueError):
        raise SettingMissing(f"{_variable(name)}={text!r} is not a valid {kind.__name__}") from None
