"""The template, synthesised once for all tests: it takes seconds."""

from __future__ import annotations

import pytest

from infra.stacks.options import Options
from tests.infra.stacks.template import Template, synthesised


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """What a deployment with every option left at its default is made of."""
    return synthesised(Options(), tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="session")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """What a deployment with every option set otherwise is made of."""
    options = Options(
        stack_name="traces-of-ours",
        base_days=3,
        extended_days=30,
        log_days=7,
        alarm_email="on-call@example.com",
        requests_per_s=7,
        request_burst=9,
        reserved_concurrency="receive=50, record=20",
        price_class="PRICE_CLASS_ALL",
        pagerduty_url="https://events.eu.pagerduty.com/v2/enqueue",
        domain_name="traces.example.com",
        certificate_arn="arn:aws:acm:us-east-1:111122223333:certificate/5f0a2b6c-8d1e-4f3a-9b7c-2d4e6f8a0b1c",
    )
    return synthesised(options, tmp_path_factory.mktemp("chosen"))
