"""Records as items and back: one attribute a field; what an older or newer version lacks or adds is no error."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

import msgspec

from shared.store.ports import Item, Key, Value

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record")


def item_of(key: Key, record: DataclassInstance) -> Item:
    """The item that keeps a dataclass record under this key."""
    values: dict[str, Value] = dataclasses.asdict(record)
    return Item(key.pk, key.sk, values)


def record_of(item: Item, kind: type[Record]) -> Record:
    """The record that an item keeps."""
    return msgspec.convert(dict(item.attributes), kind)
