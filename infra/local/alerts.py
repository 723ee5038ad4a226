"""The laptop's topic of alerts: a line in a file for each, and one in the server's output for who looks there."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path

from shared.base.clock import Clock
from shared.base.units import US_PER_S
from shared.store.topic import check_told, subject_of


class LocalTopic:
    """A topic whose subscriber is a file of NDJSON."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._writing = threading.Lock()

    def publish(self, subject: str, message: str, attributes: Mapping[str, str]) -> None:
        """Append it, and print its subject. Raises: TooLarge, as SNS would."""
        check_told(message)
        at_epoch_s = self._clock.now_us() / US_PER_S
        said = {"at": at_epoch_s, "subject": subject_of(subject), "message": message, "attributes": dict(attributes)}
        with self._writing, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")
        print(f"alert: {said['subject']}", flush=True)
