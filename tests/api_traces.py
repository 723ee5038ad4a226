"""Traces with everything a run can have, as a client sends them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from shared.runs.dotted_order import segment
from tests.operations import uuid7
from tests.stores import NOON_US

EXAMPLE = "00000000-0000-4000-8000-0000000000e1"
USAGE = {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100, "input_token_details": {"cache_read": 400}}
NUMBERS = '{"question": "refund?",  "exact": 1.10, "huge": 123456789012345678901234567890}'
"""Inputs whose text another JSON library would write differently."""


class Story(NamedTuple):
    """A root chain with a model call and a tool that failed: their ids, and the operations that tell of them."""

    root: str
    llm: str
    tool: str
    post: list[dict[str, Any]]
    patch: list[dict[str, Any]]

    @property
    def body(self) -> str:
        """The body of `POST /runs/batch`, the root's inputs spelled as in `NUMBERS`."""
        text = json.dumps({"post": self.post, "patch": self.patch})
        return text.replace('"inputs-of-root"', NUMBERS)


def story(start_us: int = NOON_US, project: str | None = None) -> Story:
    """A trace of three runs in which every field says something."""
    root, llm, tool = uuid7(start_us), uuid7(start_us + 1_000), uuid7(start_us + 2_000)
    above = segment(start_us, root)
    metadata = {"ls_model_name": "gpt-4o", "ls_provider": "openai"}
    outputs = {"role": "assistant", "content": "yes", "usage_metadata": USAGE}
    token = {"name": "new_token", "time": iso(start_us + 250_000)}
    post = [
        _run(root, start_us, above, name="agent", tags=["prod", "prod"], reference_example_id=EXAMPLE)
        | {"inputs": "inputs-of-root", "extra": {"metadata": {"thread_id": "t-1", "big": "x" * 3_000}, "runtime": {}}},
        _run(llm, start_us + 1_000, above, name="gpt", run_type="llm")
        | {"inputs": {"messages": [{"role": "user", "content": "refund?"}]}, "serialized": {"lc": 1}}
        | {"extra": {"metadata": metadata}},
        _run(tool, start_us + 2_000, above, name="search", run_type="tool"),
    ]
    patch = [
        _end(post[1], start_us + 900_000, outputs=outputs, events=[token]),
        _end(post[2], start_us + 950_123, error="ValueError: no index\n" + "x" * 400),
        _end(post[0], start_us + 1_500_000, outputs={"answer": "yes"}),
    ]
    named = {} if project is None else {"session_name": project}
    return Story(root, llm, tool, [one | named for one in post], [one | named for one in patch])


def wide_trace(runs: int, start_us: int = NOON_US, depth: int = 4) -> list[dict[str, Any]]:
    """The creates of one trace of many runs: each under one of the last levels, ended already."""
    root = uuid7(start_us)
    posts = [_run(root, start_us, segment(start_us, root), name="root") | {"end_time": iso(start_us + 60_000_000)}]
    for number in range(1, runs):
        above = posts[(number - 1) % depth]["dotted_order"]
        begin_us = start_us + number * 1_000
        run = _run(uuid7(begin_us), begin_us, above, name=f"step {number % 7}", run_type="tool")
        posts.append(run | {"end_time": iso(begin_us + 500), "inputs": {"n": number}, "outputs": {"n": number}})
    return posts


def iso(moment_us: int) -> str:
    """The time as the clients write it."""
    seconds, micros = divmod(moment_us, 1_000_000)
    text = segment(seconds * 1_000_000, "")[:15]
    return f"{text[:4]}-{text[4:6]}-{text[6:11]}:{text[11:13]}:{text[13:15]}.{micros:06d}+00:00"


def _run(run_id: str, start_us: int, above: str, **fields: object) -> dict[str, Any]:
    own = segment(start_us, run_id)
    place = own if above == own else f"{above}.{own}"
    is_root = "." not in place
    return {
        "id": run_id,
        "trace_id": place.split(".")[0][-36:],
        "dotted_order": place,
        "parent_run_id": None if is_root else above[-36:],
        "name": "step",
        "run_type": "chain",
        "start_time": iso(start_us),
        "inputs": {},
    } | fields


def _end(created: dict[str, Any], end_us: int, **fields: object) -> dict[str, Any]:
    kept = {name: created[name] for name in ("id", "trace_id", "dotted_order", "parent_run_id")}
    return kept | {"end_time": iso(end_us)} | fields
