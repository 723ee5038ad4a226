"""The plug of the erase room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.erase.app import build
from functions.erase.settings import EraseSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = EraseSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
