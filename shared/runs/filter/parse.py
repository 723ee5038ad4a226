"""Tokens → expression.

expression  := call
call        := NAME "(" [argument ("," argument)*] ")"
argument    := call | FIELD | value
value       := string | number | true | false | null | "[" [value ("," value)*] "]"
"""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, NamedTuple

from shared.runs.filter.expression import (
    And,
    Compare,
    Contains,
    Entry,
    Expression,
    Family,
    Not,
    Operand,
    Or,
    Scalar,
    Search,
)
from shared.runs.filter.fields import ALIASES, COMPARATORS, EXPECTED, FIELDS, Holds, converted, family_of
from shared.runs.filter.lexer import FilterError, Token, tokens

MAX_DEPTH = 50
_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "none": None}
_METADATA = "metadata"


class Value(NamedTuple):
    """A value, and where it stands."""

    value: Operand
    at: int


class Field(NamedTuple):
    """A field's name, and where it stands."""

    name: str
    at: int


Argument = Expression | Value | Field


def parse(text: str) -> Expression:
    """The expression that a filter's text means. Raises: FilterError."""
    parser = _Parser(text)
    expression = parser.expression(depth=0)
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._next = 0

    def expression(self, depth: int) -> Expression:
        token = self._peek()
        if token.kind != "name":
            raise self._error(token, f'expected a call like eq(name, "x"), found {token.shown}')
        return self._call(depth)

    def expect_end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            raise self._error(token, f"expected the end, found {token.shown}; join conditions by and(…) or or(…)")

    def _call(self, depth: int) -> Expression:
        name = self._take()
        if depth > MAX_DEPTH:
            raise self._error(name, f"calls are nested deeper than {MAX_DEPTH}")
        self._expect("(", f"( behind {name.shown}")
        make = self._maker(name)
        arguments = self._arguments(depth)
        return make(name, arguments)

    def _arguments(self, depth: int) -> list[Argument]:
        arguments: list[Argument] = []
        if self._peek().value == ")" and self._peek().kind == "mark":
            self._take()
            return arguments
        while True:
            arguments.append(self._argument(depth))
            token = self._take()
            if token.kind == "mark" and token.value == ")":
                return arguments
            if token.kind != "mark" or token.value != ",":
                raise self._error(token, f"expected , or ), found {token.shown}")

    def _argument(self, depth: int) -> Argument:
        token = self._peek()
        if token.kind == "name" and token.value.lower() not in _CONSTANTS:
            following = self._tokens[self._next + 1]
            if following.kind == "mark" and following.value == "(":
                return self._call(depth + 1)
            self._take()
            return Field(token.value, token.at)
        return self._value()

    def _value(self) -> Value:
        token = self._take()
        if token.kind == "mark" and token.value == "[":
            return Value(self._list(), token.at)
        return Value(self._scalar(token), token.at)

    def _scalar(self, token: Token) -> Scalar:
        if token.kind == "text":
            return token.value
        if token.kind == "number":
            return _number(token.value)
        if token.kind == "name" and token.value.lower() in _CONSTANTS:
            return _CONSTANTS[token.value.lower()]
        raise self._error(token, f"expected a value, found {token.shown}; strings go in quotes")

    def _list(self) -> tuple[Scalar, ...]:
        values: list[Scalar] = []
        if self._peek().value == "]" and self._peek().kind == "mark":
            self._take()
            return ()
        while True:
            values.append(self._scalar(self._take()))
            token = self._take()
            if token.kind == "mark" and token.value == "]":
                return tuple(values)
            if token.kind != "mark" or token.value != ",":
                raise self._error(token, f"expected , or ], found {token.shown}")

    def _maker(self, name: Token) -> Callable[[Token, list[Argument]], Expression]:
        makers: dict[str, Callable[[Token, list[Argument]], Expression]] = {
            "and": self._and,
            "or": self._or,
            "not": self._not,
            "has": self._has,
            "exists": self._exists,
            "search": self._search,
            **dict.fromkeys(("eq", "neq", "gt", "gte", "lt", "lte", "in", "like", "notlike"), self._compare),
        }
        maker = makers.get(name.value.lower())
        if maker is None:
            close = get_close_matches(name.value.lower(), makers, 1)
            hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(sorted(makers))}"
            raise self._error(name, f"there is no {name.shown}(…){hint}")
        return maker

    def _and(self, name: Token, arguments: list[Argument]) -> Expression:
        args = self._expressions(name, arguments)
        return args[0] if len(args) == 1 else And(_correlated(args))

    def _or(self, name: Token, arguments: list[Argument]) -> Expression:
        args = self._expressions(name, arguments)
        return args[0] if len(args) == 1 else Or(tuple(args))

    def _not(self, name: Token, arguments: list[Argument]) -> Expression:
        args = self._expressions(name, arguments)
        if len(args) != 1:
            raise self._error(name, f"not(…) takes one condition, found {len(args)}")
        return Not(args[0])

    def _expressions(self, name: Token, arguments: list[Argument]) -> list[Expression]:
        if not arguments:
            raise self._error(name, f"{name.shown}() needs at least one condition")
        for argument in arguments:
            if isinstance(argument, Value | Field):
                problem = f'{name.shown}(…) joins conditions like eq(name, "x"); this is none'
                raise FilterError(self._text, argument.at, problem)
        return arguments  # type: ignore[return-value]

    def _compare(self, name: Token, arguments: list[Argument]) -> Expression:
        field, value = self._field_and_value(name, arguments)
        if field.name == _METADATA:
            raise self._refused(
                field, 'metadata takes has(metadata, \'{"key": "value"}\'), or metadata_key and metadata_value'
            )
        holds = self._holds(field)
        op = name.value.lower()
        if op not in COMPARATORS[holds]:
            raise self._error(
                name, f"{field.name} cannot be compared by {op}; it takes {', '.join(COMPARATORS[holds])}"
            )
        return self._leaf(op, field, holds, value)

    def _leaf(self, op: str, field: Field, holds: Holds, value: Value) -> Expression:
        if op == "in" and not isinstance(value.value, tuple):
            raise FilterError(self._text, value.at, 'in(…) takes a list, like ["a", "b"]')
        if op != "in" and isinstance(value.value, tuple):
            raise FilterError(self._text, value.at, f"{op}(…) takes one value; a list goes with in(…)")
        if op in ("like", "notlike") and not isinstance(value.value, str):
            raise FilterError(self._text, value.at, f"{op}(…) takes a string, in which % stands for anything")
        name = ALIASES.get(field.name, field.name)
        compare = Compare(op, name, self._converted(holds, value))  # type: ignore[arg-type]
        return _alone(compare)

    def _has(self, name: Token, arguments: list[Argument]) -> Expression:
        field, value = self._field_and_value(name, arguments)
        if field.name == _METADATA:
            return self._contains(value)
        if self._holds(field) != "tags":
            raise self._error(name, f"has(…) goes with tags and metadata, not with {field.name}")
        return Compare("has", field.name, self._converted("tags", value))

    def _contains(self, value: Value) -> Expression:
        problem = 'has(metadata, …) takes a JSON object as a string, like \'{"user": "u1"}\', or a key'
        if not isinstance(value.value, str):
            raise FilterError(self._text, value.at, problem)
        try:
            entries: Any = json.loads(value.value)
        except ValueError:
            return Entry("metadata", Compare("eq", "metadata_key", value.value))
        if not isinstance(entries, dict):
            raise FilterError(self._text, value.at, problem)
        return Contains(tuple(entries.items()))

    def _exists(self, name: Token, arguments: list[Argument]) -> Expression:
        field, value = self._field_and_value(name, arguments)
        if field.name != _METADATA or not isinstance(value.value, str):
            raise self._error(name, 'exists(…) is exists(metadata, "key")')
        return Entry("metadata", Compare("eq", "metadata_key", value.value))

    def _search(self, name: Token, arguments: list[Argument]) -> Expression:
        if len(arguments) == 1:
            (only,) = arguments
            if not isinstance(only, Value) or not isinstance(only.value, str):
                raise self._error(name, "search(…) takes a string, or a field and a string")
            return Search(tuple(only.value.casefold().split()))
        field, value = self._field_and_value(name, arguments)
        holds = self._holds(field)
        if "search" not in COMPARATORS[holds]:
            raise self._error(name, f"{field.name} cannot be searched")
        if not isinstance(value.value, str):
            raise FilterError(self._text, value.at, "search(…) looks for a string")
        return _alone(Compare("search", ALIASES.get(field.name, field.name), value.value.casefold()))

    def _field_and_value(self, name: Token, arguments: list[Argument]) -> tuple[Field, Value]:
        form = f"{name.value.lower()}(field, value)"
        match arguments:
            case [Field() as field, Value() as value]:
                return field, value
            case [Field(), Field() as other]:
                raise FilterError(self._text, other.at, f"expected a value, found {other.name}; strings go in quotes")
            case [Value() as value, *_]:
                raise FilterError(self._text, value.at, f"expected a field first: {form}; field names have no quotes")
        raise self._error(name, f"expected {form}, found {len(arguments)} arguments")

    def _holds(self, field: Field) -> Holds:
        holds = FIELDS.get(ALIASES.get(field.name, field.name))
        if holds is None:
            close = get_close_matches(field.name, FIELDS, 1)
            hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(FIELDS)}"
            raise self._refused(field, f"there is no field {field.name}{hint}")
        return holds

    def _converted(self, holds: Holds, value: Value) -> Operand:
        try:
            if isinstance(value.value, tuple):
                return tuple(converted(holds, one) for one in value.value)
            return converted(holds, value.value)
        except (ValueError, OverflowError):
            raise FilterError(self._text, value.at, f"expected {EXPECTED[holds]}") from None

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        if token.kind != "end":
            self._next += 1
        return token

    def _expect(self, mark: str, what: str) -> None:
        token = self._take()
        if token.kind != "mark" or token.value != mark:
            raise self._error(token, f"expected {what}, found {token.shown}")

    def _error(self, token: Token, problem: str) -> FilterError:
        return FilterError(self._text, token.at, problem)

    def _refused(self, field: Field, problem: str) -> FilterError:
        return FilterError(self._text, field.at, problem)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _alone(compare: Compare) -> Expression:
    """A comparison of an entry's part, when nothing stands beside it. No entry has a key: that is neq(…_key)."""
    family = family_of(compare.field)
    if family is None:
        return compare
    if compare.op == "neq" and compare.field.endswith("_key"):
        return Not(Entry(family, Compare("eq", compare.field, compare.operand)))
    return Entry(family, compare)


