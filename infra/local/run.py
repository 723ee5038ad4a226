"""`python -m infra.local.run`: Tracekeep on this machine.

    PORT      where it listens, on the loopback interface only: 1984
    DATA      the folder it keeps everything in: ./.data
    API_KEY   a text that shall work as a key; without it one is made, and the same is printed at each start

Settings of the rooms (docs/settings.md) may be set as in AWS, by TRACEKEEP_ variables.
"""

from __future__ import annotations

import logging
import os
import shlex
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from infra.local.laptop import Laptop
from infra.local.listen import PortTaken, listen
from infra.local.store import FolderInUse, folder_lock
from shared.base.settings import SettingMissing

_PORT = "1984"
_MAX_PORT = 65_535


def main(environ: Mapping[str, str]) -> int:
    """Serve until a signal says stop; the exit code. What a person can mend is one line, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    with ExitStack() as held:
        try:
            laptop = _ready(environ, held)
        except (FolderInUse, PortTaken, SettingMissing, OSError, ValueError) as error:
            print(f"Tracekeep cannot start: {error}", file=sys.stderr)
            return 1
        laptop.serve()
    return 0


def _ready(environ: Mapping[str, str], held: ExitStack) -> Laptop:
    """A laptop that listens, and has said so; its folder's lock is in `held`."""
    port = _port(environ)
    folder = Path(environ.get("DATA") or ".data").resolve()
    held.enter_context(folder_lock(folder))
    laptop = Laptop(folder, _listen(port), environ)
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn catches these while it runs and raises them once more when it ends: then this finds nothing to do.
        signal.signal(number, lambda *_: laptop.stop())
    print(_welcome(laptop, folder), flush=True)
    return laptop


def _listen(port: int) -> list[socket.socket]:
    try:
        return listen(port)
    except PortTaken as error:
        raise PortTaken(f"{error}; choose another one, as in: make run PORT={port + 1}") from None


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or _PORT
    if not text.isdigit() or int(text) > _MAX_PORT:
        raise ValueError(f"PORT={text!r} is not a port; it must be a number up to {_MAX_PORT}")
    return int(text)


def _welcome(laptop: Laptop, folder: Path) -> str:
    return f"""\
Tracekeep is at {laptop.url} and keeps its data in {folder}. Ctrl-C stops it.
Open {sign_in_link(laptop.url, laptop.api_key)} to see its page.
Set these where your application runs:

export LANGSMITH_TRACING=true
export LANGSMITH_ENDPOINT={laptop.url}/api/v1
export LANGSMITH_API_KEY={shlex.quote(laptop.api_key)}
"""


def sign_in_link(url: str, api_key: str) -> str:
    """Opens the page, signed in. A fragment reaches neither a server nor its log."""
    return f"{url}/sign-in#key={quote(api_key, safe='')}"


if __name__ == "__main__":
    code = main(os.environ)
    sys.stdout.flush()
    # A handler that still runs must not hold the process: all that was acknowledged is on disk.
    os._exit(code)
