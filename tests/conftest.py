"""What holds for every test: nothing leaves this machine, and in CI nothing is skipped."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.emulator import running_ministack
from tests.loopback import refuse_other_hosts

pytest_plugins = ["tests.no_skips"]


def pytest_configure() -> None:
    """Guard the process before any test is collected; no property is judged by how fast this machine is.

    In CI the examples are the same each time, so that a verdict on a commit is one.
    """
    sys.addaudithook(refuse_other_hosts)
    settings.register_profile(
        "house",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=bool(os.environ.get("CI")),
    )
    settings.load_profile("house")


@pytest.fixture(scope="session")
def aws_endpoint() -> Iterator[str]:
    """The emulated AWS of this test run; each test makes resources of its own in it."""
    with running_ministack() as endpoint:
        yield endpoint