def _correlated(args: list[Expression]) -> tuple[Expression, ...]:
    """Conditions on parts of one family inside one and(…) speak of one entry; a second key begins another."""
    kept: list[Expression] = []
    pairs: dict[Family, list[list[Expression]]] = {}
    for arg in args:
        entry = _as_entry(arg)
        if entry is None:
            kept.append(arg)
            continue
        of_family = pairs.setdefault(entry.family, [[]])
        names_key = _names_key(entry.condition)
        if names_key and any(map(_names_key, of_family[-1])):
            of_family.append([])
        of_family[-1].append(entry.condition)
    for family, groups in pairs.items():
        kept += [Entry(family, group[0] if len(group) == 1 else And(tuple(group))) for group in groups]
    return tuple(kept)


def _as_entry(arg: Expression) -> Entry | None:
    """A condition on one entry: of a single comparison, or of alternatives about the same family."""
    if isinstance(arg, Entry):
        return arg if isinstance(arg.condition, Compare | Or) else None
    if isinstance(arg, Or):
        entries = [_as_entry(one) for one in arg.args]
        families = {None if entry is None else entry.family for entry in entries}
        if len(families) == 1 and None not in families:
            conditions = tuple(entry.condition for entry in entries if entry is not None)
            if not any(map(_names_key, conditions)):
                return Entry(entries[0].family, Or(conditions))  # type: ignore[union-attr]
    return None


def _names_key(condition: Expression) -> bool:
    return isinstance(condition, Compare) and condition.field.endswith("_key")
