"""What people write who know another language, or write in haste, and what they are told."""

from __future__ import annotations

import pytest

from shared.runs.filter.expression import And
from shared.runs.filter.lexer import FilterError
from shared.runs.filter.parse import parse

MISTAKES: dict[str, str] = {
    # operators
    'name == "x"': 'comparisons are calls, like eq(name, "x")',
    'name != "x"': 'comparisons are calls, like neq(name, "x")',
    "latency > 5": "comparisons are calls, like gt(latency, 5)",
    "latency < 5": "comparisons are calls, like lt(latency, 5)",
    'name like "%x%"': 'comparisons are calls: eq(name, "x") or like(name, "%x%")',
    'eq(name, "x") and eq(status, "error")': "found and; join conditions by and(…, …) or or(…, …)",
    'eq(name, "x") && eq(status, "error")': "conditions are joined by and(…, …)",
    'eq(name, "x") || eq(status, "error")': "conditions are joined by or(…, …)",
    '{"name": "x"}': 'a filter is a call, like eq(name, "x")',
    "SELECT * FROM runs": "strings go in quotes",
    # quotes
    "eq(name, x)": "expected a value, found x; strings go in quotes",
    "eq(name, “x”)": 'strings go in straight quotes: "x"',
    "eq(name, ‘x’)": "strings go in straight quotes: 'x'",  # noqa: RUF001 that is the mistake
    "eq(name, `x`)": "strings go in straight quotes: 'x'",
    'eq("name", "x")': "field names have no quotes",
    "gt(latency, 5s)": 'durations, dates and ids go in quotes, like "5s"',
    "gt(start_time, 2026-11-20)": 'durations, dates and ids go in quotes, like "2026-11"',
    "gt(start_time, 2026-11-20T10:00:00Z)": 'times go in quotes, like "2026-11-20T18:23:00Z"',
    "eq(status: 'error')": "arguments are parted by commas",
    "has(tags, prod)": "expected a value, found prod; strings go in quotes",
    # other languages' comparators
    'equals(name, "x")': "there is no equals(…); did you mean eq?",
    'ne(name, "x")': "did you mean neq?",
    "ge(latency, 5)": "did you mean gte?",
    'contains(name, "x")': 'did you mean search(field, "x")?',
    'startswith(name, "x")': 'did you mean like(field, "x%")?',
    'not_in(name, ["x"])': 'did you mean not(in(field, ["a", "b"]))?',
    "between(latency, 1, 5)": "did you mean and(gte(field, a), lte(field, b))?",
    "is_null(error)": "did you mean eq(field, null)?",
    'serach("x")': "there is no serach(…); did you mean search?",
    'frobnicate(name, "x")': "there are and, or, not, has, exists, search, eq, neq",
    # fields
    'eq(nmae, "x")': "there is no field nmae; did you mean name?",
    'eq(Name, "x")': "did you mean name?",
    'eq(totalTokens, "x")': "did you mean total_tokens?",
    "gt(duration, 5)": "did you mean latency, in seconds?",
    "gt(cost, 5)": "did you mean total_cost?",
    'eq(type, "llm")': "did you mean run_type?",
    'eq(model, "gpt-5")': 'did you mean and(eq(metadata_key, "ls_model_name"), eq(metadata_value, "x"))?',
    'eq(metadata.user, "u1")': 'did you mean and(eq(metadata_key, "user"), eq(metadata_value, "x"))?',
    'eq(metadata["user"], "u1")': 'an entry is and(eq(metadata_key, "key"), eq(metadata_value, "x"))',
    'eq(inputs.question, "x")': 'did you mean and(eq(input_key, "question"), eq(input_value, "x"))?',
    "eq(feedback.correct, 1)": 'did you mean and(eq(feedback_key, "correct"), eq(feedback_score, 1))?',
    'eq(customer, "c1")': 'if it is metadata, and(eq(metadata_key, "customer"), eq(metadata_value, "x"));',
    'eq(metadata, "x")': """metadata takes has(metadata, '{"key": "value"}'), or metadata_key and metadata_value""",
    # values
    'in(name, "a", "b")': 'expected a list: in(name, ["a", "b"])',
    'in(name, "a")': 'in(…) takes a list, like ["a", "b"]',
    'eq(name, ["a"])': "eq(…) takes one value; a list goes with in(…)",
    'has(tags, ["a", "b"])': 'has(tags, …) takes one string; of several: in(tags, ["a", "b"])',
    "has(tags, null)": "has(tags, …) takes one string",
    'has(name, "x")': "has(…) goes with tags and metadata, not with name",
    """has(metadata, '{"user": }')""": "this JSON object cannot be read: Expecting value at its character 10",
    """has(metadata, '["user"]')""": "has(metadata, …) takes a JSON object as a string, like",
    "has(metadata, 5)": "has(metadata, …) takes a JSON object as a string",
    """has(metadata, '{"n": """ + "9" * 5_000 + "}')": "it holds a number of thousands of digits",
    "exists(metadata_key, 'x')": 'exists(…) is exists(metadata, "key")',
    "gt(latency, null)": "nothing is greater or less than null; use eq or neq",
    "gt(metadata_value, true)": "nothing is greater or less than true; use eq or neq",
    'gt(latency, "5 seconds")': 'expected seconds, as a number or like "1.5s", "200ms", "2m"',
    'gt(start_time, "yesterday")': "expected a date or a time, like",
    "gt(start_time, 1700000000)": "expected a date or a time, like",
    'like(total_tokens, "5%")': "total_tokens cannot be compared by like; it takes eq, neq, gt, gte, lt, lte, in",
    "like(name, 5)": "like(…) takes a string, in which % stands for anything",
    "eq(is_root, 1)": "expected true or false",
    "search(5)": "search(…) takes a string, or a field and a string",
    "search(name, 5)": "search(…) looks for a string",
    'search(start_time, "x")': "start_time cannot be searched",
    "eq(name, total_tokens)": "expected a value, found total_tokens; strings go in quotes",
    'and("x")': 'and(…) joins conditions like eq(name, "x"); this is none',
    "not(eq(name, 'a'), eq(name, 'b'))": "not(…) takes one condition, found 2",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_what_to_write(text: str) -> None:
    """Each error says what was expected, in words that can be typed."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert MISTAKES[text] in caught.value.problem


@pytest.mark.parametrize("text", [text for text in MISTAKES if "did you mean and(" in MISTAKES[text]])
def test_what_is_proposed_is_a_filter(text: str) -> None:
    """A proposal of a whole condition can be pasted as it is."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    proposal = caught.value.problem.split("did you mean ")[1].removesuffix("?")
    proposal = proposal.replace("field", "latency").replace(" a)", " 1)").replace(" b)", " 5)")
    assert isinstance(parse(proposal), And)
