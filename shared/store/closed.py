"""What stands where a room was given no door."""

from __future__ import annotations

from collections.abc import Sequence


class DoorClosed(Exception):
    """A room used a door that its settings do not name: give the settings class that field."""


class ClosedDoor:
    """Stands where a room was given no door; any use of it says so."""

    def __init__(self, door: str, fields: Sequence[str]) -> None:
        self._door = door
        self._fields = " and ".join(fields)

    def __getattr__(self, name: str) -> object:
        """Raises: DoorClosed, always."""
        raise DoorClosed(f"this room has no {self._door}.{name}: its settings have no {self._fields}")
