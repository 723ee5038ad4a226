"""From an export to what is queued: each span is judged alone, what is valid goes on.

slices, protobuf | json_form   bytes → spans            langsmith, openllmetry, openinference,
ids                            whose run it is          genai, logfire, events: attributes → draft
runs                           draft → fact             answers: what the exporter is told
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.receive.attachments import MAX_ATTACHMENTS
from functions.receive.intake import Judged, Request, attach
from functions.receive.operations import Operation
from functions.receive.otel import json_form
from functions.receive.otel.answers import JSON, PROTOBUF
from functions.receive.otel.runs import as_orphan, run_of
from functions.receive.otel.span import Span
from functions.receive.refused import Refused
from shared.base.errors import Malformed, TooLarge
from shared.runs.fact import MAX_RUNS_PER_TRACE
from shared.runs.repair import ALIAS
from shared.runs.span_ids import span_run_id

MAX_SPANS = MAX_RUNS_PER_TRACE
_MAX_NAME_CHARS = 80


def encoding_of(content_type: str) -> str:
    """The encoding that a Content-Type header names; JSON where it names another, to say so in words."""
    kind = content_type.split(";", 1)[0].strip().lower()
    return PROTOBUF if kind in (PROTOBUF, "application/protobuf") else JSON


def judge_spans(body: bytes, content_type: str, project: str | None, request: Request) -> Judged:
    """Every span, valid or refused. Raises: Malformed, TooLarge where the body as a whole is not taken."""
    judging = _Judging(request, project)
    for number, read in enumerate(_readers(body, content_type)):
        if number == MAX_SPANS:
            raise TooLarge(f"The body has more than {MAX_SPANS} spans; send smaller batches")
        judging.take(f"span[{number}]", read)
    return judging.judged


def _readers(body: bytes, content_type: str) -> Iterator[Callable[[], Span]]:
    if encoding_of(content_type) == PROTOBUF:
        from functions.receive.otel import protobuf  # noqa: PLC0415 protobuf takes 75 ms to load, and JSON none of it

        return protobuf.read(body)
    if not content_type.strip().lower().startswith(JSON):
        raise Malformed(f"Content-Type is {content_type[:80]!r}; this route takes {PROTOBUF} and {JSON}")
    return json_form.read(body)


class _Judging:
    """The spans of one request so far."""

    def __init__(self, request: Request, project: str | None) -> None:
        self.judged = Judged(request)
        self._project = project
        self._roots: dict[str, str | None] = {}
        self._attachments = 0

    def take(self, where: str, read: Callable[[], Span]) -> None:
        """Judge one span."""
        try:
            span = read()
        except Refused as refused:
            self.judged.refuse(where, None, refused)
            return
        where = f"{where} {span.name[:_MAX_NAME_CHARS]!r} {span.span_id.hex()}"
        try:
            self._take(where, span)
        except Refused as refused:
            self.judged.refuse(where, span_run_id(span.trace_id, span.span_id), refused)

    def _take(self, where: str, span: Span) -> None:
        converted = run_of(span, self._project, self.judged.request.now_us)
        trace_id, run_id = converted.valid.trace_id, converted.valid.fact.run_id
        own_name = converted.valid.fact.fields.get(ALIAS)
        if trace_id == run_id and self._roots.setdefault(run_id, own_name) != own_name:
            converted = as_orphan(converted, span)
        self._attachments += len(converted.attachments)
        if self._attachments > MAX_ATTACHMENTS:
            raise TooLarge(f"The body has more than {MAX_ATTACHMENTS} attachments; send smaller batches")
        self.judged.valid.append(converted.valid)
        if converted.attachments:
            operation = Operation(where, is_patch=False, run_id=run_id, attachments=converted.attachments)
            attach(self.judged, operation, converted.valid)
