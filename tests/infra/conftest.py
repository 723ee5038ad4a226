"""The emulated AWS of `deploy_check`: gaps filled, IAM in force."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.emulator import Aws, emulated_aws


@pytest.fixture(scope="session")
def strict_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """One for the test run; each test makes resources of its own in it."""
    with emulated_aws(tmp_path_factory.mktemp("strict-aws")) as aws:
        yield aws
