"""A feedback as it is read: what was said about a run, or about a project, by one id.

Like runs, feedback is never updated: it is what the facts about its id give when they are merged.

    create    says everything anew; sent again under the same id it takes the place of what was said before
    change    says some fields anew
    delete    takes it all back; only a later create says anything again

Facts count in order of (when they count from, receipt). A create counts from the time that its client calls
`modified_at`, but never from later than its arrival: so a create that waited in a queue does not undo a change
made since, and a client whose clock is ahead cannot make its word last.

Law: the result does not depend on the order in which the facts come, nor on how often each comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import msgspec

Kind = Literal["create", "change", "delete"]
Fields = dict[str, Any]
BY_PAGE = "app"
"""The source of what people say in the page. Source: LangSmith's OpenAPI document, AppFeedbackSource."""
CHANGEABLE = ("score", "value", "comment", "correction")


class Said(NamedTuple):
    """What one request said about one feedback.

    `at_us` is when it counts from; `created_us` when the client says that the feedback was made.
    """

    at_us: int
    receipt: str
    kind: Kind
    created_us: int
    fields: Fields

    @property
    def order(self) -> tuple[int, str]:
        """What facts are sorted by."""
        return self.at_us, self.receipt


class Feedback(msgspec.Struct, omit_defaults=True):
    """One feedback. `fields` are those of `check.KEPT` that were said; `trace_id` and `project` where it belongs.

    `project` is None while the run has not arrived. Times are microseconds since 1970 UTC.
    """

    id: str
    created_us: int
    modified_us: int
    fields: Fields
    trace_id: str | None = None
    project: str | None = None

    @property
    def key(self) -> str:
        """What it is about: the name of a metric."""
        key: str = self.fields["key"]
        return key

    @property
    def run_id(self) -> str | None:
        """The run it is about; None where it is about a project."""
        run_id: str | None = self.fields.get("run_id")
        return run_id

    @property
    def score(self) -> float | None:
        """The number it gives, or a boolean."""
        score: float | None = self.fields.get("score")
        return score

    @property
    def source(self) -> dict[str, Any]:
        """Who gave it."""
        return self.fields.get("feedback_source") or {}

    def asks_to_keep(self, *, by_api: bool, in_app: bool) -> bool:
        """Whether it keeps its trace longer; where its sender did not say, by how it was given.

        A client says no by either of two names.
        """
        said = self.fields.get("extend_trace_retention")
        if said is False or self.fields.get("_skip_trace_upgrade") is True:
            return False
        return said is True or (in_app if self.source.get("type") == BY_PAGE else by_api)

    @property
    def extends_retention(self) -> bool:
        """The same where nobody chose otherwise: what an export of it says, so that an import does alike."""
        return self.asks_to_keep(by_api=True, in_app=False)


def merged(feedback_id: str, said: Iterable[Said]) -> Feedback | None:
    """The feedback that these facts give; None where it was deleted, or never created."""
    found: Feedback | None = None
    for one in sorted(said, key=lambda fact: fact.order):
        if one.kind == "delete":
            found = None
        elif one.kind == "create":
            created_us = one.created_us if found is None else min(found.created_us, one.created_us)
            found = Feedback(feedback_id, created_us, max(created_us, one.at_us), dict(one.fields))
        elif found is not None:
            found.fields |= one.fields
            found.modified_us = max(found.modified_us, one.at_us)
    return found
