"""Datasets as the wire shows them, and the bodies and questions about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from pydantic import Field

from functions.api.errors import NotSupportedYet
from functions.api.schemas.asked import Asked, Moment, optional_uuid, uuids_of
from functions.api.schemas.moments import asked_us, utc
from shared.base.errors import Malformed, TooLarge
from shared.base.ids import new_uuid
from shared.base.units import KIB
from shared.datasets.dataset import DATA_TYPES, Dataset, DataType, check_name
from shared.projects.project import Project
from shared.store.ports import Value

MAX_TEXT_CHARS = 10_000
MAX_METADATA_BYTES = 50 * KIB

Text = Annotated[str, Field(max_length=MAX_TEXT_CHARS)]


class DatasetChange(Asked):
    """What to change of a dataset; null leaves it as it is."""

    name: str | None = None
    description: Text | None = None
    metadata: dict[str, Any] | None = None
    inputs_schema_definition: Any = None
    outputs_schema_definition: Any = None
    transformations: Any = None

    def changes(self) -> dict[str, Value]:
        """The fields that were said, by our names. Raises: Malformed, TooLarge, NotSupportedYet."""
        self.check()
        said = {
            "name": None if self.name is None else check_name(self.name),
            "description": self.description,
            "metadata": metadata_text(self.metadata),
        }
        return {name: value for name, value in said.items() if value is not None}

    def check(self) -> None:
        """Refuse what no example would be checked or changed by. Raises: NotSupportedYet."""
        schemas = ("inputs_schema_definition", "outputs_schema_definition", "transformations")
        given = [name for name in schemas if getattr(self, name)]
        if given:
            raise NotSupportedYet(given)


class DatasetCreate(DatasetChange):
    """A new dataset. Clients put metadata into `extra`."""

    name: str
    id: str | None = None
    data_type: DataType | None = None
    created_at: Moment | None = None
    extra: dict[str, Any] | None = None

    def created(self, now_us: int) -> Dataset:
        """The dataset that this asks for. Raises: Malformed, TooLarge, NotSupportedYet."""
        said: dict[str, Any] = self.changes()
        in_extra = (self.extra or {}).get("metadata")
        if self.metadata is None and isinstance(in_extra, dict):
            said["metadata"] = metadata_text(in_extra)
        created_us = asked_us(self.created_at, "created_at")
        return Dataset(
            optional_uuid(self.id, "id") or new_uuid(),
            created_us=now_us if created_us is None else created_us,
            modified_us=now_us,
            data_type=self.data_type or "kv",
            **said,
        )


class DatasetQuery(Asked):
    """Which datasets are asked for; all conditions must hold."""

    name: str | None = None
    name_contains: str | None = None
    id: list[str] | None = None
    data_type: list[str] | None = None
    metadata: str | None = None
    limit: Annotated[int, Field(ge=1)] = 100
    offset: Annotated[int, Field(ge=0)] = 0

    def chosen(self, datasets: Sequence[Dataset]) -> list[Dataset]:
        """Those of the datasets that match. Raises: Malformed."""
        ids, pairs = uuids_of(self.id, "id"), pairs_of(self.metadata)
        unknown = sorted(set(self.data_type or ()) - set(DATA_TYPES))
        if unknown:
            raise Malformed(f"data_type: {unknown[0]!r} is none of {', '.join(DATA_TYPES)}")
        return [
            one
            for one in datasets
            if (self.name is None or one.name == self.name)
            and (self.name_contains is None or self.name_contains.lower() in one.name.lower())
            and (not ids or one.id in ids)
            and (not self.data_type or one.data_type in self.data_type)
            and (not pairs or pairs.items() <= _metadata(one).items())
        ]


def dataset_object(dataset: Dataset, workspace: str, examples: int, experiments: Sequence[Project]) -> dict[str, Any]:
    """A dataset, with how many examples it has, and which projects say that they are experiments on it."""
    return {
        "id": dataset.id,
        "tenant_id": workspace,
        "name": dataset.name,
        "description": dataset.description,
        "data_type": dataset.data_type,
        "created_at": utc(dataset.created_us),
        "modified_at": utc(dataset.modified_us),
        "example_count": examples,
        "session_count": len(experiments),
        "last_session_start_time": utc(max((one.start_us or one.created_us for one in experiments), default=None)),
        "metadata": _metadata(dataset),
        "inputs_schema_definition": None,
        "outputs_schema_definition": None,
        "transformations": None,
        "externally_managed": False,
    }


def pairs_of(text: str | None) -> dict[str, Any]:
    """The metadata that a query asks for, as JSON. Raises: Malformed."""
    if not text:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise Malformed("metadata: it must be a JSON object, of keys with their values") from None


def metadata_text(metadata: dict[str, Any] | None) -> str | None:
    """Metadata as JSON, as it lies in a row. Raises: Malformed, TooLarge."""
    return None if metadata is None else json_text(metadata, "metadata")


def json_text(value: object, field: str) -> str:
    """A value as JSON, as it lies in a row. Raises: Malformed, TooLarge, which name the field."""
    try:
        text = msgspec.json.encode(value)
    except UnicodeEncodeError:
        raise Malformed(f"{field}: holds half of a surrogate pair, which is no character") from None
    if len(text) > MAX_METADATA_BYTES:
        raise TooLarge(f"{field}: it has {len(text)} bytes as JSON; at most {MAX_METADATA_BYTES} are taken")
    return text.decode()


def _metadata(dataset: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(dataset.metadata or "{}")
    return found
