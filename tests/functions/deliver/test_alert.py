"""Alerts: who is told, what it says, and what it never says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.deliver.alert import MAX_SUMMARY_CHARS
from shared.rules.rule import Alert
from tests.deliver_room import RULE_ID, DeliverRoom
from tests.hook_receiver import Receiver, receiver
from tests.operations import WORKSPACE

_OF_A_TRACE = ("refund?", "gpt", "ValueError", "search")


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """PagerDuty, or an owner's own receiver."""
    with receiver() as made:
        yield made


@pytest.fixture
def room(tmp_path: Path, hook: Receiver) -> DeliverRoom:
    """A room whose PagerDuty is the receiver."""
    return DeliverRoom(tmp_path, pagerduty_url=hook.url)


def _pagerduty(room: DeliverRoom, summary: str = "", **fields: Any) -> Alert:  # noqa: ANN401 whatever an alert has
    return Alert("pagerduty", summary, sealed_routing_key=room.sealing.seal("R0UT1NG"), **fields)


def _told(room: DeliverRoom, hook: Receiver, alert: Alert, name: str = "too slow") -> dict[str, Any]:
    """What the receiver got of this one alert."""
    room.rule(alerts=[alert], name=name)
    room.sent("alert")
    room.work_on()
    [got] = hook.got
    told: dict[str, Any] = got.json
    return told


def test_pagerduty_gets_an_event_of_its_api(room: DeliverRoom, hook: Receiver) -> None:
    """With its key, a severity, a summary, and a link to the run; one incident a rule."""
    event = _told(room, hook, _pagerduty(room, severity="critical"))
    payload = event["payload"]
    assert (event["routing_key"], event["event_action"]) == ("R0UT1NG", "trigger")
    assert event["dedup_key"] == f"tracekeep-rule-{RULE_ID}"
    assert payload["summary"] == "Rule too slow matched 3 runs in default"
    assert (payload["severity"], payload["source"]) == ("critical", "traces.example.com")
    assert payload["timestamp"] == "2026-11-20T12:01:00Z"
    assert payload["custom_details"]["run_ids"] == room.run_ids
    [link] = event["links"]
    assert link["href"] == event["client_url"]
    assert link["href"].startswith(f"https://traces.example.com/o/{WORKSPACE}/projects/p/{room.project()}/r/")
    assert f"/r/{room.run_ids[0]}?trace_id={room.trace_id}" in link["href"]


def test_a_summary_is_the_owners_text_with_its_places_filled(room: DeliverRoom, hook: Receiver) -> None:
    """Rule, project, count and link; other braces are text."""
    text = "{rule}: {count} of {project}, {odd} {rule.name} {0} {{link}} } {link"
    event = _told(room, hook, _pagerduty(room, text))
    link = event["client_url"]
    assert event["payload"]["summary"] == (
        f"too slow: 3 runs of default, {{odd}} {{rule.name}} {{0}} {{{link}}} }} {{link"
    )


def test_a_name_is_not_filled_in_again(room: DeliverRoom, hook: Receiver) -> None:
    """A rule that is called like a place in the text stays that."""
    event = _told(room, hook, _pagerduty(room, "{rule}"), name="{link} {count}")
    assert event["payload"]["summary"] == "{link} {count}"


def test_a_summary_is_as_long_as_pagerduty_takes(room: DeliverRoom, hook: Receiver) -> None:
    """The one text that is cut: its owner wrote it, and the rest of the event is whole."""
    event = _told(room, hook, _pagerduty(room, "{rule} " * 200), name="n" * 100)
    assert len(event["payload"]["summary"]) == MAX_SUMMARY_CHARS


@pytest.mark.parametrize(("status", "attempts", "result"), [(202, 1, "delivered"), (400, 1, "failed")])
def test_what_pagerduty_answers_counts(
    room: DeliverRoom, hook: Receiver, status: int, attempts: int, result: str
) -> None:
    """Taken is delivered; a wrong key is not sent again."""
    hook.behaviours.append(status)
    room.rule(alerts=[_pagerduty(room)])
    delivery = room.sent("alert")
    room.work_on()
    assert (room.outcome(delivery).result, room.outcome(delivery).attempts) == (result, attempts)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_pagerduty_is_asked_again_when_it_says_later(room: DeliverRoom, hook: Receiver, status: int) -> None:
    """Its documentation says so of 429 too."""
    hook.behaviours.append(status)
    room.rule(alerts=[_pagerduty(room)])
    delivery = room.sent("alert")
    room.work_on()
    assert (room.outcome(delivery).result, room.outcome(delivery).attempts) == ("delivered", 2)


def test_the_topic_is_told_once(room: DeliverRoom, hook: Receiver) -> None:
    """With a subject for mail, a text for people, attributes to filter by."""
    room.rule(alerts=[Alert("sns", "look at {project}", "error")])
    delivery = room.sent("alert")
    room.sent("alert")
    room.work_on()
    [told] = room.alerts_told()
    assert told["subject"] == "[error] look at default"
    assert "Rule: too slow\nProject: default\nMatched: 3 runs\nhttps://traces.example.com/o/" in told["message"]
    assert told["attributes"] == {
        "rule_id": RULE_ID,
        "severity": "error",
        "workspace": WORKSPACE,
        "trace_id": room.trace_id,
    }
    assert room.outcome(delivery).result == "delivered"
    assert hook.got == []


def test_a_webhook_of_an_alert_is_signed_and_has_its_headers(room: DeliverRoom, hook: Receiver) -> None:
    """As that of a rule; what it says is the alert alone."""
    sealed = room.hook(hook.url, {"X-Team": "ops"})
    alert = Alert("webhook", "", "info", "", sealed.url, sealed.sealed_headers, sealed.sealed_secret)
    told = _told(room, hook, alert)
    assert (told["type"], told["summary"]) == ("alert", "Rule too slow matched 3 runs in default")
    assert (told["runs"], told["run_ids"], told["severity"]) == (3, room.run_ids, "info")
    assert hook.got[0].headers["x-team"] == "ops"
    assert hook.got[0].headers["webhook-signature"].startswith("v1,")


@pytest.mark.parametrize("kind", ["pagerduty", "sns", "webhook"])
def test_an_alert_says_no_word_of_a_trace(room: DeliverRoom, hook: Receiver, kind: str) -> None:
    """It goes to phones and chats: neither names of runs nor what they said are in it."""
    sealed = room.hook(hook.url)
    alerts = {
        "pagerduty": _pagerduty(room),
        "sns": Alert("sns"),
        "webhook": Alert("webhook", url=sealed.url, sealed_secret=sealed.sealed_secret),
    }
    room.rule(alerts=[alerts[kind]])
    room.sent("alert")
    room.work_on()
    said = str(room.alerts_told()) + str([one.body for one in hook.got])
    assert "default" in said
    assert [word for word in _OF_A_TRACE if word in said] == []


def test_one_run_is_one_run(room: DeliverRoom, hook: Receiver) -> None:
    """Words agree with numbers."""
    room.rule(alerts=[_pagerduty(room, "{count}")])
    room.sent("alert", run_ids=room.run_ids[:1])
    room.work_on()
    assert hook.got[0].json["payload"]["summary"] == "1 run"
