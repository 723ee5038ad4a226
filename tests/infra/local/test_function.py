"""A handler is told what Lambda would tell it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from infra.local.function import LocalFunction, TimedOut, context_of
from infra.topology import RECEIVE


def test_the_context_names_the_function_and_the_time_left() -> None:
    """Name, memory, request id and ARN are the room's; the time left is at most the room's time, and never negative."""
    context = context_of(RECEIVE, "id-1")
    assert (context.function_name, context.memory_limit_in_mb, context.aws_request_id) == ("receive", 1024, "id-1")
    assert context.invoked_function_arn == "arn:aws:lambda:local:000000000000:function:receive"
    assert 0 < context.get_remaining_time_in_millis() <= RECEIVE.timeout_s * 1000
    assert replace(context, deadline_s=0).get_remaining_time_in_millis() == 0


def test_work_runs_on_the_rooms_own_threads() -> None:
    """Threads carry the room's name, so that a stack dump says whose they are."""
    function = LocalFunction(RECEIVE, lambda event, _context: event, threads=1)
    assert asyncio.run(function.in_thread(lambda: threading.current_thread().name)).startswith("receive")
    function.close()


def test_a_room_that_takes_too_long_is_given_up() -> None:
    """The caller goes on after the room's time."""
    release = threading.Event()
    function = LocalFunction(replace(RECEIVE, timeout_s=0), lambda event, _context: event, threads=1)
    with pytest.raises(TimedOut, match="receive did not answer within 0 s"):
        asyncio.run(function.in_thread(lambda: release.wait(20)))
    release.set()
    function.close()
