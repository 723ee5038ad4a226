"""A snapshot shows a whole trace and nothing of what its share hides, and has a new name when anything changes."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.base.errors import NotFound
from shared.base.units import MIB, US_PER_MINUTE
from shared.runs.fact import Fact
from shared.sharing.redaction import MARK, Custom, Redaction
from shared.sharing.snapshot import PART_BYTES, PART_RUNS
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import agent_trace
from tests.sharing_desk import SharingDesk
from tests.stores import NOON_US

SECRET = 'Kq7-Zebra/Quartz"42'
MAIL = "jane.doe@corp.example"
ALL = Redaction(
    keys=("password", "*token*"),
    paths=("metadata.customer.name",),
    patterns=("email", "card"),
    custom=(Custom("order", r"ORD-\d{6}"),),
)


@pytest.fixture
def desk(tmp_path: Path) -> SharingDesk:
    """A fresh one."""
    return SharingDesk(tmp_path)


def hostile_trace() -> list[Fact]:
    """A trace that says its secrets wherever a trace can say something."""
    customer = {"customer": {"name": "Wilhelmina Ashworth"}}
    root = post(
        uuid7(NOON_US),
        NOON_US,
        name=f"refund for {MAIL}",
        inputs={"password": SECRET, "note": f"mail {MAIL}", "n": 4_111_111_111_111_111, MAIL: 1},
        tags=[MAIL, "ORD-123456"],
        extra={"metadata": {**customer, "thread_id": MAIL, "ls_model_name": f"model-{SECRET}"}},
    )
    llm = post(
        uuid7(NOON_US + 1_000),
        NOON_US + 1_000,
        root,
        name=f"call {SECRET}",
        run_type="llm",
        inputs={"args": json.dumps({"password": SECRET, "deep": json.dumps({"said": [SECRET, MAIL]})})},
        events=[{"name": "new_token", "time": "2026-11-20T12:00:00", "kwargs": {"token": SECRET}}],
    )
    return [
        root,
        llm,
        patch(
            llm, NOON_US + 5_000, error=f"Failed for Wilhelmina Ashworth with {SECRET}\n{MAIL} ORD-123456" + "x" * 400
        ),
        patch(root, NOON_US + 9_000, outputs={"answer": ["a", {"b": f"{SECRET!r} of ORD-123456"}]}),
    ]


def test_no_file_holds_a_byte_of_what_is_hidden(desk: SharingDesk) -> None:
    """Names, tags, errors, events, metadata, numbers, names of fields, JSON in texts: in no form, in no file."""
    facts = hostile_trace()
    desk.take(envelope(facts, NOON_US))
    share, made = desk.made(facts[0].run_id, ALL)
    files = desk.files(share)
    assert {"trace.json", "head.json", "index.json", "runs/0.json", "trace.ndjson", "trace.md"} == set(files)
    for hidden in (SECRET, json.dumps(SECRET)[1:-1], MAIL, "4111111111111111", "ORD-123456", "Wilhelmina", "Quartz"):
        assert [name for name, content in files.items() if hidden.encode() in content] == []
    assert made.hidden == desk.said(share, "head.json")["hidden"]
    assert made.hidden.keys() == {"password", "email", "card", "order", "metadata.customer.name", "*token*"}


SECRETS = st.text(st.sampled_from(list("QWJKVXZqwjkvxz\"'\\/é漢🙂<&")), min_size=8, max_size=16)
"""Letters that stand in no name of a rule or a field, so that what is found was not put there by us."""


def holding(secret: str) -> st.SearchStrategy[Any]:
    """JSON values that hold a secret somewhere, in some spelling."""
    spelled = st.sampled_from([secret, f"a {secret}!", json.dumps([secret]), repr({"x": secret}), "plain", 7, None])
    names = st.sampled_from(["said", "deep", secret])
    return st.recursive(spelled, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_a_trace_says_of_a_secret_no_file_does(data: st.DataObject) -> None:
    """In one run it stands under its key, in another anywhere, of any kind: no byte of any file is it."""
    secret = data.draw(SECRETS)
    root = post(
        uuid7(NOON_US),
        NOON_US,
        name="root",
        inputs={"n": {"pass-word": data.draw(st.sampled_from([secret, [secret]]))}},
    )
    step = post(
        uuid7(NOON_US + 1_000),
        NOON_US + 1_000,
        root,
        name=f"step {secret}",
        tags=[secret],
        inputs={"v": data.draw(holding(secret))},
        outputs={"v": data.draw(holding(secret))},
        extra={"metadata": {"m": data.draw(holding(secret))}},
    )
    with TemporaryDirectory() as folder:
        desk = SharingDesk(Path(folder))
        desk.take(envelope([root, step, patch(step, NOON_US + 2_000, error=f"failed: {secret}")], NOON_US))
        share, made = desk.made(root.run_id, Redaction(keys=("password",)))
        files = desk.files(share)
    forms = {secret.encode(), json.dumps(secret)[1:-1].encode(), json.dumps(secret, ensure_ascii=False)[1:-1].encode()}
    assert [(name, form) for name, content in files.items() for form in forms if form in content] == []
    assert files["trace.ndjson"].count(MARK.encode()) == made.hidden["password"]


def test_without_rules_all_is_shown_and_nobody_is_named(desk: SharingDesk) -> None:
    """What was sent is there, to the last digit; workspace, project and author are not."""
    facts = agent_trace()
    desk.take(envelope(facts, NOON_US))
    share, made = desk.made(facts[0].run_id)
    agent, gpt, search = desk.details(share)
    assert (agent["name"], agent["inputs"], agent["outputs"]) == ("agent", {"question": "refund?"}, {"answer": "yes"})
    assert (gpt["outputs"], search["error"]) == ({"text": "yes"}, "ValueError: no index")
    assert (made.hidden, made.runs) == ({}, 3)
    whole = b"".join(desk.files(share).values()).decode()
    assert WORKSPACE not in whole
    assert desk.project() not in whole


def test_the_skeleton_is_that_of_the_page_with_what_is_shown(desk: SharingDesk) -> None:
    """The same columns; names, tags, models and errors as the details have them."""
    facts = hostile_trace()
    desk.take(envelope(facts, NOON_US))
    share, _ = desk.made(facts[0].run_id, ALL)
    trace = desk.said(share, "trace.json")
    tables, columns = trace["skeleton"]["tables"], trace["skeleton"]["columns"]
    details = desk.details(share)
    assert [tables["names"][at] for at in columns["name"]] == [one["name"] for one in details]
    assert tables["errors"] == [details[1]["error"][:160]]
    assert tables["tags"] == [f"{MARK} email", f"{MARK} order"]
    assert trace["skeleton"]["root"] == 0
    assert desk.said(share, "head.json")["title"] == f"refund for {MARK} email"


def test_whole_sides_leave_no_word_of_them(desk: SharingDesk) -> None:
    """Inputs, outputs and metadata, also where a model's name or a streamed token tells of them."""
    facts = hostile_trace()
    desk.take(envelope(facts, NOON_US))
    share, made = desk.made(facts[0].run_id, Redaction(inputs=True, outputs=True, metadata=True))
    for one in desk.details(share):
        said = json.dumps([one[name] for name in ("inputs", "outputs", "events", "extra", "model", "provider")])
        assert SECRET not in said
        assert "Wilhelmina" not in said
    assert made.hidden == {"inputs": 2, "outputs": 2, "metadata": 1}


