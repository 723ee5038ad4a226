"""The plug of the export room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.export.app import build
from functions.export.settings import ExportSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = ExportSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
