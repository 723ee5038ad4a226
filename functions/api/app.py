"""The api room: what clients read and people do, over FastAPI and Mangum.

    edge.py       every request in, every answer out: prefixes, compression, limits, the unexpected
    auth.py       who asks, and whether they may
    own_page.py   what a cookie must prove
    routes/       one file a noun; v1 at /, v2 under /v2
    schemas/      the wire's words: bodies that come in, objects that go out
    reader.py     runs, read
    cursors.py    where a query goes on
    errors.py     what went wrong, as each API says it
    answers.py    JSON, with stored texts spliced in

Endpoints are `async` and block: one thread has one request at a time, in Lambda and on the laptop, so there
is nobody to give way to, and FastAPI calls them without a detour through its thread pool.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI
from mangum import Mangum

from functions.api.answers import JSON_TYPE, PROBLEM_TYPE
from functions.api.auth import Room, guard
from functions.api.edge import Edge
from functions.api.errors import add_error_handlers
from functions.api.event_loop import own_event_loop
from functions.api.page_views import PageViews
from functions.api.reader import Reader
from functions.api.routes import (
    annotation_queues,
    api_keys,
    billing,
    bulk_exports,
    datasets,
    deletion,
    examples,
    feedback,
    feedback_configs,
    feedback_formulas,
    feedback_tokens,
    ingest,
    limit_effects,
    overviews,
    page_traces,
    prices,
    queue_items,
    retention,
    rule_logs,
    rule_trials,
    rules,
    runs,
    runs_export,
    runs_v2,
    series,
    session_facets,
    sessions,
    share_preview,
    share_settings,
    shared_urls,
    shares,
    sign_in,
    stats,
    threads,
    traces_v2,
    usage_audit,
    usage_limits,
    views,
    workspaces,
)
from functions.api.run_stats import RunStats
from functions.api.settings import ApiSettings
from functions.api.skeletons import Skeletons
from functions.api.threads import ThreadReader
from shared.base.clock import Clock
from shared.retention.periods import Periods
from shared.store.counted import reads_counted
from shared.store.ports import Store
from shared.store.questions import open_questions
from shared.store.rollups import Rollups
from shared.store.tally import Meter
from shared.store.threads import Threads

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
NOUNS = (
    *(rules, rule_logs, rule_trials),  # before /runs/{run_id}
    *(runs, runs_export, runs_v2, traces_v2, threads, stats, sessions, session_facets, workspaces, api_keys),
    *(bulk_exports, prices, feedback_tokens, feedback_formulas, feedback, feedback_configs, deletion),
    *(retention, sign_in, page_traces, series, ingest, views, shares, share_settings, share_preview, shared_urls),
    *(examples, datasets, annotation_queues, queue_items),
    *(billing, usage_audit, usage_limits, limit_effects, overviews),
)


def build(settings: ApiSettings, store: Store, clock: Clock) -> Handler:
    """The handler of API Gateway's HTTP events, payload version 2.0. It may be called by several threads."""
    meter = Meter()
    routes = build_app(open_room(settings, reads_counted(store, meter), clock))
    app = Edge(PageViews(routes, settings.page_url), meter)
    logging.getLogger("mangum.http").setLevel(logging.WARNING)  # the gateway's access log has a line for each request
    with own_event_loop():
        adapter = Mangum(app, lifespan="off", text_mime_types=[JSON_TYPE, PROBLEM_TYPE])

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 Lambda's own
        with own_event_loop():
            return adapter(event, context)

    return handle


def open_room(settings: ApiSettings, store: Store, clock: Clock) -> Room:
    """What the routes work with."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    reader = Reader(ask, ask.prices)
    rollups = Rollups(store.traces, store.control, ask, clock, ask.prices)
    threads = ThreadReader(reader, ask, Threads(store.traces))
    skeletons = Skeletons(ask, ask.prices)
    return Room(settings, store, clock, ask, reader, RunStats(reader, rollups), threads, skeletons)


def build_app(room: Room) -> FastAPI:
    """The routes. Every one of them is behind `guard`, since it is the app's own dependency."""
    app = FastAPI(
        dependencies=[Depends(guard)],
        openapi_url=None,
        redirect_slashes=False,
        strict_content_type=False,
    )
    app.state.room = room
    add_error_handlers(app)
    for noun in NOUNS:
        app.include_router(noun.routes)
    return app
