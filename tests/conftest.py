"""What holds for every test: nothing leaves this machine."""

from __future__ import annotations

import sys

from tests.loopback import refuse_other_hosts


def pytest_configure() -> None:
    """Guard the process before any test is collected."""
    sys.addaudithook(refuse_other_hosts)
