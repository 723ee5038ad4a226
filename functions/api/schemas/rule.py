"""The body that makes or changes an automation rule, as LangSmith's clients write it, and a few fields of our own."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from functions.api.errors import BadRequest
from functions.api.schemas.asked import Asked, Moment, optional_uuid
from functions.api.schemas.moments import asked_us
from shared.base.errors import Malformed
from shared.rules.rule import Severity
from shared.runs.filter.lexer import FilterError
from shared.store.filters import Filters

MAX_NAME_CHARS = 200
MAX_FILTER_CHARS = 10_000
MAX_ACTIONS = 10
"""Webhooks of one rule, and alerts."""
MAX_HEADERS = 10
MAX_SUMMARY_CHARS = 1_024
"""Source: PagerDuty, Events API v2, `payload.summary`."""
MAX_CAP_USD = 1_000_000

Filter = Annotated[str, Field(max_length=MAX_FILTER_CHARS)]
Headers = Annotated[dict[str, str], Field(max_length=MAX_HEADERS)]
_NO_EVALUATORS = "Tracekeep runs no evaluators; send the runs to your own by webhooks, and let it give feedback"
_NOT_RUN = {
    "dataset_id": "rules act on traces of projects, not on experiments of datasets; name a project by session_id",
    "evaluators": _NO_EVALUATORS,
    "code_evaluators": _NO_EVALUATORS,
    "evaluator_id": _NO_EVALUATORS,
    "extend_evaluator_trace_retention": _NO_EVALUATORS,
    "use_corrections_dataset": _NO_EVALUATORS,
    "create_alignment_queue": _NO_EVALUATORS,
    "spend_limit": "it limits evaluators, of which there are none; monthly_cap_usd limits what a rule's upgrades cost",
    "group_by": "rules act on runs and their traces; for a whole thread, filter by thread_id",
    "include_extended_stats": "webhooks carry the feedback of each run, and no further statistics; leave it out",
}
"""What the contract has and Tracekeep does not run: refused with what to do, rather than ignored."""


class WebhookAsked(Asked):
    """An address to tell, and the headers to send along."""

    url: str
    headers: Headers | None = None


class AlertAsked(WebhookAsked):
    """Somebody to tell: by PagerDuty, by the deployment's SNS topic, or at an address."""

    type: Literal["pagerduty", "sns", "webhook"] = "pagerduty"
    url: str = ""
    routing_key: str = ""
    summary: Annotated[str, Field(max_length=MAX_SUMMARY_CHARS)] | None = None
    severity: Severity | None = None


