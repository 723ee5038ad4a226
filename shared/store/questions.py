"""All questions over one store, made once for a room; and upgrades, which ask whether a limit allows them."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.clock import Clock
from shared.retention.periods import Periods
from shared.store.access import Access
from shared.store.failures import Failures
from shared.store.feedback_configs import FeedbackConfigs
from shared.store.feedback_homes import FeedbackHomes
from shared.store.feedback_tokens import FeedbackTokens
from shared.store.feedbacks import Feedbacks
from shared.store.heads import Heads
from shared.store.hours import Hours
from shared.store.locate import Locator
from shared.store.own_prices import PriceBook
from shared.store.ports import Store
from shared.store.projects import Projects
from shared.store.retention import Retention
from shared.store.runlog import RunLog
from shared.store.traces import Traces
from shared.store.upgrades import Upgrades


@dataclass(frozen=True)
class Questions:
    """What a room may ask of its store."""

    access: Access
    projects: Projects
    traces: Traces
    hours: Hours
    heads: Heads
    log: RunLog
    failures: Failures
    locator: Locator
    feedbacks: Feedbacks
    feedback_tokens: FeedbackTokens
    feedback_configs: FeedbackConfigs
    prices: PriceBook
    retention: Retention
    upgrades: Upgrades


def open_questions(store: Store, clock: Clock, periods: Periods) -> Questions:
    """The questions of a room that reads both tables."""
    hours = Hours(store.traces, clock, periods)
    log = RunLog(store.traces, store.objects, hours, clock)
    projects = Projects(store.control, clock)
    traces = Traces(store.traces, store.objects, clock, periods)
    locator = Locator(store.traces, log, projects)
    access = Access(store.control, clock)
    homes = FeedbackHomes(store.traces, traces, locator, projects)
    return Questions(
        access=access,
        projects=projects,
        traces=traces,
        hours=hours,
        heads=Heads(store.traces, hours, clock),
        log=log,
        failures=Failures(store.traces, hours),
        locator=locator,
        feedbacks=Feedbacks(store.traces, store.operations, homes, periods, clock),
        feedback_tokens=FeedbackTokens(store.traces, clock),
        feedback_configs=FeedbackConfigs(store.control),
        prices=PriceBook(store.control, clock),
        retention=Retention(store.control, access, clock),
        upgrades=Upgrades(store, clock, periods),
    )
