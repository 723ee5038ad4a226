"""A search that takes longer than one request may: the unmodified Python client gets all of it all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langsmith import Client

from functions.api import patience, search
from shared.base.units import US_PER_HOUR
from tests.api_room import ApiRoom
from tests.api_traces import story
from tests.contract.clients import open_client
from tests.infra.local.serving import serving
from tests.stores import NOON_US

SAYS = 'search(inputs, "needle")'
TRACES = 15
NEEDLES = (2, 9, 14)


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A room with traces an hour apart, some of which say a word."""
    room = ApiRoom(tmp_path)
    for number in range(TRACES):
        told = story(NOON_US - number * US_PER_HOUR)
        told.post[0]["inputs"] = {"question": f"{'x' * 300} the needle" if number in NEEDLES else "hay"}
        room.send(told.body)
    return room


@pytest.fixture
def hurried(room: ApiRoom, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Client, list[int]]]:
    """A client of that room, whose every answer must end after six runs; and the statuses that it was given."""
    for name in ("SOON_S", "IN_VAIN_S"):
        monkeypatch.setattr(patience, name, 0.0)
    monkeypatch.setattr(search, "_LOOK_UP_EVERY", 6)
    statuses: list[int] = []

    def watched(event: dict[str, object], context: object) -> dict[str, object]:
        answer = room.handler(event, context)
        statuses.append(answer["statusCode"])
        return answer

    with serving({"api": watched}) as url, open_client(f"{url}/api/v1", room.key, info={}) as client:
        yield client, statuses


def test_list_runs_is_sent_on_to_the_end(room: ApiRoom, hurried: tuple[Client, list[int]]) -> None:
    """No empty page ends the list before its end: v1's client follows to where the search goes on."""
    client, statuses = hurried
    found = list(client.list_runs(project_id=room.project(), filter=SAYS))
    assert len(found) == len(NEEDLES)
    assert statuses.count(307) > 2


def test_v2_queries_are_sent_on_to_the_end(room: ApiRoom, hurried: tuple[Client, list[int]]) -> None:
    """The same by v2's client, which pages by itself."""
    client, statuses = hurried
    since = datetime(2020, 1, 1, tzinfo=UTC)

    async def listed() -> list[object]:
        pages = client.runs.query(project_ids=[room.project()], filter=SAYS, min_start_time=since)
        found: list[object] = [run async for run in pages]
        await client._get_langsmith_api().close()
        return found

    found = asyncio.run(listed())
    assert len(found) == len(NEEDLES)
    assert statuses.count(307) > 2
