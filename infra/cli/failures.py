"""What ends a command with one line instead of a traceback."""

from __future__ import annotations


class CommandFailed(Exception):
    """A person has to do something; the message says what."""