class RuleFields(Asked):
    """All that may be said of a rule; a dry run takes it as it is."""

    id: str | None = None
    display_name: str = ""
    sampling_rate: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 1.0
    session_id: str | None = None
    is_enabled: bool = True
    filter: Filter | None = None
    trace_filter: Filter | None = None
    tree_filter: Filter | None = None
    backfill_from: Moment | None = None
    transient: bool = False
    extend_only: bool = False
    extend_trace_retention: bool = False
    add_to_annotation_queue_id: str | None = None
    extend_annotation_queue_trace_retention: bool | None = None
    add_to_dataset_id: str | None = None
    add_to_dataset_prefer_correction: bool | None = None
    extend_dataset_trace_retention: bool | None = None
    webhooks: Annotated[list[WebhookAsked], Field(max_length=MAX_ACTIONS)] | None = None
    extend_webhook_trace_retention: bool | None = None
    alerts: Annotated[list[AlertAsked], Field(max_length=MAX_ACTIONS)] | None = None
    monthly_cap_usd: Annotated[Decimal, Field(ge=0, le=MAX_CAP_USD, decimal_places=4)] | None = None
    dataset_id: Any = None
    evaluators: Any = None
    code_evaluators: Any = None
    evaluator_id: Any = None
    extend_evaluator_trace_retention: Any = None
    use_corrections_dataset: Any = None
    create_alignment_queue: Any = None
    spend_limit: Any = None
    group_by: Any = None
    include_extended_stats: Any = None

    def check(self) -> None:
        """Nothing, if Tracekeep runs all of this. Raises: BadRequest, Malformed, FilterError; each names the field."""
        refused = [f"{name}: {why}" for name, why in _NOT_RUN.items() if getattr(self, name)]
        if refused:
            raise BadRequest("; ".join(refused))
        self.filters()

    def filters(self) -> Filters:
        """The three filters. Raises: Malformed, which names the field and shows the place."""
        for name in ("filter", "trace_filter", "tree_filter"):
            _check_filter(name, getattr(self, name))
        return Filters.parsed(self.filter, self.trace_filter, self.tree_filter)

    def plain(self) -> dict[str, Any]:
        """What is said, by our names: all but the project, what is only said once, and what must be sealed.

        Raises: Malformed.
        """
        return {
            "is_enabled": self.is_enabled,
            "sampling_rate": self.sampling_rate,
            "filter": self.filter,
            "trace_filter": self.trace_filter,
            "tree_filter": self.tree_filter,
            "extend_only": self.extend_only,
            "extends": self.extend_trace_retention,
            "queue": optional_uuid(self.add_to_annotation_queue_id, "add_to_annotation_queue_id"),
            "extend_for_queue": self.extend_annotation_queue_trace_retention,
            "dataset": optional_uuid(self.add_to_dataset_id, "add_to_dataset_id"),
            "prefers_correction": self.add_to_dataset_prefer_correction is True,
            "extend_for_dataset": self.extend_dataset_trace_retention,
            "extend_for_webhook": self.extend_webhook_trace_retention,
            "monthly_cap_usd": self.monthly_cap_usd,
        }

    @property
    def backfill_from_us(self) -> int | None:
        """Since when past runs are acted on as well; None where they are not. Raises: Malformed."""
        return asked_us(self.backfill_from, "backfill_from")

    def acts(self) -> list[str]:
        """The fields that name an action other than extending."""
        names = ("add_to_annotation_queue_id", "add_to_dataset_id", "webhooks", "alerts")
        return [name for name in names if getattr(self, name)]

    def check_actions(self) -> None:
        """Nothing, if a rule with these actions does something, and one thing. Raises: BadRequest."""
        acts = self.acts()
        if self.extend_only and acts:
            raise BadRequest(
                f"extend_only: such a rule extends traces and does nothing else; leave out {', '.join(acts)}, "
                "or ask for extend_trace_retention instead"
            )
        if not (acts or self.extend_only or self.extend_trace_retention):
            raise BadRequest(
                "a rule needs something to do: extend_only or extend_trace_retention, add_to_annotation_queue_id, "
                "add_to_dataset_id, webhooks or alerts"
            )


class RuleAsked(RuleFields):
    """A whole rule: what is not said is as it is by default, also where a rule is changed."""

    display_name: str
    sampling_rate: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    revision: int | None = None
    """Of the rule as it was read: refused where somebody changed it in between."""

    @property
    def name(self) -> str:
        """The name without spaces around it. Raises: Malformed."""
        name = self.display_name.strip()
        if not 0 < len(name) <= MAX_NAME_CHARS:
            raise Malformed(f"display_name: has {len(name)} characters; it must have 1 to {MAX_NAME_CHARS}")
        return name


class RuleTrialAsked(RuleFields):
    """What a dry run asks: a rule as it might be, over so many days, and where the part before stopped."""

    days: Annotated[int, Field(ge=1, le=400)] = 14
    cursor: str | None = None


class TriggerMany(Asked):
    """Which rules are to run now."""

    rule_ids: Annotated[list[str], Field(max_length=100)] | None = None
    dataset_id: Any = None


def _check_filter(name: str, text: str | None) -> None:
    """Raises: Malformed, whose message begins with the name of the field."""
    try:
        Filters.parsed(text)
    except FilterError as error:
        raise Malformed(name + error.message.removeprefix("filter")) from None
