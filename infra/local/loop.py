"""A thread that does one thing again and again, until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)
_AFTER_FAILURE_S = 1


class Loop:
    """Calls `step`, waits `pause_s`, and so on. A step that fails is logged, and the next one comes."""

    def __init__(self, name: str, step: Callable[[], object], pause_s: float = 0) -> None:
        self._step = step
        self._pause_s = pause_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """The step that runs is the last one."""
        self._stopping.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the last step; says whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception:  # noqa: BLE001 the outermost loop: what one step meets, the next may not
                _log.exception("%s failed", self._thread.name)
                self._stopping.wait(_AFTER_FAILURE_S)
            self._stopping.wait(self._pause_s)
