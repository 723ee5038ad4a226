"""Annotation queues as the wire shows them, and the bodies and questions about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from pydantic import Field

from functions.api.errors import NotSupportedYet
from functions.api.schemas.asked import Asked, optional_uuid, uuids_of
from functions.api.schemas.dataset import Text, json_text, metadata_text
from functions.api.schemas.moments import utc
from shared.base.errors import Malformed
from shared.base.ids import new_uuid
from shared.queues.queue import AnnotationQueue
from shared.store.annotation_queues import ItemCount
from shared.store.ports import Value

MAX_NAME_CHARS = 255


class QueueChange(Asked):
    """What to change of a queue; null leaves it as it is."""

    name: str | None = None
    description: Text | None = None
    rubric_instructions: Text | None = None
    rubric_items: list[dict[str, Any]] | None = None
    metadata: dict[str, Any] | None = None
    default_dataset: str | None = None
    num_reviewers_per_item: int | None = None
    enable_reservations: bool | None = None
    reviewer_access_mode: str | None = None

    def changes(self) -> dict[str, Value]:
        """The fields that were said, by our names. Raises: Malformed, TooLarge, NotSupportedYet."""
        self.check()
        said = {
            "name": None if self.name is None else _name_of(self.name),
            "description": self.description,
            "rubric_instructions": self.rubric_instructions,
            "rubric_items": _rubric_text(self.rubric_items),
            "metadata": metadata_text(self.metadata),
            "default_dataset": optional_uuid(self.default_dataset, "default_dataset"),
        }
        return {name: value for name, value in said.items() if value is not None}

    def check(self) -> None:
        """Refuse what nobody would keep: whoever completes an item completes it for all. Raises: NotSupportedYet."""
        given = {
            "num_reviewers_per_item over 1": (self.num_reviewers_per_item or 1) > 1,
            "enable_reservations": self.enable_reservations,
            "reviewer_access_mode other than any": self.reviewer_access_mode not in {None, "any"},
        }
        if any(given.values()):
            raise NotSupportedYet([name for name, is_given in given.items() if is_given])


class QueueCreate(QueueChange):
    """A new queue."""

    name: str
    id: str | None = None

    def created(self, now_us: int) -> AnnotationQueue:
        """The queue that this asks for. Raises: Malformed, TooLarge, NotSupportedYet."""
        said: dict[str, Any] = self.changes()
        return AnnotationQueue(optional_uuid(self.id, "id") or new_uuid(), created_us=now_us, updated_us=now_us, **said)


class QueueQuery(Asked):
    """Which queues are asked for; all conditions must hold."""

    ids: list[str] | None = None
    name: str | None = None
    name_contains: str | None = None
    dataset_id: str | None = None
    limit: Annotated[int, Field(ge=1)] = 100
    offset: Annotated[int, Field(ge=0)] = 0

    def chosen(self, queues: Sequence[AnnotationQueue]) -> list[AnnotationQueue]:
        """Those of the queues that match. Raises: Malformed."""
        ids, dataset_id = uuids_of(self.ids, "ids"), optional_uuid(self.dataset_id, "dataset_id")
        return [
            one
            for one in queues
            if (not ids or one.id in ids)
            and (self.name is None or one.name == self.name)
            and (self.name_contains is None or self.name_contains.lower() in one.name.lower())
            and (dataset_id is None or one.default_dataset == dataset_id)
        ]


def queue_object(queue: AnnotationQueue, workspace: str, count: ItemCount | None = None) -> dict[str, Any]:
    """A queue; `count` is how many of its runs need review and are completed, where that is told."""
    return {
        "id": queue.id,
        "tenant_id": workspace,
        "name": queue.name,
        "description": queue.description,
        "queue_type": "single",
        "created_at": utc(queue.created_us),
        "updated_at": utc(queue.updated_us),
        "default_dataset": queue.default_dataset,
        "rubric_instructions": queue.rubric_instructions,
        "rubric_items": None if queue.rubric_items is None else msgspec.Raw(queue.rubric_items.encode()),
        "metadata": None if queue.metadata is None else msgspec.Raw(queue.metadata.encode()),
        "num_reviewers_per_item": 1,
        "enable_reservations": False,
        "reservation_minutes": None,
        "reviewer_access_mode": "any",
        "assigned_reviewers": [],
        "source_rule_id": None,
        "run_rule_id": None,
        **({} if count is None else {"total_runs": count.waiting, "completed_runs": count.completed}),
    }


def _name_of(text: str) -> str:
    """The name without spaces around it. Raises: Malformed."""
    name = text.strip()
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise Malformed(f"name: has {len(name)} characters; it must have 1 to {MAX_NAME_CHARS}")
    return name


def _rubric_text(items: list[dict[str, Any]] | None) -> str | None:
    """The rubric as JSON, as it lies in a row. Raises: Malformed, TooLarge."""
    if items is None:
        return None
    if not all(isinstance(one.get("feedback_key"), str) for one in items):
        raise Malformed("rubric_items: each must have a feedback_key, the key of the feedback that a reviewer gives")
    return json_text(items, "rubric_items")
