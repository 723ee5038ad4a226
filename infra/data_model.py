"""Writes docs/data-model.md out of `shared/store/keys.py`: `python -m infra.data_model`.

The sections of that file are the sections of the page; each function is a row, with its sentence
and a key that it really makes.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from shared.store import keys
from shared.store.ports import Key

PAGE = Path(__file__).parent.parent / "docs" / "data-model.md"
_SECTION = re.compile(r"^# --- (.+?) -+$", re.MULTILINE)
_TITLES = {"traces table": "Table `traces`", "control table": "Table `control`", "bucket": "Bucket"}
_EXAMPLES: dict[str, Any] = {
    "workspace": "W",
    "trace_id": "T",
    "run_id": "R",
    "project": "P",
    "feedback_id": "F",
    "receipt": "019abc…",
    "erasure_id": "019abd…",
    "export_id": "E",
    "queue_id": "Q",
    "rule_id": "U",
    "number": 0,
    "item_id": "I",
    "dataset_id": "D",
    "example_id": "X",
    "digest": "3fdba3…",
    "share_id": "019abf…",
    "scope": "W",
    "segment_key": "base/segments/W/N",
    "where": "post.R",
    "key_hash": "9f86d0…",
    "token_hash": "5e884898…",
    "session_hash": "a3c1f7…",
    "name": "N",
    "tier": "base",
    "hour": 498_666,
    "thread_id": "order 4711",
    "job": "meter",
    "part": 0,
    "shard": 0,
    "shards": 1,
}
_EXAMPLE_US = 1_795_198_980_123_456  # 2026-11-20T18:23:00.123456Z

_HEAD = """# Data model

Generated from `shared/store/keys.py` by `make docs`: change that file, not this page. Why it is as it is:
[ADR 1](adr/0001-append-facts-merge-on-read.md) (facts), [2](adr/0002-rows-that-lists-read.md) (rows that lists
read), [3](adr/0003-when-a-trace-expires.md) (expiry), [4](adr/0004-finding-a-run-by-its-id.md) (finding a run),
[5](adr/0005-where-payload-bytes-go.md) (payloads), [10](adr/0010-where-feedback-lies.md) (feedback).

In the examples W is a workspace, P a project, T a trace, R a run, all UUIDs. Every row of `traces` carries
`expires_at`, the table's TTL attribute.
"""


def page() -> str:
    """The page's text."""
    source = inspect.getsource(keys)
    marks = list(_SECTION.finditer(source))
    text = _HEAD
    for mark, following in pairwise(marks):
        text += f"\n## {_TITLES[mark[1]]}\n\n| Key | Example | What lies there |\n|---|---|---|\n"
        text += "".join(_rows(source[mark.end() : following.start()]))
    return text


def _rows(section: str) -> Iterator[str]:
    for name in re.findall(r"^def (\w+)\(", section, re.MULTILINE):
        function = getattr(keys, name)
        sentence = (inspect.getdoc(function) or "").splitlines()[0]
        yield f"| `{name}` | `{_example(function)}` | {sentence} |\n"


def _example(function: Callable[..., str | Key]) -> str:
    names = inspect.signature(function).parameters
    made = function(
        **{name: _EXAMPLE_US if name.endswith("_us") else _EXAMPLES.get(name, f"<{name}>") for name in names}
    )
    return f"{made.pk} / {made.sk}" if isinstance(made, Key) else made


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
