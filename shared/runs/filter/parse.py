"""Tokens → expression.

expression  := call
call        := NAME "(" [argument ("," argument)*] ")"
argument    := call | FIELD | value
value       := string | number | true | false | null | "[" [value ("," value)*] "]"
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.runs.filter import hints
from shared.runs.filter.correlate import alone, correlated, has_key
from shared.runs.filter.expression import And, Compare, Contains, Expression, Not, Operand, Or, Scalar, Search
from shared.runs.filter.fields import ALIASES, COMPARATORS, EXPECTED, FIELDS, ORDERED, Holds, converted
from shared.runs.filter.lexer import FilterError, Token, tokens

MAX_DEPTH = 50
MAX_CALLS = 1_000
"""As many conditions as one run may cost. A list of values counts as one: it is looked up, not walked."""
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


def parse(text: str, fields: Mapping[str, Holds] = FIELDS) -> Expression:
    """The expression that a filter's text means; `fields` are those that it may name. Raises: FilterError."""
    parser = _Parser(text, fields)
    expression = parser.expression(depth=0)
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, text: str, fields: Mapping[str, Holds]) -> None:
        self._text = text
        self._fields = fields
        self._tokens = list(tokens(text))
        self._next = 0
        self._calls = 0

    def expression(self, depth: int) -> Expression:
        token = self._peek()
        if token.kind != "name":
            raise self._error(token, f'expected a call like eq(name, "x"), found {token.shown}')
        return self._call(depth)

    def expect_end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            why = "one too many" if token.value == ")" else "join conditions by and(…, …) or or(…, …)"
            raise self._error(token, f"expected the end, found {token.shown}; {why}")

    def _call(self, depth: int) -> Expression:
        name = self._take()
        if depth > MAX_DEPTH:
            raise self._error(name, f"calls are nested deeper than {MAX_DEPTH}")
        self._calls += 1
        if self._calls > MAX_CALLS:
            raise self._error(name, f"a filter may have {MAX_CALLS} conditions; many values are one in(field, [… ])")
        if name.value in self._fields and not self._is_mark("("):
            raise self._error(name, f'comparisons are calls: eq({name.value}, "x") or like({name.value}, "%x%")')
        self._expect("(", f"( behind {name.shown}")
        make = self._maker(name)
        arguments = self._arguments(depth)
        return make(name, arguments)

    def _arguments(self, depth: int) -> list[Argument]:
        arguments: list[Argument] = []
        if self._is_mark(")"):
            self._take()
            return arguments
        while True:
            arguments.append(self._argument(depth))
            token = self._take()
            if token.kind == "mark" and token.value == ")":
                return arguments
            if token.kind != "mark" or token.value != ",":
                raise self._error(token, f"expected , or ), found {token.shown}{self._hint_behind(token)}")

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
        hint = "; strings go in quotes" if token.kind == "name" else ""
        raise self._error(token, f"expected a value, found {token.shown}{hint}")

    def _list(self) -> tuple[Scalar, ...]:
        values: list[Scalar] = []
        if self._is_mark("]"):
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
            raise self._error(name, f"there is no {name.shown}(…); {hints.of_call(name.value, makers)}")
        return maker

    def _and(self, name: Token, arguments: list[Argument]) -> Expression:
        args = self._expressions(name, arguments)
        return args[0] if len(args) == 1 else And(correlated(args))

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
        if op in ORDERED and (value.value is None or isinstance(value.value, bool)):
            raise FilterError(
                self._text, value.at, f"nothing is greater or less than {json.dumps(value.value)}; use eq or neq"
            )
        name = ALIASES.get(field.name, field.name)
        compare = Compare(op, name, self._converted(holds, value))  # type: ignore[arg-type]
        return alone(compare)

    def _has(self, name: Token, arguments: list[Argument]) -> Expression:
        field, value = self._field_and_value(name, arguments)
        if field.name == _METADATA:
            return self._contains(value)
        if self._holds(field) != "tags":
            raise self._error(name, f"has(…) goes with tags and metadata, not with {field.name}")
        if not isinstance(value.value, str):
            raise FilterError(self._text, value.at, 'has(tags, …) takes one string; of several: in(tags, ["a", "b"])')
        return Compare("has", field.name, value.value)

    def _contains(self, value: Value) -> Expression:
        problem = 'has(metadata, …) takes a JSON object as a string, like \'{"user": "u1"}\', or a key'
        if not isinstance(value.value, str) or value.value.lstrip().startswith("["):
            raise FilterError(self._text, value.at, problem)
        if not value.value.lstrip().startswith("{"):
            return has_key("metadata", value.value)
        return Contains(tuple(self._object(value.value, value.at).items()))

    def _object(self, text: str, at: int) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(text)
        except json.JSONDecodeError as error:
            why = f"{error.msg} at its character {error.pos + 1}"
        except RecursionError:
            why = "it nests too deep"
        except ValueError:
            why = "it holds a number of thousands of digits"
        else:
            return found
        raise FilterError(self._text, at, f"this JSON object cannot be read: {why}")

    def _exists(self, name: Token, arguments: list[Argument]) -> Expression:
        field, value = self._field_and_value(name, arguments)
        if field.name != _METADATA or not isinstance(value.value, str):
            raise self._error(name, 'exists(…) is exists(metadata, "key")')
        return has_key("metadata", value.value)

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
        return alone(Compare("search", ALIASES.get(field.name, field.name), value.value.casefold()))

    def _field_and_value(self, name: Token, arguments: list[Argument]) -> tuple[Field, Value]:
        form = f"{name.value.lower()}(field, value)"
        match arguments:
            case [Field() as field, Value() as value]:
                return field, value
            case [Field(), Field() as other]:
                raise FilterError(self._text, other.at, f"expected a value, found {other.name}; strings go in quotes")
            case [Field() as field, Value(), Value() as second, *_] if name.value.lower() == "in":
                raise FilterError(self._text, second.at, f'expected a list: in({field.name}, ["a", "b"])')
            case [Value() as value, *_]:
                raise FilterError(self._text, value.at, f"expected a field first: {form}; field names have no quotes")
        found = f"{len(arguments)} argument{'s' * (len(arguments) != 1)}"
        raise self._error(name, f"expected {form}, found {found}")

    def _holds(self, field: Field) -> Holds:
        holds = self._fields.get(ALIASES.get(field.name, field.name))
        if holds is None:
            raise self._refused(field, f"there is no field {field.name}; {hints.of_field(field.name, self._fields)}")
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

    def _is_mark(self, mark: str) -> bool:
        token = self._peek()
        return token.kind == "mark" and token.value == mark

    def _hint_behind(self, token: Token) -> str:
        """What to do about 5s, a number with its unit behind it and no quotes, and about metadata["key"]."""
        before = self._tokens[self._next - 2]
        if before.kind == "name" and token.shown == "[":
            return '; an entry is and(eq(metadata_key, "key"), eq(metadata_value, "x"))'
        if before.kind != "number" or before.at + len(before.value) != token.at:
            return ""
        return f'; durations, dates and ids go in quotes, like "{before.shown}{token.shown}"'

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
