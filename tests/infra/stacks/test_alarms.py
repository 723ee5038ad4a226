"""An alarm says what happened and what to do, reaches somebody, and costs nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from infra.topology import DELIVER, ERASE, EXPORT, KEEP, ROOMS, SHARE, Http, HttpDefault
from tests.infra.stacks.template import Template, plain

ROOT = Path(__file__).parents[3]
FREE_ALARMS = 10
"""Source: Amazon CloudWatch pricing, free tier: alarm metrics an account has for nothing."""


def _alarms(template: Template) -> list[dict[str, Any]]:
    return [alarm["Properties"] for alarm in template.of_type("AWS::CloudWatch::Alarm").values()]


def _watched(template: Template) -> set[tuple[str, str]]:
    """Every (metric, resource) that has an alarm."""
    return {
        (alarm["MetricName"], plain(dimension["Value"]))
        for alarm in _alarms(template)
        for dimension in alarm["Dimensions"]
    }


def test_what_loses_or_delays_traces_is_watched(template: Template) -> None:
    """Buried messages, late operations, failing answers, and crashes that are none of these.

    What `erase`, `keep` and `share` fail on comes again and is a dead letter at last; nobody waits for it meanwhile.
    What `export` and `deliver` fail on comes again too, and is told to who asked for it. Throttles are failing answers,
    or lag.
    """
    [api] = template.of_type("AWS::ApiGatewayV2::Api")
    rooms = [room for room in ROOMS if not isinstance(room.trigger, Http | HttpDefault)]
    functions = [template.function_of(room.name) for room in rooms if room not in {DELIVER, ERASE, EXPORT, KEEP, SHARE}]
    assert _watched(template) >= {
        ("ApproximateNumberOfMessagesVisible", "DeadLetterQueue"),
        ("ApproximateNumberOfMessagesVisible", "ErasureDeadLetterQueue"),
        ("ApproximateNumberOfMessagesVisible", "UpgradeDeadLetterQueue"),
        ("ApproximateAgeOfOldestMessage", "OperationsQueue"),
        ("5xx", api),
        *[("Errors", function) for function in functions],
    }


def test_each_alarm_names_lines_of_the_runbook_that_exist(template: Template) -> None:
    """Whoever is woken finds the section that the alarm points to."""
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    sections = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", runbook, re.MULTILINE)}
    named = [re.search(r"docs/runbook\.md#([\w-]+)$", alarm["AlarmDescription"]) for alarm in _alarms(template)]
    assert {match[1] if match else None for match in named} <= sections


def test_silence_is_no_alarm(template: Template) -> None:
    """A deployment that nobody uses stays quiet."""
    assert {alarm["TreatMissingData"] for alarm in _alarms(template)} == {"notBreaching"}


def test_alarms_fit_what_is_free(template: Template) -> None:
    """Each alarm reads one metric, and together they are no more than an account has for nothing."""
    alarms = _alarms(template)
    assert [alarm for alarm in alarms if "Metrics" in alarm] == []
    assert len(alarms) <= FREE_ALARMS


def test_nobody_is_written_to_unasked(template: Template) -> None:
    """Without an address there is no topic but that of rules, and the alarms are seen in the console."""
    assert set(template.of_type("AWS::SNS::Topic")) == {"AlertsTopic"}
    assert [alarm for alarm in _alarms(template) if alarm.get("AlarmActions")] == []


def test_the_owner_hears_of_the_beginning_and_the_end(chosen: Template) -> None:
    """With an address, each alarm goes there when it rings and when it is over."""
    [subscription] = chosen.of_type("AWS::SNS::Subscription").values()
    [topic] = set(chosen.of_type("AWS::SNS::Topic")) - {"AlertsTopic"}
    assert plain(subscription["Properties"]["TopicArn"]) == topic
    assert (subscription["Properties"]["Protocol"], subscription["Properties"]["Endpoint"]) == (
        "email",
        "on-call@example.com",
    )
    for alarm in _alarms(chosen):
        assert [plain(action) for action in (*alarm["AlarmActions"], *alarm["OKActions"])] == [topic, topic]


@pytest.mark.parametrize(("which", "name"), [("template", "tracekeep"), ("chosen", "traces-of-ours")])
def test_an_alarm_says_whose_it_is(request: pytest.FixtureRequest, which: str, name: str) -> None:
    """Two deployments in one account do not ring under one name."""
    assert [a for a in _alarms(request.getfixturevalue(which)) if not a["AlarmName"].startswith(f"{name}-")] == []
