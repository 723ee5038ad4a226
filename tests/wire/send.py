"""One scenario sent by the real Python client, in a process of its own: `python send.py <scenario>`."""

from __future__ import annotations

import contextlib
import platform
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from langsmith import Client, traceable
from langsmith.run_helpers import get_current_run_tree
from langsmith.schemas import Attachment

ROOT = uuid.UUID("019aa0b0-0000-7000-8000-000000000001")
CHILD = uuid.UUID("019aa0b0-0000-7000-8000-000000000002")
FEEDBACK = uuid.UUID("019aa0b0-0000-7000-8000-00000000000f")
START = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
END = datetime(2026, 11, 20, 12, 0, 2, tzinfo=UTC)


def _traced(client: Client) -> None:
    """A root, a model run with usage and a token, and a tool that fails."""

    @traceable(run_type="llm", name="model", client=client, metadata={"ls_provider": "p", "ls_model_name": "m"})
    def model(question: str) -> dict[str, object]:
        run = get_current_run_tree()
        if run is not None:
            run.add_event({"name": "new_token", "time": END.isoformat(), "kwargs": {"token": "f"}})
        usage = {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
        return {"answer": f"to {question}", "usage_metadata": usage}

    @traceable(run_type="tool", name="tool", client=client)
    def tool() -> None:
        raise ValueError("no such thing: schön")

    @traceable(name="root", client=client, tags=["b", "a", "b"], metadata={"thread_id": "t1", "n": 1, "ok": True})
    def root(question: str) -> dict[str, object]:
        with contextlib.suppress(ValueError):
            tool()
        return model(question)

    root("why?", langsmith_extra={"run_id": ROOT})


def zstd(client: Client) -> None:
    """Creates and updates in one zstd body."""
    _traced(client)


def plain(client: Client) -> None:
    """The same without compression: the client merges what it finds together."""
    _traced(client)


def single(client: Client) -> None:
    """`POST /runs` and `PATCH /runs/{id}`, without trace id and dotted order."""
    client.create_run("alone", {"a": 1.5}, "chain", id=ROOT, start_time=START, project_name="other")
    client.update_run(ROOT, outputs={"b": [1, 2]}, end_time=END)


def attachments(client: Client) -> None:
    """Bytes that look like a boundary, in an attachment."""

    @traceable(name="with files", client=client, dangerously_allow_filesystem=False)
    def root(picture: Attachment) -> str:
        return picture.mime_type

    root(Attachment("image/png", b"\x89PNG\r\n--boundary\r\n\x00\xff"), langsmith_extra={"run_id": ROOT})


def feedback(client: Client) -> None:
    """A run, and feedback on it in the same body."""
    _traced(client)
    client.create_feedback(
        ROOT, "right", score=0.75, comment="good", trace_id=ROOT, feedback_id=FEEDBACK, start_time=START
    )


def langchain(client: Client) -> None:
    """A runnable of two steps, through LangChain's own tracer."""
    from langchain_core.runnables import RunnableLambda  # noqa: PLC0415 slow, and only here
    from langchain_core.tracers.langchain import LangChainTracer  # noqa: PLC0415

    one, two = RunnableLambda[int, int](lambda x: x + 1), RunnableLambda[int, int](lambda x: x * 2)
    chain = one.with_config(run_name="one") | two
    chain.invoke(3, config={"callbacks": [LangChainTracer(client=client)], "run_id": ROOT, "tags": ["t"]})


_SCENARIOS: dict[str, Callable[[Client], None]] = {
    "zstd": zstd,
    "plain": plain,
    "single": single,
    "attachments": attachments,
    "feedback": feedback,
    "langchain": langchain,
}

if __name__ == "__main__":
    platform.platform = lambda *_, **__: "Linux"  # the client would send this machine's kernel
    sender = Client()
    _SCENARIOS[sys.argv[1]](sender)
    sender.flush()