def test_runs_are_cut_into_parts_of_a_bounded_size(desk: SharingDesk) -> None:
    """No part has more runs or bytes than it may, but for a run that is larger alone; the index finds each."""
    root = post(uuid7(NOON_US), NOON_US, name="root")
    runs = [
        post(uuid7(NOON_US + at * 1_000), NOON_US + at * 1_000, root, inputs={"n": at, "x": "y" * size})
        for at, size in enumerate([10] * 120 + [100_000] * 5 + [PART_BYTES + 10] + [10] * 3, 1)
    ]
    desk.take(envelope([root, *runs], NOON_US))
    share, made = desk.made(root.run_id)
    index = desk.said(share, "index.json")["part_of"]
    parts = {
        int(name[5:-5]): (len(content), [one["id"] for one in json.loads(content)])
        for name, content in desk.files(share).items()
        if name.startswith("runs/")
    }
    assert [parts[part][1].count(run.run_id) for part, run in zip(index, [root, *runs], strict=True)] == [1] * 130
    assert all(len(ids) <= PART_RUNS and (size <= PART_BYTES + 100 or len(ids) == 1) for size, ids in parts.values())
    assert made.runs == len(index) == 130


def test_the_same_trace_has_the_same_revision_until_something_changes(desk: SharingDesk) -> None:
    """A later operation, other rules and another end each give a new one; being made again does not."""
    facts = agent_trace()
    desk.take(envelope(facts[:3], NOON_US))
    share = desk.share(facts[0].run_id)
    first, _ = desk.snapshots.make(share, Redaction())
    files = desk.files(first)
    desk.clock.advance(5)
    again, _ = desk.snapshots.make(first, Redaction())
    assert (again.revision, desk.files(again)) == (first.revision, files)
    others = {desk.snapshots.looked_at(first, ALL).revision}
    desk.take(envelope(facts[3:], NOON_US))
    later, _ = desk.snapshots.make(first, Redaction())
    others |= {later.revision}
    assert len(others | {first.revision}) == 3
    assert later.is_growing
    desk.clock.advance(11 * US_PER_MINUTE / 1_000_000)
    assert not desk.snapshots.looked_at(later, Redaction()).is_growing


