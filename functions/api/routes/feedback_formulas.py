"""Formulas over feedback, which LangSmith had and took back: whoever asks is told so."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.auth import CallerIn
from functions.api.errors import Retired

routes = APIRouter()


@routes.api_route("/feedback/formulas", methods=["GET", "POST"])
@routes.api_route("/feedback/formulas/{formula_id}", methods=["GET", "PUT", "DELETE"])
async def feedback_formulas(_caller: CallerIn, formula_id: str | None = None) -> Response:
    """410, whatever is asked. Raises: Retired."""
    named = "" if formula_id is None else f" {formula_id[:80]}"
    raise Retired(f"Feedback formulas were retired, there is none{named}: send the score itself by POST /feedback")
