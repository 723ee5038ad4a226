"""Building very many objects without the garbage collector walking over them again and again.

Reading a trace of 25,000 runs makes half a million lists and dictionaries that all stay alive until they are
answered. The collector looks for cycles among them each time their number has grown by a quarter, and
takes two thirds of the time for it; there are none to be found.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class CollectionPause:
    """A pause of cyclic collection that several threads may be in at once. There is one collector a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._was_on = False

    @contextmanager
    def __call__(self, *, when: bool = True) -> Iterator[None]:
        """No collection inside the block; it goes on as before when the last thread has left its own."""
        if not when:
            yield
            return
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()


collection_paused = CollectionPause()
