"""Archives are read as they were written, now and by whoever knows of earlier rows alone."""

from __future__ import annotations

import msgspec

from shared.runs.codec import compress
from shared.store import keys
from shared.store.archives import Archive, Filed, FiledFacts, archive_item, archive_of, area_of, filed_in, is_archive
from shared.store.archives import segment_of as segment
from shared.store.chunks import filed_chunks
from shared.store.ports import Item
from shared.store.runlog import LogTrace, archived_item, is_archived, traces_in
from tests.stores import NOON_US

NAME = "019abc-00ff11"


def test_a_row_gives_its_chunks_and_where_their_facts_lie() -> None:
    """Each with its project and its place in the segment; one without a payload has none."""
    filed = [Filed("r1", 0, 1, 2, 1, 90, 10, 30), Filed("r2", 3, 0, 0, 2, born_us=NOON_US)]
    row = archive_item("w", "t", NAME, Archive(5, 60, ["p", "q"], filed), 77)
    assert (row.expires_epoch_s, is_archive(row), archive_of(row).chunks) == (77, True, filed)
    assert segment("w", row) == keys.segment("extended", "w", NAME)
    first, second = filed_chunks("w", row)
    assert (first.order, first.project, first.segment, first.offset, first.length) == (
        "r1#0000",
        "q",
        segment("w", row),
        90,
        10,
    )
    assert (second.order, second.project, second.segment, second.begins_us) == ("r2#0003", "p", None, NOON_US)
    assert {(one.archive.offset, one.archive.length) for one in (first, second) if one.archive} == {(5, 60)}
    assert first.told().facts == []


def test_archives_stand_before_the_chunks_among_which_they_are_found() -> None:
    """Whoever asks for the first chunk of a trace finds one or the other."""
    assert keys.CHUNK < keys.archive(NAME) < keys.chunk("0", 0)


def test_an_area_keeps_what_it_was_given() -> None:
    """Facts by chunk, in order."""
    filed = [FiledFacts("t", "r#0000", "p", b"one"), FiledFacts("t", "s#0000", "p", b"two")]
    assert filed_in(area_of(filed)) == filed


def test_rows_of_the_log_tell_archives_from_facts() -> None:
    """By their keys; and those that earlier versions wrote are rows of facts."""
    trace = LogTrace("t", 9, [], 5, 6, 7)
    row = archived_item("w", "p", NOON_US, NAME, [trace])
    assert (is_archived(row), traces_in(row)) == (True, [trace])
    old = Item(row.pk, keys.log_row(NOON_US, "019abc", 0), {"f": compress(msgspec.msgpack.encode([["t", 9, []]]))})
    assert (is_archived(old), traces_in(old)) == (False, [LogTrace("t", 9, [])])
