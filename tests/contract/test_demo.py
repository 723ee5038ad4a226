"""`make demo` against a running server: what each view of the page is looked at with is there to be read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any

import pytest
from langsmith import Client
from langsmith.schemas import Run

from infra.local.samples import refunds, reports, research, search, support
from infra.local.samples.picture import cover_png
from infra.local.samples.sending import Sent, Size, send
from infra.local.server import RunningServer, running_server
from tests.contract.clients import open_client, settle

SIZE = Size(conversations=30, refunds=7, questions=16, reports=15, loop_runs=101)
NOW = datetime.now(UTC)

Shown = list[tuple[int, int]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with nothing but the samples."""
    with running_server(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def steps() -> Shown:
    """What the progress bar was told."""
    return []


@pytest.fixture(scope="module")
def sent(served: RunningServer, steps: Shown) -> Sent:
    """A small set of samples, all of them recorded."""
    with open_client(served.endpoint, served.api_key) as client:
        done = send(client, SIZE, NOW, lambda number, total: steps.append((number, total)))
        settle(client)
    return done


@pytest.fixture
def reader(served: RunningServer, sent: Sent) -> Iterator[Client]:
    """A client, after the demo has ended."""
    assert sent.told
    with open_client(served.endpoint, served.api_key) as client:
        yield client


def _runs(client: Client, project: str, **wanted: Any) -> list[Run]:  # noqa: ANN401 the client's own
    return list(client.list_runs(project_name=project, **wanted))


def _roots(client: Client, project: str) -> list[Run]:
    return _runs(client, project, is_root=True)


def _tree(client: Client, root: Run) -> list[Run]:
    return sorted(client.list_runs(trace_id=root.trace_id), key=lambda run: run.dotted_order)


def _utc(moment: datetime | None) -> datetime:
    """The client reads some times as UTC and leaves others without a zone."""
    assert moment is not None
    return moment.replace(tzinfo=UTC)


def _files(run: Run) -> dict[str, bytes]:
    """What is attached, by name."""
    attached: dict[str, Any] = dict(run.attachments)
    return {name: one["reader"].read() for name, one in attached.items()}


def test_all_that_was_told_is_listed_once(reader: Client, sent: Sent, steps: Shown) -> None:
    """Each project has the traces and the runs that were sent, and the bar came to its end."""
    for told in sent.told:
        runs = _runs(reader, told.project, select=["parent_run_id"])
        assert len({run.id for run in runs}) == len(runs) == told.runs
        assert {run.id for run in runs if run.parent_run_id is None} == set(told.traces)
    assert [number for number, _ in steps] == list(range(1, len(steps) + 1))
    assert {total for _, total in steps} == {len(steps)}


def test_they_lie_within_what_is_kept_and_none_in_the_future(reader: Client, sent: Sent) -> None:
    """The first began days ago, the last today, each list is newest first, and nothing ends after now."""
    for told in sent.told:
        roots = _roots(reader, told.project)
        assert [run.start_time for run in roots] == sorted((run.start_time for run in roots), reverse=True)
        ages = [NOW - run.start_time for run in roots]
        assert timedelta(0) < min(ages) <= max(ages) < timedelta(days=13.5)
        assert all(run.end_time <= NOW for run in roots if run.end_time)
    assert max(NOW - run.start_time for run in _roots(reader, support.PROJECT)) > timedelta(days=9)


@pytest.mark.parametrize(
    ("provider", "is_its_shape"),
    [
        ("openai", lambda inputs, outputs: "choices" in outputs and isinstance(inputs["messages"][0], dict)),
        ("anthropic", lambda _, outputs: {block["type"] for block in outputs["content"]} <= {"text", "tool_use"}),
        ("google", lambda inputs, outputs: inputs["messages"][0][0]["lc"] == 1 and "generations" in outputs),
    ],
)
def test_each_sdk_has_its_shape(reader: Client, provider: str, is_its_shape: Any) -> None:  # noqa: ANN401 a function
    """Messages of OpenAI, of Anthropic and of LangChain are there, with tools called and answered in each."""
    query = f'and(eq(run_type, "llm"), eq(metadata_key, "ls_provider"), eq(metadata_value, "{provider}"))'
    runs = [run for run in _runs(reader, support.PROJECT, filter=query) if run.outputs]
    assert runs
    assert all(is_its_shape(run.inputs, run.outputs) for run in runs)
    written = json.dumps([run.inputs for run in runs])
    words = {"openai": "tool_call_id", "anthropic": "tool_result", "google": "ToolMessage"}
    assert words[provider] in written
    assert "image" in written


def test_a_refund_failed_and_its_inputs_say_why(reader: Client, sent: Sent) -> None:
    """The newest refund asked for dollars where the payment was in euros; the tool's error has a stack."""
    root = reader.read_run(sent.best["a refund that failed"])
    assert (root.name, root.status) == (refunds.AGENT, "error")
    tools = {run.name: run for run in _tree(reader, root) if run.run_type == "tool"}
    assert tools["refund"].inputs["currency"] == "USD"
    assert "Traceback" in (tools["refund"].error or "")
    assert (tools["get_payment"].outputs or {})["output"]["currency"] == "EUR"
    others = [run for run in _roots(reader, support.PROJECT) if run.name == refunds.AGENT]
    assert Counter(run.status for run in others) == {"success": SIZE.refunds - 1, "error": 1}


def test_a_refund_is_tried_again_and_arrives(reader: Client) -> None:
    """In one trace the tool fails, is called again with the same key, and the trace is well."""
    tried = [run for run in _runs(reader, support.PROJECT, filter='eq(name, "refund")') if run.tags == ["will retry"]]
    tree = _tree(reader, tried[0])
    first, second = (run for run in tree if run.name == "refund")
    assert first.inputs == second.inputs
    assert (first.status, second.status, tree[0].status) == ("error", "success", "success")


def test_one_waits_for_a_person(reader: Client) -> None:
    """Between asking for approval and reading it more than a minute passes in which no run is under way."""
    (asked,) = _runs(reader, support.PROJECT, filter='eq(name, "ask for approval")')
    tree = _tree(reader, reader.read_run(asked.trace_id))
    later = min(run.start_time for run in tree if run.start_time > asked.start_time)
    assert later - _utc(asked.end_time) > timedelta(minutes=1)
    assert tree[0].status == "success"


def test_the_two_prompts_differ_in_what_they_do(reader: Client) -> None:
    """Of the second the text is in the inputs, and answers are shorter and liked better."""
    seen: dict[str, Any] = {}
    for version, text in support.PROMPTS.items():
        query = f'and(eq(metadata_key, "prompt_version"), eq(metadata_value, "{version}"), eq(name, "{support.AGENT}"))'
        roots = _runs(reader, support.PROJECT, filter=query, is_root=True)
        told = [run for run in roots if run.status == "success"]
        assert any(json.dumps(text)[1:-1] in json.dumps(run.inputs) for run in _tree(reader, told[0]))
        given = [stats["helpfulness"] for run in told if "helpfulness" in (stats := run.feedback_stats or {})]
        seen[version] = mean(one["avg"] for one in given), mean(run.completion_tokens or 0 for run in told)
    assert seen["v2"][0] > seen["v1"][0]
    assert seen["v2"][1] < seen["v1"][1]


def test_errors_are_of_several_kinds_and_some_are_got_over(reader: Client) -> None:
    """Rate limits, time-outs and answers of the wrong form; within some traces the agent recovers."""
    failed = _runs(reader, support.PROJECT, error=True)
    kinds = {(run.error or "").partition(":")[0] for run in failed}
    assert kinds >= {"RateLimitError", "TimeoutError", "ValidationError", "RefundRejected", "ToolFailed"}
    ends = {root.id: root.status for root in _roots(reader, support.PROJECT)}
    recovered = {(run.error or "").partition(":")[0] for run in failed if ends[run.trace_id] == "success"}
    assert recovered >= {"RateLimitError", "TimeoutError", "ValidationError", "ConnectionResetError"}


def test_conversations_have_turns_and_one_has_twelve(reader: Client) -> None:
    """Turns share a thread and know what was said before, in the order in which they came."""
    threads = Counter(root.metadata["thread_id"] for root in _roots(reader, support.PROJECT))
    (longest, turns), *_ = threads.most_common(1)
    assert turns == 12
    assert len(threads) == SIZE.conversations + SIZE.refunds
    said = [root for root in _roots(reader, support.PROJECT) if root.metadata["thread_id"] == longest]
    prompts = [run for run in _tree(reader, said[0]) if run.run_type == "llm"]
    assert len(prompts[0].inputs["messages"]) > 24


def test_models_stream_and_have_a_price(reader: Client) -> None:
    """Answers come word by word after a first token; tokens are cached, reasoned with, and cost something."""
    answers = [run for run in _runs(reader, support.PROJECT, filter='eq(run_type, "llm")') if run.events]
    assert all(_utc(run.start_time) < _utc(run.first_token_time) < _utc(run.end_time) for run in answers)
    assert all(run.total_cost for run in answers)
    assert {run.metadata["ls_provider"] for run in answers} == {"openai", "anthropic", "google"}


def test_tokens_are_cached_and_reasoned_with(reader: Client) -> None:
    """Conversations go on from what a cache holds; the weekly report's model thinks first."""
    kinds = ["prompt_token_details", "completion_token_details"]
    talked = _runs(reader, support.PROJECT, filter='eq(run_type, "llm")', select=kinds)
    assert any((run.prompt_token_details or {}).get("cache_read") for run in talked)
    wrote = _runs(reader, reports.PROJECT, filter='eq(run_type, "llm")', select=kinds)
    assert any((run.completion_token_details or {}).get("reasoning") for run in wrote)


def test_documents_are_ranked_and_nothing_found_is_made_up(reader: Client) -> None:
    """Retrievers give documents with scores, best first; where there are none, the answer is judged badly."""
    lists = [
        run.outputs["documents"]
        for run in _runs(reader, search.PROJECT, filter='eq(run_type, "retriever")')
        if run.outputs
    ]
    for documents in lists:
        scores = [document["metadata"]["score"] for document in documents]
        assert scores == sorted(scores, reverse=True)
        assert all(document["page_content"] for document in documents)
    assert {len(documents) for documents in lists} == {0, 3, 6}
    invented = next(run for run in _roots(reader, search.PROJECT) if "Antarctica" in run.inputs["question"])
    assert invented.status == "success"
    assert invented.feedback_stats is not None
    assert invented.feedback_stats["groundedness"]["avg"] < 0.1


def test_feedback_is_of_all_sorts(reader: Client) -> None:
    """Thumbs, scores, moods by name, comments and corrections; from people and from a model."""
    ids = [run.id for project in (support.PROJECT, search.PROJECT) for run in _roots(reader, project)]
    given = list(reader.list_feedback(run_ids=ids))
    assert {one.key for one in given} >= {"thumbs", "mood", "helpfulness", "groundedness", "rewritten"}
    found = [run.id for run in _runs(reader, search.PROJECT, filter='eq(name, "handbook index")')]
    assert {one.key for one in reader.list_feedback(run_ids=found)} == {"relevance"}
    assert {one.value for one in given if one.key == "mood"} <= {"delighted", "content", "annoyed"}
    assert any(one.correction for one in given)
    assert all(one.comment for one in given if one.key != "mood")
    assert {one.feedback_source.type for one in given if one.feedback_source} == {"api", "model"}


def test_files_are_attached_as_they_were(reader: Client) -> None:
    """A report has a chart, notes and figures; a picture of a cover is both attached and in the messages."""
    roots = {run.name: run for run in _roots(reader, reports.PROJECT)}
    files = _files(roots["weekly report"])
    assert set(files) == {"chart", "notes", "figures"}
    assert files["chart"].startswith(b"\x89PNG")
    assert json.loads(files["figures"])["Sat"] == 310
    assert _files(roots["describe picture"]) == {"photo": cover_png()}


def test_texts_are_of_all_sorts(reader: Client) -> None:
    """Markdown with a table, a list and code; HTML that must not run; scripts from right to left, and emoji."""
    roots = {run.name: run.outputs or {} for run in _roots(reader, reports.PROJECT)}
    assert all(sign in roots["weekly report"]["report"] for sign in ("|:---", "```sql", "1. **", "> "))
    assert "<script src=" in roots["answer developer"]["answer"]
    assert {"Arabic", "Hebrew", "Japanese", "Emoji"} <= set(roots["translate blurb"])
    assert "👩‍🚀" in roots["translate blurb"]["Emoji"]


def test_there_is_a_wide_a_deep_a_long_and_a_large_one(reader: Client, sent: Sent) -> None:
    """Forty calls of one name at once, thirty levels, the loop's rounds, and a megabyte of JSON."""
    wide = _tree(reader, reader.read_run(sent.best["40 calls at once, and a failure"]))
    chapters = [run.inputs["chapter"] for run in wide if run.name == "summarise chapter"]
    assert chapters == list(range(1, reports.WIDE + 1))
    assert Counter(run.status for run in wide if run.name == "summarise chapter") == {"success": 39, "error": 1}
    (deep,) = (run for run in _roots(reader, research.PROJECT) if run.name == "follow citations")
    assert max(run.dotted_order.count(".") + 1 for run in _tree(reader, deep)) == research.LEVELS
    (large,) = _runs(reader, reports.PROJECT, filter='eq(name, "list catalogue")')
    assert len(json.dumps(large.outputs)) > 1_000_000
    (long,) = (run for run in _roots(reader, research.PROJECT) if run.name == "research")
    assert "RecursionError" in (long.error or "")


def test_one_never_ended(reader: Client, sent: Sent) -> None:
    """Its root and its last call are pending, what came before is not."""
    (lost,) = (run for run in _roots(reader, research.PROJECT) if run.end_time is None)
    assert [run.status for run in _tree(reader, lost)].count("pending") == 2
    (told,) = (one for one in sent.told if one.project == research.PROJECT)
    assert set(told.traces) - set(told.ended) == {lost.id}
