"""Valid filters, drawn from the grammar, that ask about what hostile runs have."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.shared.runs.filter.hostile import FEEDBACK_KEYS, KEYS, NAMES, PROJECTS, SCALARS, TAGS, USUAL

_UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_ORDERED = ("gt", "gte", "lt", "lte")
_IDS = [f"0190abcd-0000-7000-8000-{number:012x}" for number in (0, 1, 2, 5, 10**6, 10**6 + 1)]


def quoted(text: str, mark: str = '"') -> str:
    """A string as a filter writes it."""
    inside = text.replace("\\", "\\\\").replace(mark, "\\" + mark).replace("\n", "\\n").replace("\r", "\\r")
    inside = "".join(one if one.isprintable() or ord(one) > 0xFFFF else f"\\u{ord(one):04x}" for one in inside)
    return mark + inside + mark


def written(value: object, mark: str = '"') -> str:
    """A value as a filter writes it."""
    if isinstance(value, str):
        return quoted(value, mark)
    if isinstance(value, list):
        return f"[{', '.join(written(one, mark) for one in value)}]"
    if value is None:
        return "null"
    return str(value) if isinstance(value, bool) else repr(value)


_MARK = st.sampled_from("\"'")
_NUMBERS = st.one_of(
    st.sampled_from([0, 1, 7, 0.1, 0.041, 1e-12, 123.456, 2**40, 2**53, 5.0, -1]),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
)
_LATENCIES = st.one_of(
    st.sampled_from(["1.1ms", "200ms", "1.5s", "5s", "2m", "1100us", "1h", "0.2 s", "7µs"]),
    st.sampled_from([0, 0.0011, 0.2, 1.5, 5]),
)
_MOMENTS = st.sampled_from(
    [
        *("2026-11-20", "2026-11-20T12:00:00", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000001Z"),
        *(
            "2026-11-20T14:00:00+02:00",
            "2026-11-20 12:00:10.2",
            "2026-11-21T00:00:00Z",
            "2026-11-20T12:00",
            "1970-01-01",
        ),
    ]
)
_TEXTS = st.one_of(st.sampled_from([*NAMES, "boom", "fund", "needle", "x" * 250, "great", "(unnamed)"]), _UNICODE)
_PATTERNS = st.one_of(
    st.sampled_from(["%", "_", "%%", "re%", "%fund", "re\\%fund", "%\\_%", "_e%", "%x%x", "", "\\", "%e_%n%", "\\\\%"]),
    st.text("re%_fund\\x", max_size=7),
)
_SCALARS = st.one_of(st.sampled_from([one for one in SCALARS if one != "\x00"]), _UNICODE, _NUMBERS)
_SORTABLE = _SCALARS.filter(lambda one: one is not None and not isinstance(one, bool))


def _compared(names: tuple[str, ...], values: st.SearchStrategy[Any], *ops: str) -> st.SearchStrategy[str]:
    """One comparison of one of these fields."""
    usual = st.tuples(st.sampled_from(ops), st.sampled_from(names), values)
    some = st.tuples(st.just("in"), st.sampled_from(names), st.lists(values, max_size=4))
    return st.builds(lambda call, mark: f"{call[0]}({call[1]}, {written(call[2], mark)})", usual | some, _MARK)


def _equal(names: tuple[str, ...], values: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.builds(lambda name, value: f"eq({name}, {written(value)})", st.sampled_from(names), values)


def _matching(*names: str) -> st.SearchStrategy[str]:
    search = st.tuples(st.just("search"), st.sampled_from(names), _TEXTS)
    like = st.tuples(st.sampled_from(["like", "notlike"]), st.sampled_from(names), _PATTERNS)
    return st.builds(lambda call, mark: f"{call[0]}({call[1]}, {written(call[2], mark)})", like | search, _MARK)


_KEYS = st.sampled_from([*KEYS, "a.b", "deep.a", "a.a.b", "user_id.a"])
_USUAL = st.sampled_from([(key, value) for key, values in USUAL.items() for value in values])
_METADATA = (
    st.dictionaries(_KEYS, st.sampled_from(SCALARS), max_size=2) | st.lists(_USUAL, min_size=1, max_size=2).map(dict)
).map(json.dumps)
_PARTS = st.one_of(
    _compared(("metadata_key", "input_key", "output_key"), _KEYS, "eq", "eq", "eq", "neq"),
    _compared(("metadata_value", "input_value", "output_value"), _SCALARS, "eq", "neq"),
    _compared(("metadata_value", "input_value", "output_value"), _SORTABLE, *_ORDERED),
    _matching("metadata_key", "metadata_value", "output_key", "input_value"),
)
_FEEDBACK = st.one_of(
    _compared(("feedback_key",), st.sampled_from(FEEDBACK_KEYS), "eq", "eq", "neq"),
    _compared(("feedback_score",), st.sampled_from([0, 1, 0.5, -3, True, False, None]), "eq", "neq"),
    _compared(("feedback_score",), st.sampled_from([0, 1, 0.5, -3, 1e9]), *_ORDERED),
    _compared(("feedback_value", "feedback_comment"), st.sampled_from(["good", "", "50% right"]), "eq", "neq"),
    _compared(("feedback_source", "feedback_source_type"), st.sampled_from(["api", "API", "app"]), "eq", "neq"),
    _matching("feedback_comment", "feedback_key"),
)
_LEAVES = st.one_of(
    _compared(
        ("id", "trace_id", "parent_run_id"),
        st.sampled_from([*_IDS, _IDS[1].upper(), _IDS[2].replace("-", ""), "foo", "", None]),
        "eq",
        "neq",
    ),
    _compared(("session_id", "project_id"), st.sampled_from([*PROJECTS, "none"]), "eq", "neq"),
    _compared(("reference_example_id",), st.sampled_from(["0190eeee-0000-7000-8000-000000000001", None]), "eq", "neq"),
    _compared(
        ("run_type", "status"), st.sampled_from(["llm", "LLM", "tool", "error", "SUCCESS", "pending"]), "eq", "neq"
    ),
    _compared(("name", "error", "thread_id", "outputs"), _TEXTS | st.none(), "eq", "neq"),
    _compared(("name", "error", "thread_id"), _TEXTS, *_ORDERED),
    _compared(
        ("total_tokens", "prompt_tokens", "completion_tokens", "execution_order"), _NUMBERS, "eq", "neq", *_ORDERED
    ),
    _compared(("total_cost", "prompt_cost", "completion_cost"), _NUMBERS, "eq", "neq", *_ORDERED),
    _compared(("total_cost", "prompt_cost", "latency", "end_time", "first_token_time"), st.none(), "eq", "neq"),
    _compared(("latency", "time_to_first_token"), _LATENCIES, "eq", "neq", *_ORDERED),
    _compared(("start_time", "end_time", "first_token_time"), _MOMENTS, "eq", "neq", *_ORDERED),
    st.sampled_from(["eq(is_root, true)", "eq(is_root, false)", "neq(is_root, 'TRUE')", "eq(is_root, null)"]),
    _matching("name", "error", "inputs", "outputs", "run_type", "id", "thread_id"),
    _compared(("tags",), st.sampled_from(TAGS), "eq", "neq", "has"),
    st.sampled_from(["eq(tags, null)", "neq(tags, null)"]),
    st.builds(lambda text: f"search({quoted(text)})", _TEXTS),
    st.builds(lambda text: f"has(metadata, {quoted(text)})", _METADATA),
    st.builds(lambda op, key: f"{op}(metadata, {quoted(key)})", st.sampled_from(["has", "exists"]), _KEYS),
    _PARTS,
    _FEEDBACK,
)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Conditions joined; parts of entries are drawn together, so that they meet in one and(…)."""
    several = st.lists(inner, min_size=1, max_size=4) | st.lists(_PARTS | _FEEDBACK, min_size=2, max_size=4)
    joined = st.builds(
        lambda op, args: f"{op}({', '.join(args)})", st.sampled_from(["and", "AND", "or", "and"]), several
    )
    return joined | st.builds(lambda one: f"not({one})", inner)


