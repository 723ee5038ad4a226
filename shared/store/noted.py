"""Rows that this process has written and need not be written again, since they say the same each time."""

from __future__ import annotations

from collections.abc import Iterable

from shared.store.ports import Item

_MAX_NOTED = 100_000


class Noted:
    """The keys of such rows. What is forgotten is written once more, which changes nothing."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()

    def new(self, items: Iterable[Item]) -> list[Item]:
        """Those that were not written by this process."""
        return [item for item in items if (item.pk, item.sk) not in self._keys]

    def remember(self, written: Iterable[Item]) -> None:
        """These were."""
        if len(self._keys) > _MAX_NOTED:
            self._keys.clear()
        self._keys.update((item.pk, item.sk) for item in written)
