"""What the laptop's objects add to the promises of every Objects."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from infra.local.folder_objects import SIGNED_PATH, FolderObjects, SignedRead
from shared.base.clock import SteppingClock
from shared.base.errors import NotAllowed, NotFound, TooLarge
from shared.base.units import S_PER_DAY, S_PER_HOUR, US_PER_S
from tests.infra.local.killed import acknowledged_before_kill

MIDNIGHT_EPOCH_S = 20_000 * S_PER_DAY
WRITER = """
import sys
from pathlib import Path
from infra.local.folder_objects import FolderObjects
from shared.base.clock import SystemClock
objects = FolderObjects(Path(sys.argv[1]), "http://127.0.0.1:1", SystemClock())
for number in range(1_000_000):
    objects.put(f"a/{number:07d}", b"%07d" % number * 10_000, "text/plain")
    print(number)
"""


@pytest.fixture
def clock() -> SteppingClock:
    """A time that the test moves, beginning at noon."""
    return SteppingClock((MIDNIGHT_EPOCH_S + 12 * S_PER_HOUR) * US_PER_S)


@pytest.fixture
def objects(tmp_path: Path, clock: SteppingClock) -> FolderObjects:
    """An empty folder by that time, in which b14/ lives 14 days and x400/ 400."""
    return FolderObjects(tmp_path, "http://127.0.0.1:1980/", clock, {"b14/": 14, "x400/": 400})


def _opened(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    assert parts.path.startswith(SIGNED_PATH)
    return unquote(parts.path.removeprefix(SIGNED_PATH)), dict(parse_qsl(parts.query))


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Every blob whose put returned before SIGKILL is there, and every blob that is there is whole."""
    acknowledged = acknowledged_before_kill(WRITER, tmp_path, acknowledgements=100)
    objects = FolderObjects(tmp_path, "http://127.0.0.1:1", SteppingClock(0))
    keys = list(objects.list(""))
    assert {f"a/{int(line):07d}" for line in acknowledged} <= set(keys)
    assert all(objects.get(key) == key.removeprefix("a/").encode() * 10_000 for key in keys)


def test_nothing_is_written_outside_of_the_folder(objects: FolderObjects, tmp_path: Path) -> None:
    """However a key climbs."""
    for key in ("../x", "../../x", "/x", "a/../../../x", "..", "/../x"):
        objects.put(key, b"x")
    assert {path.name for path in tmp_path.iterdir()} == {"objects", "objects.secret"}


def test_a_part_that_no_file_name_can_hold_is_refused(objects: FolderObjects) -> None:
    """With the limit in the text, not an error of the file system."""
    with pytest.raises(TooLarge, match="250 bytes"):
        objects.put("a/" + "x" * 251, b"")


def test_the_content_type_is_kept(objects: FolderObjects) -> None:
    """By put and copy; an overwrite brings its own."""
    objects.put("a", b"x", "image/png")
    objects.copy("a", "b")
    objects.put("a", b"x")
    assert (objects.content_type("a"), objects.content_type("b")) == ("application/octet-stream", "image/png")
    with pytest.raises(NotFound):
        objects.content_type("c")


def test_a_signed_link_says_what_it_was_made_for(objects: FolderObjects) -> None:
    """Key, type and name come through the URL unharmed."""
    url = objects.signed_url("a/ü &?#/b", 60, "text/plain; charset=utf-8", 'höhe "1"&.txt')
    assert url.startswith("http://127.0.0.1:1980/__objects/a/")
    key, query = _opened(url)
    assert objects.verify(key, query) == SignedRead("a/ü &?#/b", "text/plain; charset=utf-8", 'höhe "1"&.txt')


@pytest.mark.parametrize("part", ["expires", "type", "name", "signature"])
def test_an_altered_link_is_refused(objects: FolderObjects, part: str) -> None:
    """Whichever part was altered or left out."""
    key, query = _opened(objects.signed_url("a/b", 60, "text/plain", "b.txt"))
    altered = {**query, part: query[part] + "0"}
    without = {name: value for name, value in query.items() if name != part}
    for bad in (altered, without, {}):
        with pytest.raises(NotAllowed):
            objects.verify(key, bad)
    with pytest.raises(NotAllowed):
        objects.verify("a/c", query)


def test_a_link_ends_when_it_was_said_to(objects: FolderObjects, clock: SteppingClock) -> None:
    """At the second, not after it."""
    key, query = _opened(objects.signed_url("a/b", 60, "text/plain", "b.txt"))
    clock.advance(59)
    assert objects.verify(key, query).key == "a/b"
    clock.advance(1)
    with pytest.raises(NotAllowed, match="expired"):
        objects.verify(key, query)


def test_links_stay_valid_over_a_restart_and_not_in_another_folder(
    objects: FolderObjects, tmp_path: Path, clock: SteppingClock
) -> None:
    """The secret is kept with the data, for its owner's eyes only."""
    key, query = _opened(objects.signed_url("a/b", 60, "text/plain", "b.txt"))
    assert FolderObjects(tmp_path, "http://127.0.0.1:2", clock).verify(key, query).key == "a/b"
    with pytest.raises(NotAllowed):
        FolderObjects(tmp_path / "other", "http://127.0.0.1:2", clock).verify(key, query)
    assert (tmp_path / "objects.secret").stat().st_mode & 0o077 == 0


def test_lifecycle_ends_objects_at_the_midnight_after_their_days(objects: FolderObjects, clock: SteppingClock) -> None:
    """Per prefix; what has no rule stays."""
    for key in ("b14/noon", "x400/noon", "other/noon"):
        objects.put(key, b"x", "text/plain")
    clock.advance(S_PER_DAY)
    objects.put("b14/next", b"x")
    end_epoch_s = MIDNIGHT_EPOCH_S + 15 * S_PER_DAY
    assert objects.expire(end_epoch_s - 1) == 0
    assert objects.expire(end_epoch_s) == 1
    assert list(objects.list("")) == ["b14/next", "other/noon", "x400/noon"]
    assert objects.expire(MIDNIGHT_EPOCH_S + 401 * S_PER_DAY) == 2
    assert list(objects.list("")) == ["other/noon"]
