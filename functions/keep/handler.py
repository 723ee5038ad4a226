"""The plug of the keep room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.keep.app import build
from functions.keep.settings import KeepSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = KeepSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
