"""Sharing by the Python client, v1 and v2: what it shares anyone reads, until it is taken back."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from langsmith import Client
from langsmith.utils import LangSmithNotFoundError

from infra.local.server import RunningServer
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project, open_client
from tests.contract.waiting import eventually

UNSHARED_WITHIN_S = 10.0
"""The budget: from unshare to unreadable."""
_SIGNED = re.compile(r"/s/[0-9a-f-]+/[0-9a-f]+/")


@dataclass(frozen=True)
class Traced:
    """A trace, and the client that sent it."""

    client: Client
    project_id: str
    root: Any
    runs: list[Any]

    @property
    def site(self) -> str:
        """Where the server is, without the API's path."""
        return urlsplit(self.client.api_url)._replace(path="").geturl()


@pytest.fixture
def traced(server: RunningServer) -> Iterator[Traced]:
    """A trace of its own for each test."""
    with open_client(server.endpoint, server.api_key) as client:
        sent = run_agent(client, new_project("sharing"))
        client.flush()
        runs = ended_trace(client, sent.root.id, len(NAMES))
        yield Traced(client, str(runs[0].session_id), runs[0], runs)


def token_of(link: str) -> str:
    """The token in a link that the client built."""
    found = re.fullmatch(r"http://localhost/public/([0-9a-f-]{36})/r", link)
    assert found, link
    return found[1]


def test_v1_shares_reads_and_takes_back(traced: Traced) -> None:
    """`share_run`, `run_is_shared`, the link, the public reads without a key, `unshare_run`."""
    client, step = traced.client, traced.runs[3]
    assert not client.run_is_shared(step.id)
    link = client.share_run(step.id)
    token = token_of(link)
    assert client.run_is_shared(traced.root.id)
    assert client.read_run_shared_link(traced.root.id) == link == client.share_run(traced.root.id)
    with open_client(client.api_url, "nobody's key") as nobody:
        root = nobody.read_shared_run(token)
        assert (root.id, root.name, root.inputs, root.outputs) == (
            traced.root.id,
            "agent",
            traced.root.inputs,
            traced.root.outputs,
        )
        assert nobody.read_shared_run(link, run_id=step.id).error == step.error
        assert {run.id for run in nobody.list_shared_runs(token)} == {run.id for run in traced.runs}
        assert [run.id for run in nobody.list_shared_runs(token, run_ids=[str(step.id)])] == [step.id]
        client.unshare_run(traced.root.id)
        for read in (nobody.read_shared_run, lambda one: list(nobody.list_shared_runs(one))):
            with pytest.raises(LangSmithNotFoundError):
                read(token)
    assert not client.run_is_shared(step.id)
    assert client.read_run_shared_link(step.id) is None


def test_v2_shares_reads_and_takes_back(traced: Traced) -> None:
    """`runs.share.create`, `SHARE_URL`, `public.runs.query` and `retrieve`, `runs.share.delete` twice."""
    root, client = traced.root, traced.client

    async def journey() -> str:
        made = await client.runs.share.create(str(root.id), session_id=traced.project_id, trace_id=str(root.id))
        token = str(made.share_token)
        seen = await client.runs.retrieve(str(root.id), project_id=traced.project_id, selects=["SHARE_URL"])
        assert seen.share_url == f"{traced.site}/public/{token}/r"
        page = await client.public.runs.query(token, selects=["ID", "NAME"])
        assert {run.name for run in page.items or []} == set(NAMES)
        one = await client.public.runs.retrieve(
            str(root.id), share_token=token, selects=["NAME", "INPUTS"], start_time=root.start_time
        )
        assert (one.name, one.inputs) == ("agent", root.inputs)
        for _ in range(2):
            await client.runs.share.delete(str(root.id), session_id=traced.project_id)
        await client._get_langsmith_api().close()
        return token

    address = f"{traced.site}/api/v2/public/{asyncio.run(journey())}/runs/query"
    assert httpx.post(address, json={"selects": ["ID"]}).status_code == 404


def test_from_unsharing_on_nothing_is_read(traced: Traced) -> None:
    """The page and the public API at once; a signed file that was read before, and every file, within the budget."""
    token = token_of(traced.client.share_run(traced.root.id))
    page = httpx.get(f"{traced.site}/public/{token}/r")
    assert page.status_code == 200
    signed = httpx.get(f"{traced.site}/public/{token}/sign").json()
    assert "agent" in page.text
    folder = next(value for value in signed.values() if isinstance(value, str) and _SIGNED.search(value))
    query = next((value for value in signed.values() if isinstance(value, str) and "Signature=" in value), "")
    file = f"{traced.site}{_SIGNED.search(folder)[0]}trace.json?{query.lstrip('?').rpartition('?')[2]}"  # type: ignore[index]
    assert httpx.get(file).status_code == 200
    traced.client.unshare_run(traced.root.id)
    begin_s = time.monotonic()
    assert httpx.get(f"{traced.site}/public/{token}/r").status_code == 404
    assert httpx.get(f"{traced.site}/api/v1/public/{token}/run").status_code == 404
    eventually(lambda: httpx.get(file).status_code, lambda status: status == 403, UNSHARED_WITHIN_S)
    headers = {"x-api-key": traced.client.api_key or ""}
    receipts = f"{traced.client.api_url}/workspaces/current/shared/receipts"

    def done() -> list[str]:
        [mine] = [one for one in httpx.get(receipts, headers=headers).json() if one["trace_id"] == str(traced.root.id)]
        return [step["step"] for step in mine["steps"] if step["done_at"]]

    eventually(done, lambda steps: steps == ["revoked", "denied", "deleted", "invalidated"], UNSHARED_WITHIN_S)
    assert time.monotonic() - begin_s < UNSHARED_WITHIN_S