EQUALITIES = st.one_of(
    _equal(("id", "trace_id", "parent_run_id"), st.sampled_from([*_IDS, None])),
    _equal(("run_type", "status"), st.sampled_from(["llm", "TOOL", "error", "pending"])),
    _equal(("name", "error", "thread_id", "metadata_key", "input_key", "output_key"), _TEXTS),
    _equal(("total_tokens", "total_cost"), _NUMBERS | st.none()),
    _equal(("latency",), _LATENCIES | st.none()),
    _equal(("start_time", "end_time"), _MOMENTS | st.none()),
    _equal(("feedback_key", "tags"), st.sampled_from([*TAGS, *FEEDBACK_KEYS])),
)
"""eq of what a run has once, and of keys."""
PATTERNS = st.builds(
    lambda field, pattern: f"like({field}, {quoted(pattern)})",
    st.sampled_from(["name", "error", "outputs", "metadata_key", "feedback_key", "status"]),
    _PATTERNS,
)
FILTERS = st.recursive(_LEAVES, _joined, max_leaves=8)
BOUNDING = st.one_of(
    _compared(("start_time",), _MOMENTS, "eq", "neq", *_ORDERED),
    _compared(("id", "trace_id"), st.sampled_from([*_IDS, "foo"]), "eq", "neq"),
    _compared(("status",), st.sampled_from(["error", "success", "pending"]), "eq", "neq"),
    _compared(("error", "thread_id"), st.sampled_from([None, "u1", "s1"]), "eq", "neq"),
    st.sampled_from(["eq(is_root, true)", "eq(is_root, false)", "neq(is_root, true)"]),
)
"""What rows are found by."""
