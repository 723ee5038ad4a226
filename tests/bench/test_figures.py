"""Figures are judged by their budgets, and written so that a person can read them."""

from __future__ import annotations

import pytest

from bench.figures import Figure, Section, Table, aligned, percentile, report, written


@pytest.mark.parametrize(
    ("measured", "must", "aim", "verdict"),
    [
        (5, 10, 6, "aim"),
        (6, 10, 6, "aim"),
        (7, 10, 6, "must"),
        (10.01, 10, 6, "NO"),
        (3, None, None, ""),
        (4, None, 3, ""),
    ],
)
def test_a_figure_keeps_its_aim_or_its_must_or_neither(
    measured: float, must: float | None, aim: float | None, verdict: str
) -> None:
    """The verdict names the strictest budget that holds; without a budget there is none."""
    assert Figure("x", measured, "ms", must, aim).verdict == verdict


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (1, 1), (50, 50), (90, 90), (99, 99), (100, 100)])
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(percent: float, expected: int) -> None:
    """Of 1 to 100, in any order, p50 is 50 and p99 is 99."""
    assert percentile(reversed(range(1, 101)), percent) == expected


def test_a_percentile_of_few_is_one_of_them() -> None:
    """No value is made up between two: p50 of two is the smaller, p99 the larger."""
    assert (percentile([7, 3], 50), percentile([7, 3], 99), percentile([4], 99)) == (3, 7, 4)


def test_there_is_no_percentile_of_nothing() -> None:
    """No samples is a mistake of the bench, not a zero."""
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (1_234_567.8, "1,234,568"),
        (12, "12"),
        (5.912, "5.91"),
        (59.12, "59.1"),
        (0.0391, "0.0391"),
        (0.0002, "2.0e-04"),
    ],
)
def test_a_number_has_three_digits_that_count(number: float, text: str) -> None:
    """Neither noise behind the point nor a figure that has lost its size."""
    assert written(number) == text


def test_columns_are_aligned() -> None:
    """Names begin in one column, numbers end in one."""
    table = aligned(("what", "ms"), [("a long name", "1"), ("b", "1,000")], left=(0,))
    assert table.splitlines() == [
        "what            ms",
        "------------------",
        "a long name      1",
        "b            1,000",
    ]


def test_a_report_has_figures_with_budgets_and_tables_without() -> None:
    """Everything that was measured is on the page, next to what it must be."""
    section = Section(
        "Speed", "as it is", [Figure("p99", 12.5, "ms", 500, 200)], [Table("By size", ("n", "ms"), [("10", 1.5)])]
    )
    text = report(section)
    assert text.splitlines()[:3] == ["SPEED", "", "as it is"]
    row = next(line for line in text.splitlines() if line.startswith("p99"))
    assert row.split() == ["p99", "≤", "500", "≤", "200", "12.5", "ms", "aim"]
    assert text.splitlines()[-1].split() == ["10", "1.50"]
