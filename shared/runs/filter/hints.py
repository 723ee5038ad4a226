"""What people write who know another language, and how it is said in this one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_CHARACTERS = {
    "=": 'comparisons are calls, like eq(name, "x")',
    "!": 'comparisons are calls, like neq(name, "x")',
    "<": "comparisons are calls, like lt(latency, 5)",
    ">": "comparisons are calls, like gt(latency, 5)",
    "&": "conditions are joined by and(…, …)",
    "|": "conditions are joined by or(…, …)",
    "{": 'a filter is a call, like eq(name, "x")',
    ":": 'arguments are parted by commas; times go in quotes, like "2026-11-20T18:23:00Z"',
    "-": "a number needs a digit behind its sign; strings go in quotes",
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", 'strings go in straight quotes: "x"'),
    **dict.fromkeys("\u2018\u2019`\u00b4", "strings go in straight quotes: 'x'"),
}
_CALLS = {
    **dict.fromkeys(("equals", "equal", "is", "match", "matches"), "eq"),
    **dict.fromkeys(("ne", "noteq", "not_eq", "notequals", "not_equals", "is_not"), "neq"),
    **dict.fromkeys(("ge", "min"), "gte"),
    **dict.fromkeys(("le", "max"), "lte"),
    **dict.fromkeys(("all", "both"), "and"),
    **dict.fromkeys(("any", "either", "any_of"), "or"),
    **dict.fromkeys(("contains", "includes", "icontains", "ilike"), 'search(field, "x")'),
    **dict.fromkeys(("startswith", "starts_with", "prefix"), 'like(field, "x%")'),
    **dict.fromkeys(("endswith", "ends_with", "suffix"), 'like(field, "%x")'),
    **dict.fromkeys(("nin", "notin", "not_in"), 'not(in(field, ["a", "b"]))'),
    **dict.fromkeys(("between", "range"), "and(gte(field, a), lte(field, b))"),
    **dict.fromkeys(("isnull", "is_null", "missing"), "eq(field, null)"),
    **dict.fromkeys(("notnull", "not_null", "isnotnull"), "neq(field, null)"),
    **dict.fromkeys(("regex", "re", "rlike", "glob"), 'like(field, "%x%")'),
    **dict.fromkeys(("where", "filter", "select"), "the condition alone"),
}
_FIELDS = {
    **dict.fromkeys(("type", "kind"), "run_type"),
    **dict.fromkeys(("duration", "duration_ms", "latency_ms", "latency_seconds"), "latency, in seconds"),
    **dict.fromkeys(("cost", "price"), "total_cost"),
    **dict.fromkeys(("tokens", "token_count"), "total_tokens"),
    **dict.fromkeys(("time", "timestamp", "date", "created_at", "started_at", "start"), "start_time"),
    **dict.fromkeys(("ended_at", "end"), "end_time"),
    **dict.fromkeys(("score", "feedback"), "feedback_key with feedback_score"),
    **dict.fromkeys(("comment",), "feedback_comment"),
    **dict.fromkeys(("project", "project_name", "session", "session_name"), "session_id, the project's id"),
    **dict.fromkeys(("parent_id", "parent", "parent_run_ids"), "parent_run_id"),
    **dict.fromkeys(("thread", "conversation_id"), "thread_id"),
    **dict.fromkeys(("example_id", "reference_example"), "reference_example_id"),
    **dict.fromkeys(("has_error", "is_error", "failed"), 'eq(status, "error")'),
    **dict.fromkeys(("model", "model_name"), 'and(eq(metadata_key, "ls_model_name"), eq(metadata_value, "x"))'),
    **dict.fromkeys(("extra",), "metadata_key with metadata_value"),
}


def of_character(character: str) -> str:
    """What to write in place of a character that begins no token."""
    return _CHARACTERS.get(character, "strings go in quotes")


def of_call(name: str, known: Iterable[str]) -> str:
    """What to write in place of a call that is not known."""
    return _meant(_CALLS.get(name.lower()), name.lower(), known)


def of_field(name: str, known: Iterable[str]) -> str:
    """What to write in place of a field that is not known."""
    family, dot, key = name.partition(".")
    family = {"inputs": "input", "outputs": "output"}.get(family.lower(), family.lower())
    if dot and key and family in ("metadata", "input", "output", "feedback"):
        return f"did you mean {_entry(family, key)}?"
    meant = _meant(_FIELDS.get(name.lower()), name.lower(), known)
    return meant if meant.startswith("did") else f"if it is metadata, {_entry('metadata', name)}; else {meant}"


def _entry(family: str, key: str) -> str:
    value = "feedback_score, 1" if family == "feedback" else f'{family}_value, "x"'
    return f'and(eq({family}_key, "{key}"), eq({value}))'


def _meant(said: str | None, name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = [said] if said else get_close_matches(name, known, 1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
