"""The plug of the api room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.api.app import build
from functions.api.settings import ApiSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = ApiSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
