"""What went wrong, as each of the two APIs says it. The only place where errors become HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from functions.api.answers import json_v1, problem
from functions.api.edge import ORIGINAL_PATH
from shared.base.errors import LimitReached, Malformed, NotFound, Rejected, ServiceError, Unavailable

_V2 = "/v2/"


class BadRequest(Malformed):
    """Understood, but not to be asked like this."""

    status = HTTPStatus.BAD_REQUEST


class Retired(Rejected):
    """It was there once and will not be again."""

    status = HTTPStatus.GONE


class NotSupportedYet(BadRequest):
    """A field of the contract that this version does not act on: refused rather than ignored."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(f"not supported yet: {', '.join(fields)}")


class NotServedYet(NotFound):
    """A route of the contract that this version does not have, though it has others of the same noun.

    Not a 501: nothing is broken here, and those are what alarms count and clients ask again for.
    """

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not served yet: see docs/datasets.md for what of datasets and queues is there")


def add_error_handlers(app: FastAPI) -> None:
    """Let the app answer every expected failure."""
    app.add_exception_handler(ServiceError, _of_service)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_routing)


async def _of_service(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)  # noqa: S101 it is registered for no other
    headers = {}
    if isinstance(error, LimitReached | Unavailable):
        headers["retry-after"] = str(error.retry_after_s)
    return _answer(request, error.status, error.message, headers)


async def _of_validation(request: Request, error: Exception) -> Response:
    """A body or parameter of the wrong shape: each place and what is wrong there."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 it is registered for no other
    places = [{"loc": one["loc"], "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    if _is_v2(request):
        texts = [f"{'.'.join(map(str, place['loc']))}: {place['msg']}" for place in places]
        return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(texts))
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, places)


async def _of_routing(request: Request, error: Exception) -> Response:
    """No such route, or not by this method."""
    assert isinstance(error, HTTPException)  # noqa: S101 it is registered for no other
    asked = f"{request.method} {request.scope[ORIGINAL_PATH]}"
    if error.status_code == HTTPStatus.NOT_FOUND:
        return _answer(
            request, error.status_code, f"{asked} is not served here: check the path, and LANGSMITH_ENDPOINT"
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        return _answer(
            request, error.status_code, f"{asked} is not served here; this path takes {allowed}", error.headers
        )
    return _answer(request, error.status_code, error.detail, error.headers)


def _answer(request: Request, status: int, detail: Any, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401 text, or a list of places
    if not _is_v2(request):
        return json_v1({"detail": detail}, status, headers)
    title = HTTPStatus(status).phrase
    content = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.scope[ORIGINAL_PATH],
    }
    return problem(content, status, headers)


def _is_v2(request: Request) -> bool:
    return str(request.scope["path"]).startswith(_V2)
