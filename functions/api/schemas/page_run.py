"""A run as the page shows it beside the tree, and what it asks of a trace's runs."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from pydantic import Field

from functions.api.errors import BadRequest
from functions.api.reader import ReadRun
from functions.api.schemas.asked import Asked, uuids_of
from shared.wire.run_parts import Around, attachment_urls, payload

MAX_IDS = 20
MAX_WORDS = 10
MAX_QUESTION_CHARS = 500


class DetailsQuery(Asked):
    """Which runs of a trace."""

    ids: Annotated[list[str], Field(min_length=1, max_length=MAX_IDS)]

    def run_ids(self) -> tuple[str, ...]:
        """Their ids. Raises: Malformed."""
        return uuids_of(self.ids, "ids")


def words_of(question: str) -> list[str]:
    """The words that are looked for. Raises: BadRequest."""
    words = question[: MAX_QUESTION_CHARS + 1].split()
    if not words or len(words) > MAX_WORDS or len(question) > MAX_QUESTION_CHARS:
        raise BadRequest(f"q: give 1 to {MAX_WORDS} words, of {MAX_QUESTION_CHARS} characters together at most")
    return words


def run_detail(read: ReadRun, around: Around) -> dict[str, Any]:
    """All that was sent of a run; its place in the tree and the tree's tokens are in the skeleton."""
    run = read.run
    sizes = {name: size for name, (_, size, _) in run.attachments.items()}
    return {
        "id": run.id,
        "session_id": run.project,
        "name": run.name,
        "run_type": run.run_type,
        "status": run.status,
        "start_us": run.start_us,
        "end_us": run.end_us,
        "first_token_us": run.first_token_us,
        "model": run.model,
        "provider": run.provider,
        "usage": run.usage,
        "tags": run.tags,
        "reference_example_id": run.fields.get("reference_example_id"),
        **{name: payload(read, name) for name in ("inputs", "outputs", "error", "events", "extra")},
        "attachments": {
            name: {"url": url, "mime_type": mime, "bytes": sizes[name]}
            for name, (url, mime) in attachment_urls(read, around).items()
        },
        "feedback": [msgspec.Raw(text) for text in read.feedback],
    }
