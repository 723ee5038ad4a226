"""What somebody is told who is to look: by PagerDuty, by a topic, by a webhook of his own. Never a word of a trace.

The summary is the rule's own text, in which {rule}, {project}, {count} and {link} stand for what they say.
Source of PagerDuty's event: PagerDuty, Events API v2, "Send an alert event".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.rules.rule import Alert, Rule
from shared.runs.times import utc_time
from shared.store.deliveries import Delivery

MAX_SUMMARY_CHARS = 1_024
"""Source: PagerDuty, Events API v2, `payload.summary`."""
_DEFAULT = "Rule {rule} matched {count} in {project}"


@dataclass(frozen=True)
class Finding:
    """What a rule found, as people read it: `link` is the page of the first run, empty where no page is known."""

    delivery: Delivery
    rule: Rule
    alert: Alert
    project: str
    link: str

    @property
    def count(self) -> str:
        """How many runs matched, in words."""
        number = len(self.delivery.run_ids)
        return "1 run" if number == 1 else f"{number:,} runs"

    @property
    def summary(self) -> str:
        """One sentence for people. A name that looks like a place in the text stays a name."""
        said = {"rule": self.rule.name, "project": self.project, "count": self.count, "link": self.link}
        parts = (self.alert.summary.strip() or _DEFAULT).split("{")
        text = parts[0] + "".join(_filled(part, said) for part in parts[1:])
        return text[:MAX_SUMMARY_CHARS]

    @property
    def details(self) -> dict[str, Any]:
        """What a program needs: ids and times."""
        return {
            "rule_id": self.rule.id,
            "rule": self.rule.name,
            "project": self.project,
            "trace_id": self.delivery.trace_id,
            "run_ids": list(self.delivery.run_ids[:_MAX_IDS]),
            "runs": len(self.delivery.run_ids),
            "start_time": utc_time(self.delivery.since_us),
            "end_time": utc_time(self.delivery.until_us),
            "link": self.link,
        }


_MAX_IDS = 100
"""Of runs, in an alert; `runs` says how many there are."""


def pagerduty_event(found: Finding, routing_key: str, source: str) -> dict[str, Any]:
    """The event that opens an incident, or adds to the one that is open: one for each rule."""
    event: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": f"tracekeep-rule-{found.rule.id}",
        "client": "Tracekeep",
        "payload": {
            "summary": found.summary,
            "source": source,
            "severity": found.alert.severity,
            "timestamp": utc_time(found.delivery.until_us),
            "component": found.project,
            "class": "automation rule",
            "custom_details": found.details,
        },
    }
    return event | ({"client_url": found.link, "links": [_link(found)]} if found.link else {})


def webhook_alert(found: Finding) -> dict[str, Any]:
    """What a webhook is told of an alert."""
    return {"type": "alert", "summary": found.summary, "severity": found.alert.severity, **found.details}


def letter(found: Finding) -> tuple[str, str]:
    """Subject and text, for whoever reads the topic by mail."""
    lines = [found.summary, "", f"Rule: {found.rule.name}", f"Project: {found.project}", f"Matched: {found.count}"]
    return f"[{found.alert.severity}] {found.summary}", "\n".join([*lines, *([found.link] if found.link else [])])


def attributes(found: Finding) -> dict[str, str]:
    """What subscribers of the topic may filter by."""
    return {
        "rule_id": found.rule.id,
        "severity": found.alert.severity,
        "workspace": found.delivery.workspace,
        "trace_id": found.delivery.trace_id,
    }


def _link(found: Finding) -> dict[str, str]:
    return {"href": found.link, "text": "The run in Tracekeep"}


def _filled(part: str, said: dict[str, str]) -> str:
    """What stood behind an opening brace, with the place that it begins with filled, if it is one."""
    name, closed, rest = part.partition("}")
    return said[name] + rest if closed and name in said else "{" + part
