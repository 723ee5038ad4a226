"""`python -m bench`: measure speed and count what AWS would bill, beside the budgets of the design.

speed   readable runs a second, accepted → readable, the server's processor time, on this machine
cpu     processor time of receive and record, storage aside
cost    write units and dollars a million traces, counted at the ports
big     a trace of 25,000 runs
share   a shared link: its weight, when it is seen, with a script and without; where there is a browser
page    its weight, when it is seen, and a trace of 25,000 runs in it; where there is a browser
lists   newest roots, recent errors, scans and searches while more and more is stored
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache

from bench import big_trace, cost, cpu, keeping, lists, page, page_shared, results, rules, speed
from bench.figures import Section, report
from bench.shapes import Captured, capture_all

_SIZES = (1_000, 10_000, 100_000)
_MILLION = (1_000, 100_000, 1_000_000)
_QUICK_SIZES = (1_000, 10_000)
_BUSY = 0.5


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for, print it, keep it: 1 where a budget is not kept."""
    asked = _parser().parse_args(arguments)
    _forget_tracing()
    sections: dict[str, Section] = {}
    busy = results.busy()
    if busy > _BUSY:
        _say(f"others use this machine ({busy:.1f} processes want each core): times will be worse than they can be")
    for name, measure in _measures(asked).items():
        if asked.only in (None, name):
            began_s = time.monotonic()
            section = measure()
            if section is None:
                continue
            sections[name] = section
            _say(f"{name}: done in {time.monotonic() - began_s:.0f} s")
            print(report(sections[name]), end="\n\n\n", flush=True)
    if not asked.quick:
        results.write(results.content_of(sections, results.read(), busy))
        _say(f"written to {results.PATH.name}")
    missed = [figure.what for section in sections.values() for figure in section.figures if figure.verdict == "NO"]
    print("\n".join(f"BUDGET NOT KEPT: {what}" for what in missed) or "Every budget is kept.")
    return 1 if missed else 0


def _measures(asked: argparse.Namespace) -> dict[str, Callable[[], Section | None]]:
    """What can be measured, by name, as large as is asked for."""
    quick: bool = asked.quick
    sizes = _MILLION if asked.million else _QUICK_SIZES if quick else _SIZES
    return {
        "speed": lambda: speed.measure(traces=100 if quick else 500, samples=40 if quick else 200, say=_say),
        "cpu": lambda: cpu.measure(_captured(), rounds=5 if quick else 15, say=_say),
        "cost": lambda: cost.measure(_captured(), say=_say),
        "keeping": lambda: keeping.measure(_captured()["REF"], _say),
        "rules": lambda: rules.measure(4_000 if quick else 100_000, _captured()["REF"], _say),
        "big": lambda: big_trace.measure(_say),
        "page": lambda: page.measure(_say),
        "share": lambda: page_shared.measure(_say),
        "lists": lambda: lists.measure(sizes, _say),
    }


@cache
def _captured() -> dict[str, Captured]:
    _say("capturing what the client sends for each kind of app")
    return capture_all()


def _parser() -> argparse.ArgumentParser:
    about = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        "python -m bench", description=about[0], epilog=about[2], formatter_class=_AsWritten
    )
    parser.add_argument("--quick", action="store_true", help="under a minute, smaller, and nothing is written")
    parser.add_argument(
        "--only",
        choices=("speed", "cpu", "cost", "keeping", "rules", "big", "page", "share", "lists"),
        help="measure only this",
    )
    parser.add_argument("--million", action="store_true", help="lists up to 1,000,000 traces: some minutes and 3 GB")
    return parser


class _AsWritten(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the list above."""


def _forget_tracing() -> None:
    """The developer's own settings of the client must not reach it."""
    for name in [name for name in os.environ if name.startswith(("LANGSMITH_", "LANGCHAIN_"))]:
        del os.environ[name]


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
