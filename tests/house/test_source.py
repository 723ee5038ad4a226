"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re

from tests.house.source import NOUNS, PRODUCT, attributes_read, files_under, tree_of

MOST_LINES_OF_A_FILE = 400
LONG_FILES = {"shared/store/keys.py": "every key on one page, a few lines each"}
"""Files that may be longer, each with its reason."""
LINES_OF_A_LONG_FUNCTION = 25
SHARE_OF_LONG_FUNCTIONS = 0.1

OUTERMOST_LOOPS = {
    "functions/api/edge.py": "what nobody expected is one answer of status 500, not the function's end",
    "functions/automate/rounds.py": "one rule that fails must not hold up the others: it says why, and goes on",
    "functions/deliver/app.py": "one delivery that fails must not take its batch down: it is tried again, then buried",
    "functions/erase/app.py": "a task that fails comes again, and is buried with its reason when it fails too often",
    "functions/export/app.py": "one export that fails must not hold up the others: it is tried again, then says why",
    "functions/share/app.py": "as erase: one share that fails comes again, and is buried with its reason in the end",
    "functions/keep/app.py": "one task that fails must not take its batch down: it is tried again, then buried",
    "functions/record/app.py": "one message that fails must not take its batch down: it is tried again, then buried",
    "infra/local/gateway.py": "a room's failure is one answer of status 500, not the server's end",
    "infra/local/loop.py": "what one step meets, the next may not: the laptop serves on",
    "infra/keys/make.py": "as publish.py: a deploy that is not answered waits for an hour",
    "infra/page/publish.py": "CloudFormation waits for an answer, and would wait for an hour",
    "infra/local/pump.py": "a handler that raises fails its batch, as in AWS, and not the pump",
}
"""Files that may catch everything, each with its reason."""

ENVIRONMENT = {"os.environ", "os.environb", "os.getenv"}
ENVIRONMENT_READERS = re.compile(r"functions/\w+/handler\.py|infra/.*|bench/.*")

CLOCKS = {
    *(f"time.{name}" for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")),
    *(f"datetime.{name}" for name in ("now", "utcnow", "today", "datetime.now", "datetime.utcnow", "date.today")),
    "date.today",
}


def test_a_file_is_one_step_not_a_topic() -> None:
    """A file that has grown past the limit holds more than one idea."""
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in files_under(*PRODUCT, "tests").items()}
    long = {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FILE}
    assert set(long) == set(LONG_FILES)


def test_nine_functions_in_ten_are_short() -> None:
    """Of all functions of the product, at most one in ten has 25 lines or more."""
    lines = {
        f"{name}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name, path in files_under(*PRODUCT).items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = sorted(name for name, count in lines.items() if count >= LINES_OF_A_LONG_FUNCTION)
    assert len(long) <= SHARE_OF_LONG_FUNCTIONS * len(lines), long


def test_only_an_outermost_loop_catches_everything() -> None:
    """What swallows every exception stands only where a process would end otherwise."""
    catching = {
        name
        for name, path in files_under(*PRODUCT).items()
        if any(_catches_everything(node) for node in ast.walk(tree_of(path)))
    }
    assert catching - OUTERMOST_LOOPS.keys() == set()


def _catches_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler) or isinstance(node.body[-1], ast.Raise):
        return False
    if node.type is None:
        return True
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def test_the_environment_is_read_at_the_plug() -> None:
    """A room learns what it needs from its settings; only handler.py and infra look at the environment."""
    reading = {name for name, path in files_under(*PRODUCT).items() if attributes_read(tree_of(path)) & ENVIRONMENT}
    assert {name for name in reading if not ENVIRONMENT_READERS.fullmatch(name)} == set()


def test_nouns_are_told_the_time() -> None:
    """Below the rooms only SystemClock knows what time it is."""
    nouns = files_under(*(f"shared/{noun}" for noun in NOUNS))
    telling = {name for name, path in nouns.items() if attributes_read(tree_of(path)) & CLOCKS}
    assert telling == {"shared/base/clock.py"}


def test_infra_takes_of_a_room_its_settings_or_its_machine() -> None:
    """AWS and the laptop plug rooms in; they know nothing of what is inside."""
    modules = {
        (name, node.module or "")
        for name, path in files_under("infra").items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
    }
    rooms = {(name, module) for name, module in modules if module.startswith("functions")}
    assert ("infra/topology.py", "functions.receive.settings") in rooms
    assert {pair for pair in rooms if not re.fullmatch(r"functions\.\w+\.(settings|app)", pair[1])} == set()
