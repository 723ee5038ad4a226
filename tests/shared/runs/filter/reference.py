"""The filter language a second time, with nothing of the first: Python's own parser reads it, closures answer it.

Written from the wire contract. It asks a run as v1 shows it (plus its feedback), never a `Run`: where the
product and this file disagree about a run, one of them is wrong.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

View = dict[str, Any]
"""A run as v1 answers it, with `feedback` beside it: the feedback objects as sent."""
Predicate = Callable[[View], bool]
Entries = list[dict[str, Any]]
Test = Callable[[dict[str, Any]], bool]

_UUIDS = ("id", "trace_id", "parent_run_id", "session_id", "reference_example_id")
_FOLDED = (*_UUIDS, "run_type", "status", "feedback_source")
_COSTS = ("total_cost", "prompt_cost", "completion_cost")
_TIMES = ("start_time", "end_time", "first_token_time")
_SECONDS = ("latency", "time_to_first_token")
_UNIT_US = {"us": "1", "µs": "1", "ms": "1e3", "s": "1e6", "m": "6e7", "h": "3.6e9", "d": "8.64e10"}
_NAMES: dict[str, object] = {"true": True, "false": False, "null": None, "none": None}


def reference(text: str) -> Predicate:
    """The predicate that a valid filter means."""
    tree = ast.parse(_as_python(text), mode="eval")
    return _predicate(tree.body)


def _as_python(text: str) -> str:
    """Every name with an underscore behind it, so that and, or, not, in are names to Python too."""
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(f"({text.strip()})").readline):
        is_name = token.type == tokenize.NAME
        tokens.append((token.type, token.string + "_" if is_name else token.string))
    return tokenize.untokenize(tokens).strip()


def _predicate(node: ast.expr) -> Predicate:
    name, args = _call(node)
    if name == "and":
        return _conjunction(args)
    if name == "or":
        some = [_predicate(arg) for arg in args]
        return lambda view: any(one(view) for one in some)
    if name == "not":
        (negated,) = map(_predicate, args)
        return lambda view: not negated(view)
    if name == "search" and len(args) == 1:
        words = _constant(args[0]).casefold().split()
        return lambda view: all(word in _searchable(view) for word in words)
    field, operand = _field(args[0]), _constant(args[1])
    if field == "metadata":
        return _on_metadata(operand)
    family = _family(field)
    return _on_run(name, field, operand) if family is None else _on_entries(name, family, field, operand)


def _conjunction(args: list[ast.expr]) -> Predicate:
    """Leaves on parts of one family hold of one entry together; a second key starts over with another entry."""
    if len(args) == 1:
        return _predicate(args[0])
    predicates: list[Predicate] = []
    bundles: dict[str, list[tuple[bool, list[Test]]]] = {}
    for arg in args:
        leaf = _leaf(arg)
        if leaf is None:
            predicates.append(_predicate(arg))
            continue
        family, is_key, test = leaf
        bundle = bundles.setdefault(family, [(False, [])])
        if is_key and bundle[-1][0]:
            bundle.append((False, []))
        bundle[-1] = (bundle[-1][0] or is_key, [*bundle[-1][1], test])
    for family, groups in bundles.items():
        predicates += [_some_entry(family, tests) for _, tests in groups]
    return lambda view: all(one(view) for one in predicates)


def _some_entry(family: str, tests: list[Test]) -> Predicate:
    return lambda view: any(all(test(entry) for test in tests) for entry in _entries(view, family))


def _leaf(node: ast.expr) -> tuple[str, bool, Test] | None:
    """(family, is about the key, test) of what can hold of one entry: a comparison, or a choice of such."""
    name, args = _call(node)
    if name in ("and", "or") and len(args) == 1:
        return _leaf(args[0])
    if name == "or":
        leaves = [_leaf(arg) for arg in args]
        known = [leaf for leaf in leaves if leaf is not None]
        if len(known) < len(leaves) or len({(family, is_key) for family, is_key, _ in known}) > 1:
            return None
        tests = [test for _, _, test in known]
        return known[0][0], known[0][1], lambda entry: any(test(entry) for test in tests)
    if name in ("and", "not", "has", "exists") or len(args) < 2:
        return None
    field = _field(args[0])
    family, is_key = _family(field), field.endswith("_key")
    if family is None or (is_key and name in ("neq", "notlike")):
        return None
    return family, is_key, _entry_test(name, field, _constant(args[1]))


def _entry_test(name: str, field: str, operand: object) -> Test:
    operand = _score(operand) if field == "feedback_score" else operand
    return lambda entry: _holds(name, _fold(field, entry.get(field)), _fold(field, operand))


def _on_entries(name: str, family: str, field: str, operand: object) -> Predicate:
    if field.endswith("_key") and name in ("neq", "notlike"):
        test = _entry_test("eq" if name == "neq" else "like", field, operand)
        return lambda view: not any(test(entry) for entry in _entries(view, family))
    return _some_entry(family, [_entry_test(name, field, operand)])


def _on_metadata(operand: str) -> Predicate:
    if not operand.lstrip().startswith("{"):
        return lambda view: any(entry["metadata_key"] == operand for entry in _entries(view, "metadata"))
    wanted = json.loads(operand)

    def holds(view: View) -> bool:
        pairs = {(entry["metadata_key"], _canonical(entry["metadata_value"])) for entry in _entries(view, "metadata")}
        return {(key, _canonical(value)) for key, value in wanted.items()} <= pairs

    return holds


def _on_run(name: str, field: str, operand: Any) -> Predicate:  # noqa: ANN401 any literal of the language
    if field == "tags":
        return lambda view: _tagged(name, view["tags"] or [], operand)
    if field in _TIMES:
        operand = _each(_moment_us, operand)
    elif field in _SECONDS:
        operand = _each(_duration_us, operand)
    elif field == "is_root":
        operand = operand if operand is None else str(operand).lower() == "true"
    operand = _fold(field, operand)
    return lambda view: _holds(name, _fold(field, _value(view, field)), operand)


def _value(view: View, field: str) -> Any:  # noqa: ANN401, PLR0911 each field has its own type
    if field in _TIMES:
        return _moment_us(view[field])
    if field in _COSTS:
        return None if view[field] is None else Decimal(view[field])
    if field == "latency":
        return None if view["end_time"] is None else max(0, _value(view, "end_time") - _value(view, "start_time"))
    if field == "time_to_first_token":
        first = _value(view, "first_token_time")
        return None if first is None else first - _value(view, "start_time")
    if field == "is_root":
        return view["id"] == view["trace_id"]
    if field in ("inputs", "outputs"):
        return None if view[field] is None else msgspec.json.encode(view[field]).decode()
    return view[field]


def _holds(name: str, value: Any, operand: Any) -> bool:  # noqa: ANN401
    if name in ("eq", "neq"):
        return (_canonical(value) == _canonical(operand)) is (name == "eq")
    if name == "in":
        return _canonical(value) in [_canonical(one) for one in operand]
    if name in ("like", "notlike"):
        return (isinstance(value, str) and _like(value, operand)) is (name == "like")
    if name == "search":
        return isinstance(value, str) and operand.casefold() in value.casefold()
    one, other = _canonical(value), _canonical(operand)
    if one[0] != other[0] or one[0] not in ("number", "string"):
        return False
    order: dict[str, bool] = {"gt": one > other, "gte": one >= other, "lt": one < other, "lte": one <= other}
    return order[name]


def _tagged(name: str, tags: list[str], operand: Any) -> bool:  # noqa: ANN401 text, null or a list
    if name == "in":
        return bool(set(tags) & set(operand))
    there = not tags if operand is None else operand in set(tags)
    return not there if name == "neq" else there


def _canonical(value: object) -> Any:  # noqa: ANN401
    """(JSON type, value), hashable: equal for equal JSON only."""
    if value is None or isinstance(value, bool):
        return ("null" if value is None else "boolean", value)
    if isinstance(value, int | float | Decimal):
        return ("number", Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    if isinstance(value, str):
        return ("string", value)
    if isinstance(value, dict):
        return ("object", frozenset((key, _canonical(inner)) for key, inner in value.items()))
    return ("array", tuple(map(_canonical, value)))  # type: ignore[call-overload]


def _like(text: str, pattern: str) -> bool:
    """By a table of which prefixes of the pattern match which prefixes of the text: no regular expression."""
    symbols = re.findall(r"\\[\s\S]|[\s\S]", pattern)
    reached = {0}
    for symbol in symbols:
        if symbol == "%":
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        elif symbol == "_":
            reached = {at + 1 for at in reached if at < len(text)}
        else:
            reached = {at + 1 for at in reached if text[at : at + 1] == symbol[-1]}
    return len(text) in reached


def _entries(view: View, family: str) -> Entries:
    if family == "feedback":
        return [
            {
                "feedback_key": one.get("key"),
                "feedback_score": _score(one.get("score")),
                "feedback_value": one.get("value"),
                "feedback_comment": one.get("comment"),
                "feedback_source": (one.get("feedback_source") or {}).get("type"),
            }
            for one in view["feedback"]
        ]
    source = (view["extra"] or {}).get("metadata") if family == "metadata" else view[f"{family}s"]
    return [{f"{family}_key": key, f"{family}_value": value} for key, value in _flattened(source or {})]


def _flattened(inner: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in inner.items():
        yield above + key, value
        if isinstance(value, dict):
            yield from _flattened(value, f"{above}{key}.")


def _searchable(view: View) -> str:
    parts = (view["name"], (view["error"] or "")[:250], view["inputs_preview"], view["outputs_preview"])
    return " ".join(part.casefold() for part in parts if part)


def _score(value: object) -> object:
    return (
        [_score(one) for one in value] if isinstance(value, list) else int(value) if value in (True, False) else value
    )


def _fold(field: str, value: Any) -> Any:  # noqa: ANN401
    if field not in _FOLDED:
        return value
    folded = _each(lambda one: one.casefold() if isinstance(one, str) else one, value)
    return _each(_dashed, folded) if field in _UUIDS else folded


def _dashed(text: str | None) -> str | None:
    digits = (text or "").removeprefix("urn:uuid:").strip("{}").replace("-", "")
    if re.fullmatch("[0-9a-f]{32}", digits) is None:
        return text
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _each(change: Callable[[Any], Any], value: Any) -> Any:  # noqa: ANN401
    return [change(one) for one in value] if isinstance(value, list) else change(value)


def _moment_us(text: str | None) -> int | None:
    if text is None:
        return None
    match = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?", text
    )
    assert match is not None, text
    *fields, fraction, zone = match.groups()
    moment = datetime(*(int(one or 0) for one in fields), tzinfo=UTC)  # type: ignore[misc, arg-type]
    moment += timedelta(microseconds=int((fraction or "").ljust(6, "0")))
    if zone not in (None, "Z"):
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
        moment += -offset if zone[0] == "+" else offset
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _duration_us(said: float | str | None) -> Decimal | None:
    if said is None:
        return None
    if not isinstance(said, str):
        return Decimal(repr(said)) * 1_000_000
    match = re.fullmatch(r"([+-]?[\d.]+)\s*(\D+)", said.strip())
    assert match is not None, said
    return Decimal(match[1]) * Decimal(_UNIT_US[match[2].lower()])


def _call(node: ast.expr) -> tuple[str, list[ast.expr]]:
    assert isinstance(node, ast.Call), ast.dump(node)
    return _field(node.func).lower(), node.args


def _field(node: ast.expr) -> str:
    assert isinstance(node, ast.Name), ast.dump(node)
    name = node.id.removesuffix("_")
    return {"project_id": "session_id", "feedback_source_type": "feedback_source"}.get(name, name)


def _constant(node: ast.expr) -> Any:  # noqa: ANN401
    if isinstance(node, ast.Name):
        return _NAMES[_field(node).lower()]
    if isinstance(node, ast.List):
        return [_constant(one) for one in node.elts]
    return ast.literal_eval(node)


def _family(field: str) -> str | None:
    family, _, part = field.partition("_")
    return family if part in ("key", "value", "score", "comment", "source") else None
