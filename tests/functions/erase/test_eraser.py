"""Erasing: what was named is unreadable at once and gone soon after, whatever happens in between."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from functions.record.app import build as build_record
from shared.base.errors import NotFound, Rejected
from shared.base.ids import new_receipt
from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_S
from shared.pricing.prices import PriceTable
from shared.projects.view import SavedView
from shared.runs.codec import pack_envelope
from shared.store import keys
from shared.store.erased import Erased
from shared.store.erasure import Task
from shared.store.ports import KeyRange
from shared.store.rejects import rejected_operations
from shared.store.rollups import ROOTS, Rollups
from shared.store.views import Views
from tests.erase_room import ERASE_SETTINGS, EraseRoom, Killed, marked_trace, watched
from tests.operations import WORKSPACE, envelope, post, uuid7
from tests.record_room import ALL_TIME, SETTINGS
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> EraseRoom:
    """Fresh rooms."""
    return EraseRoom(tmp_path)


def test_an_erased_trace_leaves_nothing_and_its_neighbours_everything(room: EraseRoom) -> None:
    """Two traces of one request, in one log row and one segment: one goes, the other stays as it was."""
    gone, kept = marked_trace("GONE", bulk=900), marked_trace("KEPT", NOON_US + 5, bulk=900)
    room.take(envelope([*gone, *kept], NOON_US))
    assert len(list(room.store.objects.list("base/segments/"))) == 1
    kept_id, gone_id = kept[0].run_id, gone[0].run_id
    before = room.seen(kept_id)
    erasure_id = room.ask_to_erase([gone_id])
    assert room.trace(gone_id) is None
    room.finish()
    assert room.left("GONE") == []
    assert room.left(gone_id.replace("-", "")) == []
    after_ = room.seen(kept_id)
    assert after_["runs"] == before["runs"]
    assert after_["heads"] == [head for head in before["heads"] if head[0] == kept_id]
    assert after_["log"].keys() == {fact.run_id for fact in kept}
    removed = room.removed(erasure_id)
    assert (removed.chunks, removed.heads, removed.log_facts, removed.failures) == (1, 1, 4, 1)
    assert removed.pointers == 1
    assert removed.payload_bytes > 0


def test_the_neighbours_bytes_are_the_same_bytes(room: EraseRoom) -> None:
    """A segment keeps its key and its length, and each byte of it that is not the erased trace's."""
    facts = [marked_trace(name, NOON_US + index, bulk=900) for index, name in enumerate(("A", "B", "C"))]
    room.take(envelope([fact for trace in facts for fact in trace], NOON_US))
    (segment,) = room.store.objects.list("base/segments/")
    before = room.store.objects.get(segment)
    (chunk,) = room.ask.traces.stored(WORKSPACE, facts[1][0].run_id).chunks  # type: ignore[union-attr]
    room.ask_to_erase([facts[1][0].run_id])
    room.finish()
    now = room.store.objects.get(segment)
    cut = slice(chunk.offset, chunk.offset + chunk.length)
    assert len(now) == len(before)
    assert not any(now[cut])
    assert (now[: cut.start], now[cut.stop :]) == (before[: cut.start], before[cut.stop :])


def test_the_last_trace_of_a_segment_takes_it_along(room: EraseRoom) -> None:
    """A segment of zeros is no segment: it is deleted, and so is an empty log row."""
    facts = [marked_trace(name, NOON_US + index, bulk=900) for index, name in enumerate(("A", "B"))]
    room.take(envelope([fact for trace in facts for fact in trace], NOON_US))
    for trace in facts:
        room.ask_to_erase([trace[0].run_id])
        room.finish()
    assert list(room.store.objects.list("base/")) == []
    assert room.store.traces.query(KeyRange(keys.log(WORKSPACE, room.project(), NOON_US, 0))) == []


def test_readers_forget_an_erasure_and_the_tombstone_stays(room: EraseRoom) -> None:
    """Nobody looks at a finished erasure any more; what comes late still finds the tombstone."""
    facts = marked_trace("GONE")
    room.take(envelope(facts, NOON_US))
    room.ask_to_erase([facts[0].run_id])
    assert Erased(room.store.traces).traces(WORKSPACE) == {facts[0].run_id}
    room.finish()
    assert Erased(room.store.traces).traces(WORKSPACE) == frozenset()
    (tombstone,) = room.store.traces.query(KeyRange(keys.trace(WORKSPACE, facts[0].run_id)))
    assert tombstone.sk == keys.ERASED
    assert tombstone.expires_epoch_s is not None
    assert tombstone.expires_epoch_s * US_PER_S > NOON_US + 22 * US_PER_DAY


