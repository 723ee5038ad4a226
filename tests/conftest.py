"""What holds for every test: nothing leaves this machine, and in CI nothing is skipped."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.emulator import running_ministack
from tests.loopback import refuse_other_hosts

pytest_plugins = ["tests.no_skips"]


def pytest_configure() -> None:
    """Guard the process before any test is collected."""
    sys.addaudithook(refuse_other_hosts)


@pytest.fixture(scope="session")
def aws_endpoint() -> Iterator[str]:
    """The emulated AWS of this test run; each test makes resources of its own in it."""
    with running_ministack() as endpoint:
        yield endpoint
