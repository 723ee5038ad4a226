"""The file of results: figures with their budgets, and no trace of whose machine it was."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from bench import results
from bench.figures import Figure, Section, Table

SECTION = Section(
    "Speed", "how", [Figure("p50", 1.23456, "ms", 150, 50)], [Table("By size", ("n", "ms"), [("10", 2.0)])]
)


def test_a_section_is_kept_with_its_budgets_and_what_it_was_measured_on() -> None:
    """A reader of the file alone can judge each figure."""
    content = results.content_of({"speed": SECTION}, {}, 0.25)
    assert content["speed"]["figures"] == [
        {"what": "p50", "measured": 1.235, "unit": "ms", "must": 150, "aim": 50, "keeps": "aim"}
    ]
    assert content["speed"]["tables"][0]["rows"] == [["10", 2.0]]
    assert content["speed"]["busy_before"] == 0.25
    assert content["speed"]["versions"]["python"] == platform.python_version()


def test_what_is_not_measured_again_stays() -> None:
    """`--only` renews its own section."""
    content = results.content_of({"speed": SECTION}, {"speed": {"title": "old"}, "cost": {"title": "kept"}}, 0)
    assert (content["speed"]["title"], content["cost"]["title"]) == ("Speed", "kept")


def test_the_file_names_no_machine_and_no_path() -> None:
    """It is public: what kind of machine it was is enough."""
    text = json.dumps(results.content_of({"speed": SECTION}, {}, 0.25))
    assert platform.node() not in text
    assert str(Path.home()) not in text
    assert str(Path.cwd()) not in text
