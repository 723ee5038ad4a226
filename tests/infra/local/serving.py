"""A gateway with rooms of the test's own, behind a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from infra.local.function import Handler, LocalFunction
from infra.local.gateway import Gateway, Own
from infra.local.listen import listen, port_of, web_server
from infra.topology import API, RECEIVE
from shared.base.clock import SystemClock


def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 Lambda's own
    """A room that answers with the event it was given."""
    body = json.dumps({"event": event, "function": context.function_name})
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}


@contextmanager
def serving(
    handlers: Mapping[str, Handler] | None = None,
    own: Own | None = None,
    timeout_s: int = 10,
    threads: int = 4,
    page: Own | None = None,
) -> Iterator[str]:
    """The address of a running gateway; rooms that are not given are echo rooms."""
    chosen = {"receive": echo, "api": echo} | dict(handlers or {})
    rooms = {room.name: replace(room, timeout_s=timeout_s) for room in (RECEIVE, API)}
    functions = {name: LocalFunction(room, chosen[name], threads) for name, room in rooms.items()}
    sockets = listen(0)
    server = web_server(Gateway(functions, SystemClock(), own, page))
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets})
    thread.start()
    try:
        yield f"http://127.0.0.1:{port_of(sockets)}"
    finally:
        server.should_exit = True
        thread.join()
        for function in functions.values():
            function.close()