def test_what_comes_late_is_refused_by_name_and_removed_again(room: EraseRoom) -> None:
    """Days after the erasure an update arrives: it is in no answer, among the rejects, and nothing of it is left."""
    facts = marked_trace("GONE", bulk=900)
    room.take(envelope(facts[:3], NOON_US))
    room.ask_to_erase([facts[0].run_id])
    room.finish()
    room.clock.advance(5 * 86_400)
    late = marked_trace("GONE", bulk=900)
    for fact in late:
        fact.fields["dotted_order"] = facts[0].fields["dotted_order"]
        fact.run_id = facts[0].run_id
    assert room.take(envelope(late, room.clock.now_us())) == []
    assert room.trace(facts[0].run_id) is None
    room.finish()
    assert room.left("GONE") == []
    refused = rejected_operations(room.store.traces, WORKSPACE, room.clock.now_us(), 10)
    assert {one.run_id for one in refused} == {facts[0].run_id}
    assert "was deleted" in refused[0].reason


def test_a_trace_that_never_came_is_not_found_and_is_refused_when_it_comes(room: EraseRoom) -> None:
    """Its id was named while it was on the queue: it is erased when it arrives."""
    facts = marked_trace("GONE")
    erasure_id = room.ask_to_erase([facts[0].run_id])
    room.finish()
    (part,) = room.erasures.parts(WORKSPACE, erasure_id)
    assert (part.traces, part.not_found, part.already) == (1, 1, 0)
    room.take(envelope(facts, NOON_US))
    room.finish()
    assert room.trace(facts[0].run_id) is None
    assert room.left("GONE") == []


def test_another_workspaces_trace_is_not_touched(room: EraseRoom) -> None:
    """The same id over there stays, and here nothing was found."""
    facts = marked_trace("THEIRS", bulk=900)
    theirs = envelope(facts, NOON_US)
    theirs.workspace = str(uuid.uuid4())
    room.take(theirs)
    before = room.left("THEIRS")
    erasure_id = room.ask_to_erase([facts[0].run_id])
    room.finish()
    assert room.left("THEIRS") == before
    assert room.ask.traces.load(theirs.workspace, facts[0].run_id) is not None
    (part,) = room.erasures.parts(WORKSPACE, erasure_id)
    assert part.not_found == 1


def test_a_second_erasure_says_that_the_first_has_done_it(room: EraseRoom) -> None:
    """Nothing is counted twice."""
    facts = marked_trace("GONE")
    room.take(envelope(facts, NOON_US))
    first = room.ask_to_erase([facts[0].run_id])
    room.clock.advance(1)
    second = room.ask_to_erase([facts[0].run_id])
    room.finish()
    (part,) = room.erasures.parts(WORKSPACE, second)
    assert (part.already, part.not_found, part.chunks) == (1, 0, 0)
    assert room.removed(first).chunks == 1


def test_a_segment_that_nothing_points_to_is_cut_too(room: EraseRoom) -> None:
    """`record` died after it wrote its segment, and wrote another when the message came again."""
    facts = marked_trace("GONE", bulk=900)
    sent = envelope(facts, NOON_US)
    segments: list[str] = []

    def die() -> None:
        segments.extend(room.store.objects.list("base/segments/"))
        if segments:
            raise Killed

    dying = build_record(SETTINGS, watched(room.store, die), room.clock)
    record = {"messageId": "m", "body": pack_envelope(sent), "attributes": {"ApproximateReceiveCount": "1"}}
    assert dying({"Records": [record]}, None)["batchItemFailures"] != []
    room.take(sent, attempt=2)
    assert len(list(room.store.objects.list("base/segments/"))) > 1
    room.ask_to_erase([facts[0].run_id])
    room.finish()
    assert room.left("GONE") == []
    assert list(room.store.objects.list("base/segments/")) == []


