"""Parts and JSON bodies become operations of one shape."""

from __future__ import annotations

import pytest

from functions.receive.operations import MAX_OPERATIONS, of_batch, of_parts, of_run, says_nothing
from shared.base.errors import Malformed, TooLarge
from shared.base.multipart import Part
from tests.functions.receive.requests import OTHER, RUN


def _part(name: str, body: bytes = b"{}") -> Part:
    return Part(name, "application/json", body)


def test_parts_are_gathered_by_kind_and_run_in_any_order() -> None:
    """A field may come before its header; what one run's create and update say stays apart."""
    names = [f"post.{RUN}.error", f"patch.{RUN}", f"post.{RUN}", f"post.{OTHER}"]
    asked = of_parts(_part(name, name.encode()) for name in names)
    created, updated, other = asked.operations
    assert (created.where, created.is_patch, created.run_id) == (f"post.{RUN}", False, RUN)
    assert created.texts == {"error": f"post.{RUN}.error".encode()}
    assert created.headers == [f"post.{RUN}".encode()]
    assert (updated.is_patch, updated.headers) == (True, [f"patch.{RUN}".encode()])
    assert other.run_id == OTHER


def test_repeated_names_are_kept_and_the_later_field_wins() -> None:
    """Two updates under one name are both there; a later null or placeholder takes nothing back."""
    parts = [_part(f"patch.{RUN}", b"1"), _part(f"patch.{RUN}.inputs", b'{"a":1}'), _part(f"patch.{RUN}", b"2")]
    parts += [_part(f"patch.{RUN}.inputs", b'{"b":1}'), _part(f"patch.{RUN}.inputs", b" null ")]
    (operation,) = of_parts(parts).operations
    assert (operation.headers, operation.texts) == ([b"1", b"2"], {"inputs": b'{"b":1}'})


def test_unknown_fields_are_ignored_and_unknown_kinds_are_told() -> None:
    """A later SDK's field costs nothing; a part that is nothing we know is a reject that names it."""
    asked = of_parts([_part(f"post.{RUN}"), _part(f"post.{RUN}.later"), _part("put.x"), _part(f"feedback.{RUN}")])
    assert [operation.texts for operation in asked.operations] == [{}]
    assert [reject.where for reject in asked.rejects] == ["put.x"]
    assert [part.name for part in asked.feedback] == [f"feedback.{RUN}"]


def test_an_attachment_goes_with_its_run_whatever_the_order() -> None:
    """With the create if there is one, else with the update, else it is an update by itself."""
    for names, is_patch in ((("patch", "post"), False), (("patch",), True), ((), True)):
        asked = of_parts([_part(f"attachment.{RUN}.a", b"1"), *(_part(f"{name}.{RUN}") for name in names)])
        (holder,) = [operation for operation in asked.operations if operation.attachments]
        assert (holder.is_patch, holder.attachments["a"].body) == (is_patch, b"1")


@pytest.mark.parametrize(
    ("text", "in_create", "in_update"),
    [
        (b"null", True, True),
        (b" null\n", True, True),
        (b"{}", True, False),
        (b"[ \n]", True, False),
        (b"[]", True, False),
        (b'""', False, False),
        (b"nu ll", False, False),
        (b"0", False, False),
        (b'{"a":1}', False, False),
    ],
)
def test_what_says_nothing(text: bytes, in_create: bool, in_update: bool) -> None:
    """Null never says anything; empty objects and lists say nothing in a create."""
    assert (says_nothing(text, is_patch=False), says_nothing(text, is_patch=True)) == (in_create, in_update)


def test_json_bodies_give_the_same_shape() -> None:
    """A batch names its operations by list and number, a single run by its route."""
    asked = of_batch(b'{"patch": [{"id": 1}], "post": [{"a": 1.50}, 2]}')
    assert [(one.where, one.is_patch, one.headers) for one in asked.operations] == [
        ("post[0]", False, [b'{"a": 1.50}']),
        ("post[1]", False, [b"2"]),
        ("patch[0]", True, [b'{"id": 1}']),
    ]
    (single,) = of_run(b"{}", "PATCH /runs/x", is_patch=True, run_id="x").operations
    assert (single.where, single.run_id) == ("PATCH /runs/x", "x")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"post": 1}', b'{"patch": {"a": 1}}', b'{"post": [}'])
def test_a_batch_that_is_no_two_lists_is_malformed(body: bytes) -> None:
    """The whole body is refused: nothing in it can be told apart."""
    with pytest.raises(Malformed):
        of_batch(body)


def test_a_batch_holds_only_so_many_operations() -> None:
    """One operation over the limit, creates and updates together, refuses the batch before any of them is made."""
    half = b",".join([b"null"] * (MAX_OPERATIONS // 2))
    assert len(of_batch(b'{"post":[' + half + b'],"patch":[' + half + b"]}").operations) == MAX_OPERATIONS
    with pytest.raises(TooLarge, match=f"{MAX_OPERATIONS + 1} operations; at most {MAX_OPERATIONS}"):
        of_batch(b'{"post":[' + half + b'],"patch":[null,' + half + b"]}")
