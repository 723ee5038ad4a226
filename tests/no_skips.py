"""In CI a test that is skipped has failed: what it needs is there, or the machine is set up wrongly."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

Report = pytest.TestReport | pytest.CollectReport


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge one test."""
    report = yield
    _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge one file, which may skip itself as a whole."""
    report = yield
    _judge(report)
    return report


def _judge(report: Report) -> None:
    is_expected_failure = hasattr(report, "wasxfail")
    if report.skipped and "CI" in os.environ and not is_expected_failure:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI has everything, so nothing is skipped, but: {reason}"
