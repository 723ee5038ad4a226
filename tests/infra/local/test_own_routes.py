"""What only the laptop answers, and to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local.clock import LocalClock
from infra.local.folder_objects import FolderObjects
from infra.local.http_event import Request
from infra.local.jobs import expire
from infra.local.own_routes import OwnRoutes
from infra.local.sqlite_queue import SqliteQueue
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.base.units import US_PER_S
from shared.store.ports import Item, Key
from tests.infra.local.serving import serving

NOON_S = 1_763_640_000
HOST = ("host", "localhost:1984")
BASE_URL = "http://localhost:1984"


class Laptop:
    """The parts behind the routes, by a time that stands still unless it is moved."""

    def __init__(self, folder: Path) -> None:
        self.clock = LocalClock(folder / "clock", SteppingClock(NOON_S * US_PER_S))
        self.queue = SqliteQueue(folder / "queue.sqlite")
        self.erasures = SqliteQueue(folder / "erasures.sqlite")
        self.table = SqliteTable(folder / "traces.sqlite")
        self.objects = FolderObjects(folder, BASE_URL, self.clock)
        jobs = {"expire": expire({"traces": self.table, "objects": self.objects}, self.clock)}
        self.routes = OwnRoutes(self.clock, {"operations": self.queue, "erasures": self.erasures}, self.objects, jobs)

    def ask(self, method: str, path: str, body: object = None, *headers: tuple[str, str]) -> tuple[int, Any]:
        """The status and the JSON that a request gets."""
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.routes.answer(Request(method, path, "", headers or [HOST], raw))
        return answer.status, json.loads(answer.body)

    def follow(self, url: str, method: str = "GET") -> Request:
        """The request that a client makes of a link."""
        parts = urlsplit(url)
        return Request(method, parts.path, parts.query, [HOST])


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    """A laptop with nothing on it."""
    made = Laptop(tmp_path)
    yield made
    made.routes.close()
    made.queue.close()
    made.erasures.close()
    made.table.close()


def test_the_clock_moves_when_asked(laptop: Laptop) -> None:
    """The answer is the new time, and reading it again gives the same."""
    status, content = laptop.ask("POST", "/__local/clock", {"advance_seconds": 86_400})
    assert (status, content["now"], content["offset_seconds"]) == (200, "2025-11-21T12:00:00+00:00", 86_400)
    assert laptop.ask("GET", "/__local/clock") == (200, content)


@pytest.mark.parametrize(
    "body", [None, b"soon", [], {}, {"advance_seconds": "1"}, {"advance_seconds": True}, {"advance_seconds": -1}]
)
def test_nonsense_does_not_move_the_clock(laptop: Laptop, body: object) -> None:
    """It gets a 422 that says what is expected."""
    status, content = laptop.ask("POST", "/__local/clock", body)
    assert status == 422
    assert "message" in content
    assert laptop.clock.offset_s == 0


def test_infinity_does_not_move_the_clock(laptop: Laptop) -> None:
    """JSON's own extensions are numbers too, and refused."""
    assert laptop.ask("POST", "/__local/clock", b'{"advance_seconds": Infinity}')[0] == 422


def test_expire_deletes_what_has_ended_by_the_local_clock(laptop: Laptop) -> None:
    """After the time was moved past its end a row goes, and one that lives on stays."""
    ends = {"soon": NOON_S + 60, "late": NOON_S + 3600}
    laptop.table.put([Item(name, "!", {}, expires_epoch_s=end) for name, end in ends.items()])
    laptop.ask("POST", "/__local/clock", {"advance_seconds": 60})
    assert laptop.ask("POST", "/__local/jobs/expire") == (200, {"job": "expire", "did": {"traces": 1, "objects": 0}})
    assert laptop.table.get(Key("soon", "!")) is None
    assert laptop.table.get(Key("late", "!")) is not None


@pytest.mark.parametrize("path", ["/__local/jobs/fly", "/__local/", "/__local/queue/drop"])
def test_an_unknown_path_lists_the_known_ones(laptop: Laptop, path: str) -> None:
    """404, with everything there is."""
    status, content = laptop.ask("POST", path)
    assert status == 404
    assert "POST /__local/jobs/expire" in content["message"]
    assert "GET /__local/queue" in content["message"]


def test_the_queue_shows_what_waits_and_why_others_died(laptop: Laptop) -> None:
    """Waiting, delayed, in flight, and each dead letter with its reason."""
    laptop.queue.send("taken", group="w")
    laptop.queue.receive(1, 60)
    laptop.queue.send("waits", group="w")
    laptop.queue.bury("body", "cannot be read")
    _, content = laptop.ask("GET", "/__local/queue")
    [dead] = content.pop("dead_letters")
    assert content.pop("erasures") == {"waiting": 0, "delayed": 0, "in_flight": 0, "dead": 0, "dead_letters": []}
    assert content == {"waiting": 1, "delayed": 0, "in_flight": 1, "dead": 1}
    assert (dead["reason"], dead["bytes"]) == ("cannot be read", 4)


@pytest.mark.parametrize(("body", "moved"), [(None, 2), ({}, 2), ({"ids": [1]}, 1), ({"ids": []}, 0)])
def test_redrive_puts_dead_letters_back(laptop: Laptop, body: object, moved: int) -> None:
    """The named ones, or all."""
    laptop.queue.bury("a", "first")
    laptop.queue.bury("b", "second")
    assert laptop.ask("POST", "/__local/queue/redrive", body) == (200, {"redriven": moved})
    assert laptop.queue.depth()[::3] == (moved, 2 - moved)


