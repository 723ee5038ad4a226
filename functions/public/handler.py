"""The plug of the public room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.public.app import build
from functions.public.settings import PublicSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = PublicSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
