"""The plug of the receive room: Lambda calls `handler`."""

from __future__ import annotations

import os

from functions.receive.app import build
from functions.receive.settings import ReceiveSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = ReceiveSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
