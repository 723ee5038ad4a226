"""Examples of datasets, one by one, many at once, and as the parts of a multipart body."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.errors import NotServedYet
from functions.api.example_desk import ExampleDesk
from functions.api.routes.sessions import TOTAL_HEADER
from functions.api.schemas.asked import Asked, uuid_of
from functions.api.schemas.example import (
    MAX_EXAMPLES_A_REQUEST,
    ExampleBody,
    ExampleQuery,
    check_version,
    example_bodies,
    example_body,
    multipart_bodies,
)
from functions.api.schemas.moments import utc
from shared.base.errors import Malformed, TooLarge
from shared.base.multipart import boundary_of, split

PLATFORM = ("/platform/datasets", "/v1/platform/datasets")
"""Where clients look, depending on how their endpoint ends. Source: langsmith 0.14.17, `_dataset_examples_path`."""

routes = APIRouter()


class ExamplesToDelete(Asked):
    """Examples by their ids. They are always removed for good: there are no versions that could still show them."""

    example_ids: list[str]
    hard_delete: bool = False


@routes.get("/examples")
async def list_examples(caller: CallerIn, asked: Annotated[ExampleQuery, Query()]) -> Response:
    """The examples that match, the newest first."""
    page, total = ExampleDesk(caller).page(asked)
    return json_v1(page, headers={} if total is None else {TOTAL_HEADER: str(total)})


@routes.get("/examples/count")
async def count_examples(caller: CallerIn, asked: Annotated[ExampleQuery, Query()]) -> Response:
    """How many examples match."""
    return json_v1(ExampleDesk(caller).count(asked))


@routes.post("/examples")
async def create_example(caller: CallerIn, request: Request) -> Response:
    """One new example. Raises: NotFound, Malformed, Conflict, TooLarge, NotSupportedYet."""
    desk, body = ExampleDesk(caller), example_body(await request.body())
    return json_v1(desk.read(desk.add(_dataset_of([body]), [body])[0]))


@routes.post("/examples/bulk")
async def create_examples(caller: CallerIn, request: Request) -> Response:
    """New examples of one dataset: all of them, or none where one cannot be taken."""
    desk, bodies = ExampleDesk(caller), example_bodies(await request.body())
    return json_v1(desk.read_all(desk.add(_dataset_of(bodies), bodies)) if bodies else [])


@routes.patch("/examples/bulk")
async def change_examples(caller: CallerIn, request: Request) -> Response:
    """Examples, each given what is said of it. Raises: NotFound, Malformed, Conflict, TooLarge."""
    desk = ExampleDesk(caller)
    pairs = desk.named(example_bodies(await request.body()))
    for example, body in pairs:
        desk.change(example, body)
    return json_v1({"message": f"{len(pairs)} examples updated", "count": len(pairs)})


@routes.delete("/examples")
async def delete_examples(caller: CallerIn, example_ids: Annotated[list[str] | None, Query()] = None) -> Response:
    """Remove examples. Raises: NotFound, Malformed."""
    ExampleDesk(caller).delete(_few(example_ids or []))
    return json_v1({"message": "deleted"})


@routes.get("/examples/{example_id}")
async def read_example(caller: CallerIn, example_id: str, as_of: str | None = None) -> Response:
    """One example, whole. Raises: NotFound, NotSupportedYet."""
    check_version(as_of)
    return json_v1(ExampleDesk(caller).read(example_id))


@routes.patch("/examples/{example_id}")
async def change_example(caller: CallerIn, example_id: str, request: Request) -> Response:
    """An example, given what is said of it. Raises: NotFound, Malformed, Conflict, TooLarge."""
    desk, body = ExampleDesk(caller), example_body(await request.body())
    body.id = example_id
    [(example, _)] = desk.named([body])
    desk.change(example, body)
    return json_v1(desk.read(example.id))


@routes.delete("/examples/{example_id}")
async def delete_example(caller: CallerIn, example_id: str) -> Response:
    """Remove an example. Raises: NotFound."""
    ExampleDesk(caller).delete([example_id])
    return json_v1({"message": "deleted"})


@routes.post(f"{PLATFORM[0]}/examples/delete")
@routes.post(f"{PLATFORM[1]}/examples/delete")
async def delete_for_good(caller: CallerIn, asked: ExamplesToDelete) -> Response:
    """Remove examples. Raises: NotFound, Malformed."""
    ExampleDesk(caller).delete(_few(asked.example_ids))
    return json_v1({"message": "deleted"})


@routes.post(f"{PLATFORM[0]}/{{dataset_id}}/examples")
@routes.post(f"{PLATFORM[1]}/{{dataset_id}}/examples")
async def upload_examples(caller: CallerIn, dataset_id: str, request: Request) -> Response:
    """New examples from the parts of a body: all of them, or none where one cannot be taken."""
    bodies = await _parts(request)
    ids = ExampleDesk(caller).add(uuid_of(dataset_id, "dataset_id"), bodies)
    return json_v1({"count": len(ids), "example_ids": ids, "as_of": utc(caller.now_us)}, status=201)


@routes.patch(f"{PLATFORM[0]}/{{dataset_id}}/examples")
@routes.patch(f"{PLATFORM[1]}/{{dataset_id}}/examples")
async def upload_changes(caller: CallerIn, dataset_id: str, request: Request) -> Response:
    """Examples, each given what its parts say. Raises: NotFound, Malformed, Conflict, TooLarge."""
    desk = ExampleDesk(caller)
    pairs = desk.named(await _parts(request), uuid_of(dataset_id, "dataset_id"))
    for example, body in pairs:
        desk.change(example, body)
    ids = [example.id for example, _ in pairs]
    return json_v1({"count": len(ids), "example_ids": ids, "as_of": utc(caller.now_us)}, status=201)


@routes.post("/platform/examples/multipart")
@routes.post("/v1/platform/examples/multipart")
@routes.post("/examples/{rest:path}")
async def ask_otherwise(request: Request) -> Response:
    """Searches, validation, files and the older upload. Raises: NotServedYet."""
    raise NotServedYet(request.url.path)


async def _parts(request: Request) -> list[ExampleBody]:
    """The examples of a multipart request. Raises: Malformed, TooLarge, NotSupportedYet."""
    boundary = boundary_of(request.headers.get("content-type", ""))
    return multipart_bodies(split(await request.body(), boundary))


def _dataset_of(bodies: list[ExampleBody]) -> str:
    """The one dataset that all of these are for. Raises: Malformed."""
    named = {uuid_of(one.dataset_id or "", "dataset_id") for one in bodies}
    if len(named) != 1:
        raise Malformed("dataset_id: all examples of a request must be of one dataset")
    return named.pop()


def _few(ids: list[str]) -> list[str]:
    """The ids, if there are any and not too many. Raises: Malformed, TooLarge."""
    if not ids:
        raise Malformed("example_ids: name the examples to delete")
    if len(ids) > MAX_EXAMPLES_A_REQUEST:
        raise TooLarge(
            f"example_ids: {len(ids)} examples; one request may name {MAX_EXAMPLES_A_REQUEST}: send several requests"
        )
    return ids
