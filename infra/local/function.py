"""One Lambda function on the laptop: a room's handler, and the threads that may run it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from infra.local.http_event import ACCOUNT
from infra.topology import Room

Handler = Callable[[dict[str, Any], Any], Any]
REGION = "local"
T = TypeVar("T")


class TimedOut(Exception):
    """The handler did not return within its room's time."""


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler beside the event. Source: AWS Lambda, "Python context object"."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline_s: float
    function_version: str = "$LATEST"
    log_stream_name: str = "local"

    @property
    def log_group_name(self) -> str:
        """Where Lambda would write its log."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def invoked_function_arn(self) -> str:
        """The function's name among all of AWS."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """How long until the room's time is over."""
        return max(0, int((self.deadline_s - time.monotonic()) * 1000))


def context_of(room: Room, request_id: str) -> Context:
    """The context of an invocation that begins now."""
    return Context(room.name, room.memory_mb, request_id, time.monotonic() + room.timeout_s)


class LocalFunction:
    """A room that answers requests, on threads of its own: one that is busy keeps no other waiting.

    The handler runs in several threads at once, as it never does in Lambda, so it must share nothing unsafe.
    """

    def __init__(self, room: Room, handler: Handler, threads: int) -> None:
        self.room = room
        self._handler = handler
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=room.name)

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:  # noqa: ANN401 a handler returns any JSON
        """What the handler returns for the event; whatever it raises."""
        return self._handler(event, context_of(self.room, request_id))

    async def in_thread(self, work: Callable[[], T]) -> T:
        """What `work` returns, run on one of the room's threads. Raises: TimedOut; whatever `work` raises."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.wait_for(running, self.room.timeout_s)
        except TimeoutError:
            raise TimedOut(f"{self.room.name} did not answer within {self.room.timeout_s} s") from None

    def close(self) -> None:
        """Take no more requests; those that run are not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
