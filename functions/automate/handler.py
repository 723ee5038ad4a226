"""The plug of the automate room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.automate.app import build
from functions.automate.settings import AutomateSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = AutomateSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