def test_a_trace_that_is_gone_has_no_snapshot(desk: SharingDesk) -> None:
    """Expired, or never there: NotFound, and nothing is written."""
    facts = agent_trace()
    desk.take(envelope(facts, NOON_US))
    share = desk.share(facts[0].run_id)
    desk.clock.advance(15 * 86_400)
    with pytest.raises(NotFound):
        desk.snapshots.make(share, Redaction())
    assert list(desk.store.snapshots.list("s/")) == []


def attached(desk: SharingDesk, files: dict[str, tuple[str, bytes]]) -> str:
    """A trace of one run with these files; its id."""
    root = post(uuid7(NOON_US), NOON_US, name="root", inputs={"password": SECRET})
    for name, (mime_type, content) in files.items():
        key = f"base/attachments/{WORKSPACE}/{root.run_id}/{len(root.fields)}"
        desk.store.objects.put(key, content, mime_type)
        root.fields[f"attachment.{name}"] = [mime_type, len(content), key]
    desk.take(envelope([root], NOON_US))
    return root.run_id


def test_files_ride_along_and_those_that_tell_do_not(desk: SharingDesk) -> None:
    """A picture is copied, a text is cut, a file that holds what is hidden stays away, and no file can be run."""
    trace_id = attached(
        desk,
        {
            "picture.png": ("image/png", b"\x89PNG\xff"),
            "page.html": ("text/html", b"<script>alert(1)</script>"),
            "note.txt": ("text/plain", f"mail {MAIL}".encode()),
            f"{MAIL}.bin": ("application/x-thing", b"\xff\xfe" + SECRET.encode()),
        },
    )
    share, made = desk.made(trace_id, ALL)
    files = desk.files(share)
    [detail] = desk.details(share)
    shown = {name: said["path"] and files[said["path"]] for name, said in detail["attachments"].items()}
    assert shown == {
        "picture.png": b"\x89PNG\xff",
        "page.html": b"<script>alert(1)</script>",
        "note.txt": f"mail {MARK} email".encode(),
        f"{MARK} email": None,
    }
    assert made.attachments_left_out == 1
    assert desk.said(share, "index.json")["attachments"] == {
        "0": {name: said["path"] for name, said in detail["attachments"].items() if said["path"]}
    }
    nothing, made = desk.made(trace_id, Redaction(attachments=True))
    assert [name for name in desk.files(nothing) if name.startswith("attachments/")] == []
    assert made.attachments_left_out == 4


def test_downloads_hold_every_run_once(desk: SharingDesk) -> None:
    """A line and a section for each, in order; a fence in a text does not end the block that it stands in."""
    root = post(uuid7(NOON_US), NOON_US, name="ro*ot", inputs={"q": "```\n# not a title\n```"})
    step = post(uuid7(NOON_US + 1_000), NOON_US + 1_000, root, name="step")
    desk.take(envelope([root, step], NOON_US))
    share, _ = desk.made(root.run_id)
    lines: list[dict[str, Any]] = [json.loads(line) for line in desk.files(share)["trace.ndjson"].splitlines()]
    assert [(one["id"], one["parent_run_id"]) for one in lines] == [(root.run_id, None), (step.run_id, root.run_id)]
    text = desk.files(share)["trace.md"].decode()
    assert [line for line in text.splitlines() if line.startswith("#")] == ["## ro\\*ot", "### step"]
    assert len(text) < MIB
