"""Rules of shares, tried on a text before they are anybody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functions.api.routes.test_shares import Desk

ORDER = {"name": "order", "expression": r"ORD-\d{6}"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh one."""
    return Desk(tmp_path)


def _tried(desk: Desk, text: str, **rules: object) -> tuple[str, dict[str, int]]:
    answer = desk.post("/workspaces/current/share-settings/trial", {"redaction": rules, "text": text})
    assert answer.status == 200, answer.text
    return answer.json["text"], answer.json["hidden"]


def test_rules_are_tried_on_a_text(desk: Desk) -> None:
    """What they hit is marked and counted; nothing is kept of it."""
    text, hidden = _tried(desk, "Ann, ann@example.com, wants ORD-123456", custom=[ORDER], patterns=["email"])
    assert text == "Ann, ▇▇▇ email, wants ▇▇▇ order"
    assert hidden == {"email": 1, "order": 1}
    assert _tried(desk, '{"password": "hunter22", "note": "is hunter22"}', keys=["password"])[0].count("hunter22") == 0
    assert _tried(desk, "nothing of it", custom=[ORDER]) == ("nothing of it", {})
    assert desk.get("/workspaces/current/share-settings").json["is_default_redaction"]


def test_an_expression_that_is_none_is_named_with_its_place(desk: Desk) -> None:
    """The answer says which one, what is wrong, and at which character."""
    rules = {"custom": [ORDER, {"name": "open", "expression": "ORD-(x"}]}
    refused = desk.post("/workspaces/current/share-settings/trial", {"redaction": rules, "text": "x"})
    assert refused.status == 422
    assert "'ORD-(x' is no regular expression" in refused.text
    assert "at position 4" in refused.text


def test_a_text_to_try_them_on_is_no_book(desk: Desk) -> None:
    """Twenty thousand characters are enough to see what a rule does."""
    asked = {"redaction": {}, "text": "x" * 20_001}
    assert desk.post("/workspaces/current/share-settings/trial", asked).status == 422