def test_attachments_go_and_those_of_a_neighbour_stay(room: EraseRoom) -> None:
    """By the names in the facts, and by the place where a trace's attachments lie."""
    traces = [marked_trace(name, NOON_US + index) for index, name in enumerate(("A", "B"))]
    for trace in traces:
        key = keys.attachment("base", WORKSPACE, trace[0].run_id, trace[0].run_id, "page", "r")
        trace[0].fields["attachment.page"] = ["text/plain", 5, key]
        room.store.objects.put(key, b"bytes")
        room.store.objects.put(key + "-unnamed", b"bytes")
        room.take(envelope(trace, NOON_US))
    erasure_id = room.ask_to_erase([traces[0][0].run_id])
    room.finish()
    left = list(room.store.objects.list("base/attachments/"))
    assert len(left) == 2
    assert all(traces[1][0].run_id in key for key in left)
    assert room.removed(erasure_id).attachments == 2


def test_a_provisional_head_goes_with_its_note(room: EraseRoom) -> None:
    """A trace whose root never came is listed too, and erased too."""
    facts = marked_trace("GONE")
    room.take(envelope(facts[1:3], NOON_US))
    assert len(list(room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME))) == 1
    erasure_id = room.ask_to_erase([facts[0].run_id])
    room.finish()
    assert room.removed(erasure_id).heads == 1
    assert room.left("GONE") == []


def test_feedback_goes_with_its_trace_and_is_refused_after(room: EraseRoom) -> None:
    """What was given before, in lists and under its id; and what is given to a trace that is gone."""
    gone, kept = marked_trace("GONE"), marked_trace("KEPT", NOON_US + 5)
    room.take(envelope([*gone, *kept], NOON_US))
    feedbacks, project = room.ask.feedbacks, room.project()
    given = {one[0].run_id: str(uuid.uuid4()) for one in (gone, kept)}
    for run_id, feedback_id in given.items():
        said = {"key": "user", "run_id": run_id, "trace_id": run_id, "score": 1, "comment": f"say {run_id}"}
        feedbacks.create(WORKSPACE, feedback_id, said, new_receipt(NOON_US))
    erasure_id = room.ask_to_erase([gone[0].run_id])
    assert [one.id for one in feedbacks.listed(WORKSPACE, project)] == [given[kept[0].run_id]]
    with pytest.raises(NotFound):
        feedbacks.get(WORKSPACE, given[gone[0].run_id])
    room.finish()
    assert room.left(f"say {gone[0].run_id}") == []
    assert room.removed(erasure_id).feedback == 1
    assert [one.id for one in feedbacks.listed(WORKSPACE, project)] == [given[kept[0].run_id]]
    for name in ("trace_id", "score"):
        said = {"key": "user", "run_id": gone[0].run_id, name: gone[0].run_id if name == "trace_id" else 1}
        with pytest.raises(Rejected, match="deleted"):
            feedbacks.create(WORKSPACE, str(uuid.uuid4()), said, new_receipt(NOON_US))


def test_metadata_names_every_trace_with_one_of_the_pairs(room: EraseRoom) -> None:
    """In every project of the workspace, whichever run says it; the types of JSON count."""
    said: list[dict[str, Any]] = [{"customer": "a"}, {"customer": "b"}, {"case": 7}, {"case": "7"}, {"other": "a"}]
    traces = []
    for index, metadata in enumerate(said):
        root = post(uuid7(NOON_US + index), NOON_US + index * US_PER_HOUR)
        child = post(uuid7(NOON_US + index), NOON_US + index * US_PER_HOUR + 5, root, extra={"metadata": metadata})
        room.take(envelope([root, child], NOON_US, project=f"name:project {index % 2}"))
        traces.append(root.run_id)
    room.ask_to_erase(kind="metadata", metadata=json.dumps({"customer": "a", "case": 7}))
    room.finish()
    assert [room.trace(one) is None for one in traces] == [True, False, True, False, False]


def test_a_search_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """One row of the log at a time: every trace is found, and each part is removed."""
    settings_ = ERASE_SETTINGS.__class__(**{**vars(ERASE_SETTINGS), "rows_per_search": 1})
    room = EraseRoom(tmp_path, settings_)
    traces = [marked_trace("GONE", NOON_US + minute * 60 * US_PER_S) for minute in range(7)]
    for trace in traces:
        room.take(envelope(trace, NOON_US))
    erasure_id = room.ask_to_erase(kind="metadata", metadata=json.dumps({"customer": "GONE"}))
    room.finish()
    erasure = room.erasures.get(WORKSPACE, erasure_id)
    assert erasure is not None
    assert (erasure.parts, len(room.erasures.parts(WORKSPACE, erasure_id))) == (7, 7)
    assert room.removed(erasure_id).heads == 7
    assert room.left("search GONE") == []


