"""How far a command has come, in a file beside the one it works on: so that it can be gone on with after any end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from infra.cli.failures import CommandFailed

State = TypeVar("State", bound=msgspec.Struct)


class Journal(Generic[State]):
    """The last state that was kept; replaced whole, so that it is the one before or the one after, never half."""

    def __init__(self, path: Path, kind: type[State]) -> None:
        self.path = path
        self._kind = kind

    def read(self) -> State | None:
        """The state, or None where there is none. Raises: CommandFailed when the file is something else."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=self._kind)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise CommandFailed(
                f"{self.path} is no journal of this command: {error}; delete it to begin anew"
            ) from None

    def write(self, state: State) -> None:
        """Keep this state; durable on return."""
        partial = self.path.with_name(self.path.name + ".partial")
        with partial.open("wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path)

    def remove(self) -> None:
        """There is nothing to go on with."""
        self.path.unlink(missing_ok=True)
