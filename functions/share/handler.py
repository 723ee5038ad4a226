"""The plug of the share room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.share.app import build
from functions.share.settings import ShareSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = ShareSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