def test_a_deleted_project_goes_with_all_its_traces(room: EraseRoom) -> None:
    """And its neighbours stay; one that is not deleted after all is spared."""
    gone, kept = marked_trace("GONE", bulk=900), marked_trace("KEPT", bulk=900)
    room.take(envelope(gone, NOON_US, project="name:gone"), envelope(kept, NOON_US, project="name:kept"))
    project, other = room.project("gone"), room.project("kept")
    said = {"key": "user", "session_id": project, "comment": "all GONE"}
    room.ask.feedbacks.create(WORKSPACE, str(uuid.uuid4()), said, new_receipt(NOON_US))
    views = Views(room.store.control, room.clock)
    for at, name in ((project, "GONE"), (other, "KEPT")):
        views.create(WORKSPACE, SavedView(str(uuid.uuid4()), at, f"of {name}", NOON_US, NOON_US))
    room.ask_to_erase(kind="project", project=other)
    room.ask_to_erase(kind="project", project=project)
    room.ask.projects.delete(WORKSPACE, project)
    room.finish()
    assert room.left("GONE") == []
    assert room.trace(kept[0].run_id) is not None
    assert [one.name for one in views.all(WORKSPACE, other)] == ["of KEPT"]


def test_statistics_never_count_what_is_erased(room: EraseRoom) -> None:
    """Stored by the hour before: not when it is hidden, not after, and not by a count that was begun before."""
    gone, kept = marked_trace("GONE"), marked_trace("KEPT", NOON_US + 5)
    room.take(envelope([*gone, *kept], NOON_US))
    rollups = Rollups(room.store.traces, room.store.control, room.ask, room.clock, PriceTable.load())
    rollups.follow(WORKSPACE)
    stale = room.store.traces.query(KeyRange(keys.rollups(WORKSPACE, room.project())))
    assert rollups.over(WORKSPACE, room.project(), ALL_TIME)[ROOTS].runs == 2

    def counts_alone() -> bool:
        groups = rollups.over(WORKSPACE, room.project(), ALL_TIME)
        return groups[ROOTS].runs == 1 and not any("GONE" in name for name in groups)

    room.ask_to_erase([gone[0].run_id])
    assert counts_alone()
    room.finish()
    assert counts_alone()
    room.store.traces.put(stale)
    assert counts_alone()
    rollups.follow(WORKSPACE)
    assert counts_alone()
    assert room.left("GONE") == []


def test_nothing_is_removed_before_it_has_settled(room: EraseRoom) -> None:
    """Whoever read the trace before it was hidden may still be writing its rows."""
    facts = marked_trace("GONE")
    room.take(envelope(facts, NOON_US))
    erasure_id = room.ask_to_erase([facts[0].run_id])
    task = Task(WORKSPACE, erasure_id, "remove")
    room.erasures.send(task)
    room.work()
    assert len(room.left("GONE")) > 1
    room.finish()
    assert room.left("GONE") == []


def test_a_task_that_keeps_failing_is_buried_with_its_reason(room: EraseRoom) -> None:
    """And so is what is no task."""
    broken = marked_trace("GONE")
    room.take(envelope(broken, NOON_US))
    pk = keys.trace(WORKSPACE, broken[0].run_id)
    (chunk,) = room.store.traces.query(KeyRange(pk, keys.CHUNK))
    room.store.traces.put([chunk.__class__(pk, chunk.sk, {**chunk.attributes, "f": b"damaged"}, 1)])
    room.ask_to_erase([broken[0].run_id])
    room.clock.advance(ERASE_SETTINGS.settle_s)
    assert len(room.work()) == 1
    room.clock.advance(ERASE_SETTINGS.lease_s + 1)
    assert room.work(attempt=ERASE_SETTINGS.max_attempts) == []
    room.store.erasures.send("not a task", group="w")
    assert room.work() == []
    queue: Any = room.store.erasures
    assert ["unknown frame" in one.reason or "not a task" in one.reason for one in queue.list_dead()] == [True, True]
