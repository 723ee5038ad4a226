"""What lists need of a payload, in the shapes that `shared/runs/fact.py` gives."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from functions.receive.summaries import MAX_METADATA_BYTES, summarise
from shared.runs.fact import PREVIEW_CHARS, Fields


def _summary(field: str, value: object, **plain: str) -> Any:  # noqa: ANN401 each field has its own shape
    fields: Fields = dict(plain)
    text = json.dumps(value).encode()
    summarise(fields, {field: text})
    assert fields[field][1:] == [0, len(text)]
    return fields[field][0]


def test_each_field_has_its_shape() -> None:
    """Inputs give a preview, outputs a preview and usage, an error its first characters."""
    usage = {"usage_metadata": {"input_tokens": 1, "output_tokens": 2}}
    assert _summary("inputs", {"question": "why?"}) == "why?"
    assert _summary("outputs", {"answer": "so", **usage}, run_type="llm")[1] == {"input": 1, "output": 2, "total": 3}
    assert _summary("outputs", {"answer": "so"})[1] is None
    assert _summary("error", "x" * 1_000) == "x" * PREVIEW_CHARS
    assert _summary("serialized", {"name": "x"}) is None


def test_usage_is_found_where_the_run_type_is_not_said() -> None:
    """An update that leaves the type out keeps its provider's counts; totals take model runs only."""
    answer = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
    assert _summary("outputs", answer)[1] == {"input": 1, "output": 2, "total": 3}
    assert _summary("outputs", answer, run_type="chain")[1] is None


def test_extra_gives_metadata_usage_and_model() -> None:
    """Metadata keeps its JSON types; what is not said is absent."""
    metadata = {"n": 1, "ok": True, "none": None, "ls_model_name": "m", "usage_metadata": {"total_tokens": 3}}
    summary = _summary("extra", {"metadata": metadata, "runtime": {}})
    assert summary["metadata"] == metadata
    assert summary["metadata"]["ok"] is True
    assert summary["model"] == "m"
    assert summary["usage"]["total"] == 3
    assert "provider" not in summary
    assert _summary("extra", {"metadata": "no object"}) == {"metadata": {}}


def test_what_is_left_out_is_counted() -> None:
    """So that whoever filters by metadata knows that the payload holds more; nothing is said where nothing is out."""
    assert _summary("extra", {"metadata": {"big": "x" * 2_000, "huge": 10**30, "small": 1}})["left_out"] == 2
    assert "left_out" not in _summary("extra", {"metadata": {"small": 1}})


def test_large_metadata_stays_in_the_payload() -> None:
    """An entry over 1 KB is left out, the others stay, and together they keep within 16 KB."""
    assert _summary("extra", {"metadata": {"big": "x" * 2_000, "small": 1}})["metadata"] == {"small": 1}
    many = _summary("extra", {"metadata": {str(i): "x" * 900 for i in range(100)}})["metadata"]
    assert 15 <= len(many) <= 18
    assert len(msgspec.msgpack.encode(many)) <= MAX_METADATA_BYTES + 100


def test_numbers_that_a_fact_cannot_hold_stay_in_the_payload() -> None:
    """An integer beyond 64 bits is left out of the summary instead of failing the run."""
    assert _summary("extra", {"metadata": {"huge": 10**30, "n": 1}})["metadata"] == {"n": 1}


def test_the_first_token_is_found_among_events() -> None:
    """The time of the first readable `new_token` event, and how many events there are."""
    events = [
        {"name": "start", "time": "2026-11-20T12:00:00Z"},
        {"name": "new_token", "time": "unreadable"},
        {"name": "new_token", "time": "2026-11-20T12:00:01Z"},
        {"name": "new_token", "time": "2026-11-20T12:00:02Z"},
    ]
    assert _summary("events", events) == [1_795_176_001_000_000, 4]
    assert _summary("events", [{"name": "new_token", "time": [1]}, {}]) == [None, 2]


def test_runs_with_the_same_extra_keep_the_model_that_their_own_answer_names() -> None:
    """What is remembered of an `extra` is what it says by itself."""
    texts = {"extra": b'{"metadata":{"thread_id":"t"}}'}
    named: list[Fields] = [{}, {}, {}]
    for fields, model in zip(named, ("m1", "m2", None), strict=True):
        summarise(fields, {"outputs": json.dumps({"model": model}).encode(), **texts})
    assert [fields["extra"][0].get("model") for fields in named] == ["m1", "m2", None]
    assert [fields["extra"][0]["metadata"] for fields in named] == [{"thread_id": "t"}] * 3
