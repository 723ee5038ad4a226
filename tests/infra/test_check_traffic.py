"""The judge of `deploy_check`: what is missing, doubled or altered is named."""

from __future__ import annotations

import dataclasses
import io
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from infra.check_traffic import ATTACHMENT, Sent, compare

TRACE = uuid4()


def _sent(**changes: Any) -> Sent:  # noqa: ANN401 any field
    return dataclasses.replace(
        Sent(uuid4(), TRACE, None, "think", {"question": 1}, {"answer": 2}, None, "words", "customer 1"), **changes
    )


def _read(run: Sent, **changes: Any) -> SimpleNamespace:  # noqa: ANN401 any field
    attachments = {ATTACHMENT: {"reader": io.BytesIO(run.attachment)}} if run.attachment else {}
    return SimpleNamespace(**{**dataclasses.asdict(run), "attachments": attachments, **changes})


def test_what_comes_back_as_it_was_sent_is_whole() -> None:
    """Order does not matter, and no outputs are the same as empty ones: the client itself makes them so."""
    sent = [_sent(attachment=b"a note"), _sent(outputs=None, error="broken")]
    found = compare(sent, [_read(sent[1], outputs={}), _read(sent[0])], 1.0)
    assert found.is_whole
    assert found.readable == 2


def test_a_missing_run_is_named() -> None:
    """By name and id, so that it can be looked for."""
    sent = [_sent(), _sent(name="lost")]
    found = compare(sent, [_read(sent[0])], 1.0)
    assert found.missing == [f"lost {sent[1].id}"]
    assert not found.is_whole


def test_a_run_that_is_there_twice_is_named() -> None:
    """A double in a list is a fault even where both are right."""
    run = _sent()
    found = compare([run], [_read(run), _read(run)], 1.0)
    assert found.doubled == [str(run.id)]
    assert not found.is_whole


def test_a_field_that_changed_is_named_with_both_values() -> None:
    """Every field that was sent is held against what was read."""
    run = _sent()
    changes: dict[str, Any] = {
        "trace_id": UUID(int=1),
        "parent_run_id": UUID(int=2),
        "name": "other",
        "inputs": {"question": 2},
        "outputs": {},
        "error": "broken",
    }
    for field, value in changes.items():
        [line] = compare([run], [_read(run, **{field: value})], 1.0).different
        assert field in line
        assert repr(value) in line


def test_a_run_that_nobody_sent_is_named() -> None:
    """Above all one that was deleted and is still listed."""
    run, deleted = _sent(), _sent(name="deleted")
    found = compare([run], [_read(run), _read(deleted)], 1.0)
    assert found.unknown == [f"deleted {deleted.id}"]
    assert not found.is_whole


def test_an_attachment_is_read_and_held_against_what_was_sent() -> None:
    """Lost, altered or made up: each is named."""
    run, plain = _sent(attachment=b"a note"), _sent()
    for sent, attachments in (
        (run, {}),
        (run, {ATTACHMENT: {"reader": io.BytesIO(b"a nite")}}),
        (plain, {ATTACHMENT: {"reader": io.BytesIO(b"a note")}}),
    ):
        [line] = compare([sent], [_read(sent, attachments=attachments)], 1.0).different
        assert "attachments" in line
