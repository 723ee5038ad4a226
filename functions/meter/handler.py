"""The plug of the meter room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.meter.app import build
from functions.meter.settings import MeterSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = MeterSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
