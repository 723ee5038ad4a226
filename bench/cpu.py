"""Processor time of receive and of record, storage aside: the client's own bodies, replayed over dictionaries."""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median

from bench.figures import Figure, Section, Table
from bench.memory import memory_store
from bench.rooms import Rooms
from bench.shapes import Captured

_MUST_US = 150
_AIM_US = 50
_HEAD = ("µs a run", "median", "fastest", "slowest", "requests a trace", "messages at once")
_BUDGETED = "REF"


def measure(captured: dict[str, Captured], rounds: int, say: Callable[[str], None]) -> Section:
    """Both rooms, each shape of traffic, several rounds."""
    rows: list[tuple[str | float, ...]] = []
    both_us = 0.0
    for name, one in captured.items():
        say(f"cpu: {name}, {rounds} rounds")
        spent = [cpu_us_per_run(one) for _ in range(rounds)]
        rows.extend((f"{name} {room}", *_spread([each[room] for each in spent]), *_traffic(one)) for room in spent[0])
        if name == _BUDGETED:
            both_us = median(sum(each.values()) for each in spent)
    figures = [Figure(f"receive + record, a run ({_BUDGETED})", both_us, "µs", _MUST_US, _AIM_US)]
    how = (
        f"The bodies that the client sent, through functions.receive.app and functions.record.app in this process over "
        f"dictionaries that only hold; process time, {rounds} rounds, each with a store of its own. Not in it: HTTP, "
        "base64 of the event's body on its way in, and what botocore or SQLite do."
    )
    return Section("Processor time a run, storage aside", how, figures, [Table("By room and traffic", _HEAD, rows)])


def cpu_us_per_run(one: Captured) -> dict[str, float]:
    """Microseconds a run that each room computes, warm, in one round."""
    rooms = Rooms(memory_store())
    rooms.take_all(one.warm_up)
    rooms.record_all(one.shape.batch_size)
    rooms.reset()
    gc.collect()
    rooms.take_all(one.requests)
    rooms.record_all(one.shape.batch_size)
    return {room: cpu_s / one.runs * 1e6 for room, cpu_s in rooms.cpu_s.items()}


def _spread(values: list[float]) -> tuple[float, float, float]:
    return median(values), min(values), max(values)


def _traffic(one: Captured) -> tuple[float, float]:
    return len(one.requests) / one.traces, one.shape.batch_size
