"""The plug of the record room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.record.app import build
from functions.record.settings import RecordSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = RecordSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
