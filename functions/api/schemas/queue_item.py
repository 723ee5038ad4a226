"""The runs in an annotation queue as the wire shows them, and the bodies and questions about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from functions.api.schemas.asked import Asked, Moment, optional_uuid, uuid_of
from functions.api.schemas.moments import asked_us, utc
from functions.api.source_runs import Named
from shared.base.errors import Malformed
from shared.queues.item import QueueItem, Section
from shared.store.ports import Value

MAX_LIMIT = 100

Marked = Literal["viewed", "completed"]


class RunToAdd(Asked):
    """A run by its id; where it is saves reads."""

    run_id: str
    session_id: str | None = None
    start_time: Moment | None = None
    source_proposed_example_id: str | None = None

    def named(self) -> Named:
        """The run that is named. Raises: Malformed."""
        return Named(
            uuid_of(self.run_id, "run_id"),
            optional_uuid(self.session_id, "session_id"),
            asked_us(self.start_time, "start_time"),
            optional_uuid(self.source_proposed_example_id, "source_proposed_example_id"),
        )


class ItemsToRemove(Asked):
    """Which runs to take out of a queue: those that are named, or all but some."""

    run_ids: list[str] | None = None
    delete_all: bool = False
    exclude_run_ids: list[str] | None = None

    def chosen(self, items: list[QueueItem]) -> list[str]:
        """The items to take out, by their ids or those of their runs. Raises: Malformed."""
        if not self.delete_all:
            if not self.run_ids:
                raise Malformed("run_ids: name the runs to take out, or say delete_all")
            return [uuid_of(one, "run_ids") for one in self.run_ids]
        spared = {uuid_of(one, "exclude_run_ids") for one in self.exclude_run_ids or ()}
        return [one.id for one in items if not spared & {one.id, one.run_id}]


class ItemQuery(Asked):
    """Which of a queue's runs are asked for. `archived` are those that were completed."""

    status: Section | None = None
    archived: bool | None = None
    limit: Annotated[int, Field(ge=1)] = 100
    offset: Annotated[int, Field(ge=0)] = 0

    @property
    def section(self) -> Section | None:
        """The section that is meant; None is all."""
        if self.status is not None or self.archived is None:
            return self.status
        return "completed" if self.archived else "needs_my_review"

    def page_of(self, items: list[QueueItem]) -> list[QueueItem]:
        """The page of these that is asked for."""
        return items[self.offset : self.offset + min(self.limit, MAX_LIMIT)]


class ItemChange(Asked):
    """What to say of an item: null leaves it as it is."""

    added_at: Moment | None = None
    last_reviewed_time: Moment | None = None

    def changes(self) -> dict[str, Value]:
        """The fields that were said, by our names. Raises: Malformed."""
        said = {
            "order_us": asked_us(self.added_at, "added_at"),
            "reviewed_us": asked_us(self.last_reviewed_time, "last_reviewed_time"),
        }
        return {name: value for name, value in said.items() if value is not None}


class ItemStatus(Asked):
    """What a reviewer did: looked at an item, completed it, or (null) put it back for review."""

    status: Marked | None = None
    override_added_at: Moment | None = None

    def changes(self, now_us: int, by: str) -> dict[str, Value]:
        """The fields that follow, by our names. Raises: Malformed."""
        moved_us = asked_us(self.override_added_at, "override_added_at")
        moved: dict[str, Value] = {} if moved_us is None else {"order_us": moved_us}
        if self.status == "viewed":
            return {**moved, "reviewed_us": now_us}
        if self.status == "completed":
            return {**moved, "reviewed_us": now_us, "completed_us": now_us, "completed_by": by}
        return {**moved, "completed_us": None, "completed_by": None}


def item_object(item: QueueItem) -> dict[str, Any]:
    """An item by itself, as adding its run answers."""
    return {
        "id": item.id,
        "queue_id": item.queue,
        "run_id": item.run_id,
        "added_at": utc(item.added_us),
        "last_reviewed_time": utc(item.reviewed_us),
        "source_proposed_example_id": item.proposed_example,
    }


def place_in_queue(item: QueueItem, *, is_gone: bool) -> dict[str, Any]:
    """What a run in a queue has beside its own fields."""
    return {
        "queue_run_id": item.id,
        "added_at": utc(item.added_us),
        "effective_added_at": utc(item.order_us),
        "added_by": item.added_by,
        "last_reviewed_time": utc(item.reviewed_us),
        "completed_at": utc(item.completed_us),
        "completed_by": [] if item.completed_by is None else [item.completed_by],
        "reserved_by": [],
        "source_proposed_example_id": item.proposed_example,
        "is_gone": is_gone,
    }
