"""The plug of the retire room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.retire.app import build
from functions.retire.settings import RetireSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = RetireSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