def test_each_queue_has_dead_letters_of_its_own(laptop: Laptop) -> None:
    """Redriving those of another queue needs its name, which must be one that exists."""
    laptop.queue.bury("a", "first")
    laptop.erasures.bury("b", "second")
    assert laptop.ask("POST", "/__local/queue/redrive", {"queue": "erasures"}) == (200, {"redriven": 1})
    assert (laptop.queue.depth().dead, laptop.erasures.depth().waiting) == (1, 1)
    status, content = laptop.ask("POST", "/__local/queue/redrive", {"queue": "letters"})
    assert (status, "operations, erasures" in content["message"]) == (422, True)


@pytest.mark.parametrize("ids", ["all", ["1"], {"1": 1}])
def test_redrive_of_nonsense_moves_nothing(laptop: Laptop, ids: object) -> None:
    """It gets a 422."""
    laptop.queue.bury("a", "first")
    assert laptop.ask("POST", "/__local/queue/redrive", {"ids": ids})[0] == 422
    assert laptop.queue.depth().dead == 1


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1984", "127.0.0.1:1984", "[::1]:1984", "[::1]"])
def test_this_machines_names_are_answered(laptop: Laptop, host: str) -> None:
    """Whatever the port."""
    assert laptop.ask("GET", "/__local/clock", None, ("host", host))[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:1984", "", "[::2", "0"]
)
def test_foreign_hosts_are_refused(laptop: Laptop, host: str) -> None:
    """A name that somebody pointed at this machine is not this machine's."""
    status, content = laptop.ask("POST", "/__local/clock", {"advance_seconds": 1}, ("host", host))
    assert status == 403
    assert "localhost" in content["message"]
    assert laptop.clock.offset_s == 0


@pytest.mark.parametrize(("origin", "status"), [("https://evil.example", 403), ("null", 403), (BASE_URL, 200)])
def test_foreign_pages_are_refused(laptop: Laptop, origin: str, status: int) -> None:
    """A form that another site posts to localhost changes nothing here."""
    assert laptop.ask("POST", "/__local/clock", {"advance_seconds": 1}, HOST, ("origin", origin))[0] == status


def test_a_signed_link_reads_its_object(laptop: Laptop) -> None:
    """Bytes, type and name are the link's; the browser may show it but run nothing of it."""
    laptop.objects.put("base/attachments/w/ä b", b"\x00\xff")
    url = laptop.objects.signed_url("base/attachments/w/ä b", 60, "image/png", 'my "cat".png')
    request = laptop.follow(url)
    answer = laptop.routes.answer(Request(request.method, "/__objects/base/attachments/w/ä b", request.query, [HOST]))
    headers = dict(answer.headers)
    assert (answer.status, answer.body) == (200, b"\x00\xff")
    assert headers[b"content-type"] == b"image/png"
    assert headers[b"content-disposition"] == b"attachment; filename*=UTF-8''my%20%22cat%22.png"
    assert headers[b"content-security-policy"] == b"sandbox"


def test_a_type_with_a_line_break_adds_no_header(laptop: Laptop) -> None:
    """What a client said of its attachment cannot write headers."""
    laptop.objects.put("base/a", b"x")
    url = laptop.objects.signed_url("base/a", 60, "text/plain\r\nset-cookie: a=1", "a")
    headers = dict(laptop.routes.answer(laptop.follow(url)).headers)
    assert headers[b"content-type"] == b"text/plainset-cookie: a=1"


def test_an_altered_or_old_link_reads_nothing(laptop: Laptop) -> None:
    """403 for another key, another signature, and after its end by the local clock."""
    laptop.objects.put("base/a", b"x")
    laptop.objects.put("base/b", b"y")
    good = laptop.follow(laptop.objects.signed_url("base/a", 60, "text/plain", "a"))
    other_key = Request("GET", "/__objects/base/b", good.query, [HOST])
    no_signature = Request("GET", good.path, "", [HOST])
    assert [laptop.routes.answer(one).status for one in (good, other_key, no_signature)] == [200, 403, 403]
    laptop.clock.advance(60)
    assert laptop.routes.answer(good).status == 403


def test_a_link_to_a_deleted_object_is_a_404(laptop: Laptop) -> None:
    """A valid link to nothing."""
    url = laptop.objects.signed_url("base/gone", 60, "text/plain", "a")
    assert laptop.routes.answer(laptop.follow(url)).status == 404


def test_objects_cannot_be_written(laptop: Laptop) -> None:
    """A link reads; it does nothing else."""
    laptop.objects.put("base/a", b"x")
    url = laptop.objects.signed_url("base/a", 60, "text/plain", "a")
    assert laptop.routes.answer(laptop.follow(url, "DELETE")).status == 404
    assert laptop.objects.get("base/a") == b"x"


def test_behind_the_gateway_rooms_keep_their_paths(laptop: Laptop) -> None:
    """Own paths are answered here, all others by the rooms; links work over real HTTP."""
    laptop.objects.put("base/ä", b"whole")
    path = laptop.objects.signed_url("base/ä", 60, "text/plain", "a").removeprefix(BASE_URL)
    with serving(own=laptop.routes) as address:
        assert httpx.get(f"{address}/__local/clock").json()["offset_seconds"] == 0
        assert httpx.get(f"{address}/__local/clock", headers={"host": "evil.example"}).status_code == 403
        assert httpx.get(f"{address}{path}").content == b"whole"
        assert httpx.get(f"{address}/ok").json()["function"] == "receive"
