"""The shop's texts: each can be filled with the facts of a conversation."""

from __future__ import annotations

import json
import random

import pytest

from infra.local.samples.bookshop import CONVERSATIONS, LONG_CONVERSATION, TOOLS, Errand, facts_of, fill

ERRANDS = {errand.question: errand for talk in (*CONVERSATIONS, LONG_CONVERSATION) for errand in talk}


@pytest.mark.parametrize("errand", ERRANDS.values(), ids=lambda errand: errand.topic)
def test_every_errand_can_be_told(errand: Errand) -> None:
    """Nothing is named that is no fact, and the tool is one that the agent has."""
    _, facts = facts_of(random.Random(1))
    told = fill(errand._asdict(), facts)
    assert "{" not in told["question"] + told["answer"] + "".join(map(str, told["args"].values()))
    assert errand.tool in {tool.name for tool in TOOLS} | {""}
    assert json.dumps(told)


def test_the_long_conversation_has_twelve_turns() -> None:
    """It is the one that the page's thread view is looked at with."""
    assert len(LONG_CONVERSATION) == 12


def test_a_value_is_filled_as_deep_as_it_goes() -> None:
    """Texts in lists and objects are filled, all else stays."""
    filled = fill({"a": ["{order}", 7, {"b": "{name}"}], "c": None}, {"order": "B-1", "name": "Ewa"})
    assert filled == {"a": ["B-1", 7, {"b": "Ewa"}], "c": None}
