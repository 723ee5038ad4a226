"""The grammar, pinned: what each text means, and where each wrong one is wrong."""

from __future__ import annotations

import pytest

from shared.runs.filter.expression import And, Compare, Contains, Entry, Expression, Not, Or, Search
from shared.runs.filter.lexer import MAX_CHARS, FilterError
from shared.runs.filter.parse import MAX_CALLS, MAX_DEPTH, parse

NOON_US = 1_795_176_000_000_000
"""2026-11-20T12:00:00Z."""
RUN = "0190abcd-0000-7000-8000-000000000001"


def key(name: str, family: str = "metadata") -> Compare:
    """The key of an entry."""
    return Compare("eq", f"{family}_key", name)


def value(operand: object, op: str = "eq", family: str = "metadata") -> Compare:
    """The value of an entry."""
    return Compare(op, f"{family}_value", operand)  # type: ignore[arg-type]


def entry(*conditions: Expression, family: str = "metadata") -> Entry:
    """One entry that meets all of these."""
    return Entry(family, conditions[0] if len(conditions) == 1 else And(conditions))  # type: ignore[arg-type]


MEANINGS: dict[str, Expression] = {
    # strings
    'eq(name, "x")': Compare("eq", "name", "x"),
    "eq(name, 'x')": Compare("eq", "name", "x"),
    """eq(name, "it's")""": Compare("eq", "name", "it's"),
    """eq(name, 'say "hi"')""": Compare("eq", "name", 'say "hi"'),
    r'eq(name, "say \"hi\"")': Compare("eq", "name", 'say "hi"'),
    r"eq(name, 'it\'s')": Compare("eq", "name", "it's"),
    r'eq(name, "a\\b")': Compare("eq", "name", "a\\b"),
    r'eq(name, "a\nb\tc\/d")': Compare("eq", "name", "a\nb\tc/d"),
    r'eq(name, "\u00e9\ud83d\ude00")': Compare("eq", "name", "é😀"),
    'eq(name, "😀 退款")': Compare("eq", "name", "😀 退款"),
    'eq(name, "two\nlines")': Compare("eq", "name", "two\nlines"),
    'eq(name, "")': Compare("eq", "name", ""),
    'eq(name, "a, b) or (c")': Compare("eq", "name", "a, b) or (c"),
    # space and case
    ' \n eq\t(\n name ,"x" ) ': Compare("eq", "name", "x"),
    'eq(name,"x")': Compare("eq", "name", "x"),
    'EQ(name, "x")': Compare("eq", "name", "x"),
    'NotLike(name, "x")': Compare("notlike", "name", "x"),
    # constants and numbers
    "eq(error, null)": Compare("eq", "error", None),
    "neq(error, NULL)": Compare("neq", "error", None),
    "eq(error, None)": Compare("eq", "error", None),
    "eq(is_root, true)": Compare("eq", "is_root", True),
    "eq(is_root, FALSE)": Compare("eq", "is_root", False),
    "eq(is_root, 'True')": Compare("eq", "is_root", True),
    "gt(total_tokens, 1000)": Compare("gt", "total_tokens", 1000),
    "gt(total_tokens, +5)": Compare("gt", "total_tokens", 5),
    "gte(total_cost, .5)": Compare("gte", "total_cost", 0.5),
    "gte(total_cost, 5.)": Compare("gte", "total_cost", 5.0),
    "lt(total_cost, 1e-3)": Compare("lt", "total_cost", 0.001),
    "lt(total_cost, 2.5E+2)": Compare("lt", "total_cost", 250.0),
    "eq(total_tokens, -1)": Compare("eq", "total_tokens", -1),
    f"lt(total_tokens, {10**30})": Compare("lt", "total_tokens", 10**30),
    f"lt(total_tokens, {10**400})": Compare("lt", "total_tokens", 10**400),
    "lt(total_cost, 1e999)": Compare("lt", "total_cost", float("inf")),
    f'lt(latency, "{"9" * 400}s")': Compare("lt", "latency", float("inf")),
    # durations
    "gt(latency, 5)": Compare("gt", "latency", 5),
    'gt(latency, "5s")': Compare("gt", "latency", 5.0),
    'gt(latency, "1.5s")': Compare("gt", "latency", 1.5),
    'gt(latency, "200ms")': Compare("gt", "latency", 0.2),
    'gt(latency, "1.1 MS")': Compare("gt", "latency", 0.0011),
    'eq(latency, "0.017ms")': Compare("eq", "latency", 17 / 1_000_000),
    'gt(latency, "7us")': Compare("gt", "latency", 0.000007),
    'gt(latency, "2m")': Compare("gt", "latency", 120.0),
    'gt(latency, "1h")': Compare("gt", "latency", 3600.0),
    'gt(time_to_first_token, "1d")': Compare("gt", "time_to_first_token", 86400.0),
    # times
    'gt(start_time, "2026-11-20")': Compare("gt", "start_time", NOON_US - 43_200_000_000),
    'gt(start_time, "2026-11-20T12:00:00")': Compare("gt", "start_time", NOON_US),
    'gt(start_time, "2026-11-20T12:00:00Z")': Compare("gt", "start_time", NOON_US),
    'gt(start_time, "2026-11-20 12:00")': Compare("gt", "start_time", NOON_US),
    'gt(start_time, "2026-11-20T14:00:00+02:00")': Compare("gt", "start_time", NOON_US),
    'lte(end_time, "2026-11-20T12:00:00.000001Z")': Compare("lte", "end_time", NOON_US + 1),
    'eq(first_token_time, "1970-01-01")': Compare("eq", "first_token_time", 0),
    'gt(start_time, "1969-12-31T23:59:59Z")': Compare("gt", "start_time", -1_000_000),
    # words, aliases, ids
    'eq(run_type, "LLM")': Compare("eq", "run_type", "llm"),
    'eq(status, "Error")': Compare("eq", "status", "error"),
    f'eq(id, "{RUN.upper()}")': Compare("eq", "id", RUN),
    f'in(trace_id, ["{RUN.replace("-", "")}", "AB"])': Compare("in", "trace_id", (RUN, "ab")),
    'eq(project_id, "AB")': Compare("eq", "session_id", "ab"),
    'eq(feedback_source_type, "API")': Entry("feedback", Compare("eq", "feedback_source", "api")),
    # lists
    'in(name, ["a", "b"])': Compare("in", "name", ("a", "b")),
    "in(name, ['a',\"b\"])": Compare("in", "name", ("a", "b")),
    "in(name, [])": Compare("in", "name", ()),
    'in(error, [null, "x"])': Compare("in", "error", (None, "x")),
    'in(latency, ["1s", 2])': Compare("in", "latency", (1.0, 2)),
    'in(run_type, ["LLM"])': Compare("in", "run_type", ("llm",)),
    # tags
    'has(tags, "x")': Compare("has", "tags", "x"),
    'eq(tags, "x")': Compare("eq", "tags", "x"),
    "eq(tags, null)": Compare("eq", "tags", None),
    'in(tags, ["x"])': Compare("in", "tags", ("x",)),
    # text
    'like(name, "%x%")': Compare("like", "name", "%x%"),
    'search(name, "X y")': Compare("search", "name", "x y"),
    'search("Two  WORDS")': Search(("two", "words")),
    'search("")': Search(()),
    # joining
    'and(eq(name, "x"))': Compare("eq", "name", "x"),
    'or(and(eq(name, "x")))': Compare("eq", "name", "x"),
    'and(eq(name, "x"), eq(status, "error"))': And((Compare("eq", "name", "x"), Compare("eq", "status", "error"))),
    'or(eq(name, "x"), eq(name, "y"))': Or((Compare("eq", "name", "x"), Compare("eq", "name", "y"))),
    'not(eq(name, "x"))': Not(Compare("eq", "name", "x")),
    'and(or(eq(name, "x"), not(eq(name, "y"))), eq(is_root, true))': And(
        (Or((Compare("eq", "name", "x"), Not(Compare("eq", "name", "y")))), Compare("eq", "is_root", True))
    ),
    # metadata as an object
    """has(metadata, '{"k":"v"}')""": Contains((("k", "v"),)),
    """has(metadata, '{"k": {"a": [1, null]}, "n": 1}')""": Contains((("k", {"a": [1, None]}), ("n", 1))),
    "has(metadata, '{}')": Contains(()),
    'has(metadata, "k")': Entry("metadata", And((key("k"),))),
    'has(metadata, "true")': Entry("metadata", And((key("true"),))),
    'exists(metadata, "k")': Entry("metadata", And((key("k"),))),
    # entries
    'eq(metadata_key, "k")': entry(key("k")),
    'neq(metadata_key, "k")': Not(entry(key("k"))),
    'notlike(metadata_key, "k%")': Not(entry(Compare("like", "metadata_key", "k%"))),
    'not(eq(metadata_key, "k"))': Not(entry(key("k"))),
    'in(metadata_key, ["k", "l"])': entry(Compare("in", "metadata_key", ("k", "l"))),
    "eq(metadata_value, true)": entry(value(True)),
    'eq(metadata_value, "true")': entry(value("true")),
    "eq(metadata_value, 1)": entry(value(1)),
    "eq(metadata_value, null)": entry(value(None)),
    "gte(metadata_value, 0.5)": entry(value(0.5, "gte")),
    "neq(metadata_value, 1)": entry(value(1, "neq")),
    "eq(feedback_score, true)": Entry("feedback", Compare("eq", "feedback_score", 1)),
    # entries that correlate
    'and(eq(metadata_key, "k"), eq(metadata_value, "v"))': And((entry(key("k"), value("v")),)),
    'and(eq(metadata_value, "v"), eq(metadata_key, "k"))': And((entry(value("v"), key("k")),)),
    'and(eq(metadata_key, "k"), neq(metadata_value, "v"))': And((entry(key("k"), value("v", "neq")),)),
    'and(eq(metadata_key, "k"), gte(metadata_value, 1), lt(metadata_value, 5))': And(
        (entry(key("k"), value(1, "gte"), value(5, "lt")),)
    ),
    'and(eq(metadata_key, "k"), eq(metadata_value, 1), eq(metadata_key, "l"), eq(metadata_value, 2))': And(
        (entry(key("k"), value(1)), entry(key("l"), value(2)))
    ),
    'and(eq(metadata_key, "k"), eq(metadata_key, "l"), eq(metadata_value, 2))': And(
        (entry(key("k")), entry(key("l"), value(2)))
    ),
    'and(eq(metadata_key, "k"), eq(name, "x"), eq(metadata_value, 1))': And(
        (Compare("eq", "name", "x"), entry(key("k"), value(1)))
    ),
    'and(eq(metadata_key, "k"), eq(output_key, "k"), eq(metadata_value, 1), eq(output_value, 2))': And(
        (entry(key("k"), value(1)), entry(key("k", "output"), value(2, family="output"), family="output"))
    ),
    'and(eq(metadata_key, "k"), or(eq(metadata_value, 1), eq(metadata_value, 2)))': And(
        (entry(key("k"), Or((value(1), value(2)))),)
    ),
    'and(or(eq(metadata_key, "k"), eq(metadata_key, "l")), eq(metadata_value, 1))': And(
        (entry(Or((key("k"), key("l"))), value(1)),)
    ),
    'and(or(eq(metadata_key, "k"), eq(metadata_value, 2)), eq(metadata_value, 1))': And(
        (Or((entry(key("k")), entry(value(2)))), entry(value(1)))
    ),
    'and(neq(metadata_key, "k"), eq(metadata_value, 1))': And((Not(entry(key("k"))), entry(value(1)))),
    'and(exists(metadata, "k"), eq(metadata_value, 1))': And((Entry("metadata", And((key("k"),))), entry(value(1)))),
    'and(eq(metadata_key, "l"), has(metadata, "k"), eq(metadata_value, 1))': And(
        (Entry("metadata", And((key("k"),))), entry(key("l"), value(1)))
    ),
    'and(not(eq(metadata_value, 1)), eq(metadata_key, "k"))': And((Not(entry(value(1))), entry(key("k")))),
    'and(and(eq(metadata_key, "k"), eq(metadata_value, 1)), eq(metadata_value, 2))': And(
        (And((entry(key("k"), value(1)),)), entry(value(2)))
    ),
    'or(eq(metadata_key, "k"), eq(metadata_value, 1))': Or((entry(key("k")), entry(value(1)))),
    'and(eq(feedback_key, "k"), gte(feedback_score, 0.5), eq(feedback_source, "api"))': And(
        (
            Entry(
                "feedback",
                And(
                    (
                        key("k", "feedback"),
                        Compare("gte", "feedback_score", 0.5),
                        Compare("eq", "feedback_source", "api"),
                    )
                ),
            ),
        )
    ),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_text_means(text: str) -> None:
    """Each text is read as the expression beside it, types of values included."""
    assert repr(parse(text)) == repr(MEANINGS[text])


WRONG: dict[str, str] = {
    # the place is marked by ▲, which is no part of the text
    "▲": 'expected a call like eq(name, "x"), found the end',
    " ▲": 'expected a call like eq(name, "x"), found the end',
    "▲5": 'expected a call like eq(name, "x"), found 5',
    "eq▲": "expected ( behind eq, found the end",
    "eq(▲": "expected a value, found the end",
    "eq(name▲": "expected , or ), found the end",
    "eq(name,▲": "expected a value, found the end",
    'eq(name, "x"▲': "expected , or ), found the end",
    'eq(name, ▲"x': 'this string has no closing "',
    "eq(name, ▲'x": "this string has no closing '",
    'eq(name, "x")▲)': "expected the end, found ); one too many",
    'eq(name, "x",▲)': "expected a value, found )",
    'eq(name ▲"x")': 'expected , or ), found "x"',
    "▲eq()": "expected eq(field, value), found 0 arguments",
    "▲eq(name)": "expected eq(field, value), found 1 argument",
    'eq(▲5, "x")': "expected a field first: eq(field, value); field names have no quotes",
    "eq(name, ▲5)": "expected a string",
    "eq(name, ▲true)": "expected a string",
    "eq(total_tokens, ▲true)": "expected a number",
    "eq(total_tokens, ▲'5')": "expected a number",
    "eq(feedback_score, ▲'good')": "expected a number, true or false",
    "in(total_tokens, ▲[1, '2'])": "expected a number",
    "in(name, [▲": "expected a value, found the end",
    "in(name, ['a'▲": "expected , or ], found the end",
    "in(name, ['a' ▲'b'])": "expected , or ], found 'b'",
    "in(name, [▲[]])": "expected a value, found [",
    'gt(start_time, ▲"2026-13-01")': 'expected a date or a time, like "2026-11-20" or "2026-11-20T18:23:00Z"',
    'gt(start_time, ▲"")': 'expected a date or a time, like "2026-11-20" or "2026-11-20T18:23:00Z"',
    'gt(start_time, ▲"0001-01-01T00:00:00+01:00")': (
        'expected a date or a time, like "2026-11-20" or "2026-11-20T18:23:00Z"'
    ),
    "not(eq(name, 'x')▲": "expected , or ), found the end",
    "▲not()": "not() needs at least one condition",
    r'eq(name, ▲"\ud83d")': "this string holds half of a surrogate pair, which is no character",
    "eq(name, ▲\x00)": r"'\x00' is not expected here; strings go in quotes",
}


@pytest.mark.parametrize("marked", WRONG)
def test_a_wrong_text_is_wrong_at(marked: str) -> None:
    """The error is at the place of the mark, and says what was expected there."""
    at = marked.index("▲")
    with pytest.raises(FilterError) as caught:
        parse(marked.replace("▲", ""))
    assert (caught.value.at, caught.value.problem) == (at, WRONG[marked])


def test_the_message_shows_the_place() -> None:
    """Long filters are shown around it, whatever their white space, on a line with the mark below."""
    text = f"and(eq(name, 'a'),\n{'eq(name, 1234), ' * 30})"
    with pytest.raises(FilterError) as caught:
        parse(text)
    said, shown, mark = caught.value.message.split("\n")
    assert said == "filter, character 29: expected a string"
    assert shown[mark.index("^") :].startswith("1234), eq(")
    assert len(shown) <= 82


def test_depth_has_a_limit() -> None:
    """What is nested to the limit is read; deeper is refused, also ten thousand deep, without recursion."""
    assert isinstance(parse("not(" * MAX_DEPTH + 'eq(name, "x")' + ")" * MAX_DEPTH), Not)
    for depth in (MAX_DEPTH + 1, 10_000):
        with pytest.raises(FilterError, match="nested deeper than 50"):
            parse("not(" * depth + 'eq(name, "x")' + ")" * depth)
    with pytest.raises(FilterError, match="it nests too deep"):
        parse(f"""has(metadata, '{{"a": {"[" * 100_000}')""")
    with pytest.raises(FilterError, match=r"found \["):
        parse("in(name, " + "[" * 10_000)


def test_length_has_a_limit() -> None:
    """A million characters are refused, with the limit and what was sent."""
    text = f'eq(name, "{"x" * 1_000_000}")'
    with pytest.raises(FilterError, match="may have 500000 characters; this one has 1000012") as caught:
        parse(text)
    assert caught.value.at == MAX_CHARS
    assert len(caught.value.message) < 2_000


def test_ten_thousand_ids_fit() -> None:
    """As one list; ten thousand conditions don't, and the error says to use a list."""
    ids = [f"0190abcd-0000-7000-8000-{number:012x}" for number in range(10_000)]
    listed = ", ".join(f'"{one}"' for one in ids)
    assert parse(f"in(id, [{listed}])") == Compare("in", "id", tuple(ids))
    conditions = ", ".join(f'eq(id, "{number}")' for number in range(MAX_CALLS))
    with pytest.raises(FilterError, match="may have 1000 conditions; many values are one in"):
        parse(f"or({conditions})")


@pytest.mark.parametrize("text", [f"eq({'x' * 100_000}, 1)", f"eq(name '{'x' * 100_000}')", f"{'x' * 100_000}()"])
def test_an_error_does_not_quote_a_book(text: str) -> None:
    """However much was written, the message stays readable."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert len(caught.value.message) < 2_000


def test_an_error_can_be_sent() -> None:
    """A lone surrogate, which JSON may bring and UTF-8 cannot carry, is replaced where a message quotes it."""
    with pytest.raises(FilterError) as caught:
        parse("eq(name \"\ud800\" '\udfff')")
    assert "\ufffd" in caught.value.message.encode("utf-8").decode("utf-8")
    with pytest.raises(FilterError, match="half of a surrogate pair"):
        parse('eq(thread_id, "\ud800")')
