"""The plug of the deliver room: the only place that reads its environment."""

from __future__ import annotations

import os

from functions.deliver.app import build
from functions.deliver.settings import DeliverSettings
from shared.base.clock import SystemClock
from shared.store.aws import open_store

_settings = DeliverSettings.from_environ(os.environ)
handler = build(_settings, open_store(_settings), SystemClock())
