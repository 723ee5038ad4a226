"""The receive room: requests of LangSmith's clients become messages on the queue.

    event ─► authenticate ─► unpacked (bodies) ─► split (multipart) ─► operations
          ─► judge: validate, summaries, feedback, attachments ─► send: pack, envelopes ─► 202

What is answered with 202 is durable in the queue, and nowhere else yet. Operations that are refused
are told to their sender with 422, kept for their owner's list, and cost the others nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from functions.receive import operations, respond
from functions.receive.bodies import unpacked
from functions.receive.intake import Judged, Request, judge, send
from functions.receive.operations import Asked
from functions.receive.refused import Refused
from functions.receive.routes import Found, find
from functions.receive.sampling import leave_out
from functions.receive.service_facts import service_facts
from functions.receive.settings import ReceiveSettings
from shared.base import multipart
from shared.base.clock import Clock
from shared.base.errors import Malformed, Rejected, ServiceError
from shared.base.ids import new_receipt
from shared.store.access import Access
from shared.store.ports import Store
from shared.store.standings import Standings

Event = dict[str, Any]
Handler = Callable[[Event, object], respond.Response]
_Read = Callable[[Event, bytes, Found], Asked]


def build(settings: ReceiveSettings, store: Store, clock: Clock) -> Handler:
    """The handler of API Gateway's HTTP events, payload version 2.0."""
    return _Room(settings, store, clock).handle


class _Room:
    def __init__(self, settings: ReceiveSettings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._access = Access(store.control, clock)
        self._standings = Standings(store.control, clock)
        self._about = respond.reply(200, service_facts(settings))
        self._well = respond.reply(200, {"status": "ok"})

    def handle(self, event: Event, _context: object) -> respond.Response:
        """The answer to one request, whatever it holds."""
        try:
            return self._answer(event)
        except ServiceError as error:
            return respond.failed(error)

    def _answer(self, event: Event) -> respond.Response:
        found = find(event)
        if found.name == "about":
            return self._about
        if found.name == "health":
            return self._well
        event.setdefault("headers", {})
        if found.name == "spans":
            return self._take_spans(event, found)
        return self._take(event, found)

    def _take(self, event: Event, found: Found) -> respond.Response:
        request = self._request(event)
        judged, kept = self._sent(request, found, lambda: judge(self._read(event, found), request))
        left_out = respond.left_out(judged.left_out, judged.rate)
        if judged.refusals:
            return respond.refused(request.receipt, kept, judged.refusals, left_out)
        return respond.accepted(request.receipt, kept, left_out)

    def _take_spans(self, event: Event, found: Found) -> respond.Response:
        """OpenTelemetry's route answers in OpenTelemetry's form, and loads its code when it is first asked."""
        from functions.receive.otel import answers, intake  # noqa: PLC0415 see above

        headers = event["headers"]
        content_type = headers.get("content-type", "")
        try:
            request = self._request(event)
            body = partial(unpacked, event, self._settings.max_unpacked_bytes)
            project = headers.get("langsmith-project")
            judged, kept = self._sent(
                request, found, lambda: intake.judge_spans(body(), content_type, project, request)
            )
        except ServiceError as error:
            return answers.failed(intake.encoding_of(content_type), error)
        left_out = respond.left_out(judged.left_out, judged.rate)
        return answers.taken(intake.encoding_of(content_type), len(kept), judged.refusals, left_out)

    def _request(self, event: Event) -> Request:
        """Who sends, and when. Raises: Unauthenticated, NotAllowed, LimitReached."""
        key = self._access.authenticate(event["headers"])
        key.check_may_write()
        stretches = self._standings.check(key.workspace)
        now_us = self._clock.now_us()
        return Request(new_receipt(now_us), key.workspace, key.id, now_us, stretches)

    def _sent(self, request: Request, found: Found, judged_of: Callable[[], Judged]) -> tuple[Judged, list[str]]:
        """What was judged and sent on, and the ids of what is kept."""
        try:
            judged = judged_of()
        except Rejected as error:
            self._keep_refusal(request, found, error)
            raise
        if request.stretches:
            leave_out(judged, request.stretches)
        return judged, send(judged, self._store)

    def _read(self, event: Event, found: Found) -> Asked:
        asked = _READERS[found.name](event, unpacked(event, self._settings.max_unpacked_bytes), found)
        if not (asked.operations or asked.feedback or asked.rejects):
            raise Malformed("The body holds no operation: neither a run nor a feedback")
        return asked

    def _keep_refusal(self, request: Request, found: Found, error: Rejected) -> None:
        """A request that was refused as a whole is listed for its owner as well."""
        judged = Judged(request)
        judged.refuse(f"{found.method} {found.path}", None, Refused(None, error.message))
        send(judged, self._store)


def _multipart(event: Event, body: bytes, _found: Found) -> Asked:
    boundary = multipart.boundary_of(event["headers"].get("content-type", ""))
    return operations.of_parts(multipart.split(body, boundary))


def _batch(_event: Event, body: bytes, _found: Found) -> Asked:
    return operations.of_batch(body)


def _create(_event: Event, body: bytes, found: Found) -> Asked:
    return operations.of_run(body, f"{found.method} {found.path}", is_patch=False)


def _update(_event: Event, body: bytes, found: Found) -> Asked:
    return operations.of_run(body, f"{found.method} {found.path}", is_patch=True, run_id=found.run_id)


_READERS: dict[str, _Read] = {"multipart": _multipart, "batch": _batch, "create": _create, "update": _update}
