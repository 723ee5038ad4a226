"""What people ask, of as many hostile runs as you like: `python -m tests.shared.runs.filter.compare 100000`."""

from __future__ import annotations

import sys

from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.parse import parse
from tests.shared.runs.filter.asked import ASKED
from tests.shared.runs.filter.hostile import HostileRun, runs
from tests.shared.runs.filter.reference import reference


def differing(text: str, among: list[HostileRun]) -> tuple[int, int]:
    """(runs found, runs that only one of product and reference finds)."""
    expression, matches = parse(text), reference(text)
    found = {one.view["id"] for one in among if evaluate(expression, one.whole) is True}
    return len(found), len(found ^ {one.view["id"] for one in among if matches(one.view)})


def main(count: int) -> int:
    """A line for each filter; 1 where any differs."""
    hostile, wrong = runs(seed=2026, count=count), 0
    for text in ASKED:
        found, differ = differing(text, hostile)
        wrong += differ
        sys.stdout.write(f"{found:>8} found  {differ:>4} differ  {text}\n")
    sys.stdout.write(f"{len(ASKED)} filters over {count} runs: {wrong} differ\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
