"""Units are counted by the kind of row they went into, and none twice."""

from __future__ import annotations

import pytest

from bench.kinds import CountedStore, kind_of
from shared.store import keys
from shared.store.ports import Absent, Item, Key, KeyRange

TIME_US = 1_795_176_000_000_000


@pytest.mark.parametrize(
    ("pk", "sk", "kind"),
    [
        (keys.trace("w", "t"), keys.chunk("r", 0), "chunk"),
        (keys.trace("w", "t"), keys.FATE, "fate"),
        (keys.trace("w", "t"), keys.feedback("r", "f"), "feedback"),
        (keys.trace("w", "t"), "", "trace"),
        (keys.heads("w", "p", TIME_US, 0), keys.head(TIME_US, "t"), "head"),
        (keys.log("w", "p", TIME_US, 0), keys.log_row(TIME_US, "r", 0), "log"),
        (keys.errors("w", "p", TIME_US, 0), keys.error(TIME_US, "r"), "error"),
        (keys.hours("w", "p"), keys.hour(TIME_US, 1), "hour"),
        (keys.feed("w", TIME_US, 0), "r#0000", "feed"),
        (keys.pointer("w", "r").pk, "!", "pointer"),
        (keys.rejects("w", TIME_US), keys.reject("r", "x"), "reject"),
    ],
)
def test_every_row_has_its_kind(pk: str, sk: str, kind: str) -> None:
    """The key says what a row is, as `shared/store/keys.py` makes it."""
    assert kind_of(pk, sk) == kind


def test_kinds_add_up_to_the_whole() -> None:
    """Rows of two kinds in one call are counted apart, and together they are what was billed."""
    counted = CountedStore()
    chunk = Item(keys.trace("w", "t"), keys.chunk("r", 0), {"p": b"x" * 3_500})
    head = Item(keys.heads("w", "p", TIME_US, 0), keys.head(TIME_US, "t"), {"h": b"x"})
    counted.store.traces.put([chunk, head])
    counted.store.traces.put_if(head, Absent())
    counted.store.traces.query(KeyRange(chunk.pk))
    counted.store.objects.put("k", b"x")
    units = {kind: tally.write_units for kind, tally in counted.by_kind().items() if tally.write_units}
    assert units == {"chunk": 4, "head": 2}
    total = counted.total()
    assert (total.write_units, total.read_units, total.object_puts) == (6, 0.5, 1)
    assert counted.calls == {"table": 3, "object": 1}


def test_a_row_written_again_is_billed_by_the_larger_of_both() -> None:
    """As DynamoDB does: what was there before is looked at, and not billed."""
    counted = CountedStore()
    key = Key(keys.trace("w", "t"), keys.chunk("r", 0))
    counted.store.traces.put([Item(key.pk, key.sk, {"p": b"x" * 3_500})])
    counted.reset()
    counted.store.traces.put([Item(key.pk, key.sk, {"p": b""})])
    assert counted.total().write_units == 4
    assert counted.total().read_units == 0
