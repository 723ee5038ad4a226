"""Shares: one for a trace, found by the hash of its token alone, refused from the write that revokes it on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.base.errors import Malformed, NotAllowed, NotFound
from shared.base.ids import new_receipt
from shared.base.units import US_PER_DAY, US_PER_S
from shared.sharing.settings import SharingSettings
from shared.sharing.share import Share, SharedTrace
from shared.sharing.token import hash_of, new_token, token_or_new
from shared.store import keys
from shared.store.ports import Key, Store
from shared.store.share_views import ShareViews, Views
from shared.store.shares import Shares, share_task_of
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US, local_store

TRACE = uuid7(NOON_US)
ORGANIZATION = "5f0f2a10-0000-4000-8000-0000000000aa"


class Desk:
    """Shares over a store, and a clock that the test holds."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppingClock(NOON_US)
        self.store: Store = local_store(folder, self.clock)
        self.shares = Shares(self.store.control, self.store.erasures, self.clock)

    def made(self, trace_id: str = TRACE, **said: int) -> tuple[Share, SharedTrace]:
        """Both records of a share that may be looked at."""
        token = new_token()
        share = Share(
            id=new_receipt(self.clock.now_us()),
            token_hash=hash_of(token),
            workspace=WORKSPACE,
            organization=ORGANIZATION,
            trace_id=trace_id,
            created_us=self.clock.now_us(),
            trace_ends_us=NOON_US + 14 * US_PER_DAY,
            revision="r1",
            made_us=self.clock.now_us(),
        )
        share = dataclasses.replace(share, **said)  # type: ignore[arg-type]
        told = SharedTrace(
            id=share.id,
            token=token,
            token_hash=share.token_hash,
            trace_id=trace_id,
            project="p",
            project_name="default",
            run_name="agent",
            run_type="chain",
            created_us=share.created_us,
            key_id="k",
            key_description="a key",
            redaction="{}",
            expires_us=share.expires_us,
        )
        return share, told

    def create(self, **said: int) -> tuple[Share, SharedTrace]:
        """Share the trace."""
        made = self.made(TRACE, **said)
        self.shares.create(*made)
        return made

    def is_shown(self, token: str) -> bool:
        """Whether the public is shown anything."""
        try:
            self.shares.public(token)
        except NotFound:
            return False
        return True


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh one."""
    return Desk(tmp_path)


def test_a_token_leads_to_its_share_and_no_other_text_does(desk: Desk) -> None:
    """Shortened, lengthened and altered tokens lead nowhere, and are told nothing else than unknown ones."""
    share, told = desk.create()
    assert desk.shares.public(told.token) == share
    others = [told.token[:-1], told.token + "0", told.token.upper() + " ", new_token(), "", told.token_hash]
    assert [desk.is_shown(one) for one in others] == [False] * len(others)


def test_the_public_row_holds_neither_the_token_nor_what_is_hidden(desk: Desk) -> None:
    """Who reads all rows that the public role may read can still open nothing."""
    share, told = desk.create()
    row = desk.store.control.get(keys.share(share.token_hash))
    assert row is not None
    assert told.token not in repr(row)
    assert {"token", "redaction", "run_name", "key_description"} & row.attributes.keys() == set()


def test_a_trace_has_one_share_however_often_it_is_shared(desk: Desk) -> None:
    """The second is given what the first made."""
    _, first = desk.create()
    again = desk.shares.create(*desk.made())
    assert again == first
    assert [one.token for one in desk.shares.of_workspace(WORKSPACE)] == [first.token]


def test_what_died_between_its_two_rows_is_mended_by_sharing_again(desk: Desk) -> None:
    """The trace's row alone leads nobody anywhere; the next who shares it writes the other."""
    share, told = desk.create()
    desk.store.control.delete([keys.share(share.token_hash)])
    assert desk.shares.of_trace(WORKSPACE, TRACE) is None
    assert desk.shares.create(*desk.made()) == told
    found = desk.shares.by_token_hash(share.token_hash)
    assert found is not None
    assert (found.id, found.created_us) == (share.id, share.created_us)
    assert desk.shares.of_trace(WORKSPACE, TRACE) is not None


def test_from_the_revoking_write_on_it_is_refused(desk: Desk) -> None:
    """By token and by trace; another share of the same trace is a new one, under another token."""
    share, told = desk.create()
    desk.shares.take_back(WORKSPACE, told, {"reason": "unshared"})
    assert not desk.is_shown(told.token)
    assert desk.shares.of_trace(WORKSPACE, TRACE) is None
    assert not desk.shares.keep_snapshot(dataclasses.replace(share, revision="r2"))
    _, new = desk.create()
    assert (desk.is_shown(told.token), desk.is_shown(new.token)) == (False, True)


def test_the_room_is_told_before_the_share_is_revoked(desk: Desk) -> None:
    """If the revoking write never comes, the message has it done."""
    _, told = desk.create()
    write, desk.store.control.update = desk.store.control.update, None  # type: ignore[method-assign,assignment]
    with pytest.raises(TypeError):
        desk.shares.take_back(WORKSPACE, told, {})
    desk.store.control.update = write  # type: ignore[method-assign]
    [message] = desk.store.erasures.receive(10, 60)
    task = share_task_of(message.body)
    assert (task.step, task.share_id, task.trace_id) == ("take_back", told.id, TRACE)


def test_revoking_twice_keeps_the_first_time(desk: Desk) -> None:
    """A receipt says when it was refused first."""
    share, told = desk.create()
    first_us = desk.shares.revoke(WORKSPACE, share.id, told.token_hash, TRACE)
    desk.clock.advance(60)
    assert desk.shares.revoke(WORKSPACE, share.id, told.token_hash, TRACE) == first_us == NOON_US
    receipt = desk.shares.receipt(WORKSPACE, share.id)
    assert receipt is not None
    assert receipt.revoked_us == NOON_US


def test_revoking_an_old_share_leaves_the_traces_new_one(desk: Desk) -> None:
    """A message that comes late takes back what it names, and nothing else."""
    old, told = desk.create()
    desk.shares.take_back(WORKSPACE, told, {})
    _, new = desk.create()
    desk.shares.revoke(WORKSPACE, old.id, old.token_hash, TRACE)
    assert desk.is_shown(new.token)
    found = desk.shares.of_trace(WORKSPACE, TRACE)
    assert found is not None
    assert found[1] == new


@pytest.mark.parametrize("ends", ["expires_us", "trace_ends_us"])
def test_a_share_ends_with_the_first_of_its_ends(desk: Desk, ends: str) -> None:
    """To the microsecond, though nothing was deleted; then the trace can be shared anew."""
    _, told = desk.create(**{ends: NOON_US + 10 * US_PER_S})
    desk.clock.advance(9.999_999)
    assert desk.is_shown(told.token)
    desk.clock.advance(0.000_001)
    assert not desk.is_shown(told.token)
    assert desk.shares.of_trace(WORKSPACE, TRACE) is None
    _, new = desk.create()
    assert desk.is_shown(new.token)


@pytest.mark.parametrize("scope", [WORKSPACE, ORGANIZATION])
def test_switching_sharing_off_stops_every_link_and_on_again_brings_them_back(desk: Desk, scope: str) -> None:
    """Of the workspace, and of all workspaces of an organization."""
    _, told = desk.create()
    desk.shares.keep_settings(scope, SharingSettings(is_off=True))
    assert not desk.is_shown(told.token)
    desk.shares.keep_settings(scope, SharingSettings())
    assert desk.is_shown(told.token)


def test_nothing_is_shown_before_there_is_a_snapshot(desk: Desk) -> None:
    """A share without a revision is refused like one that is not there."""
    share, told = desk.made()
    desk.shares.create(dataclasses.replace(share, revision=""), told)
    assert not desk.is_shown(told.token)
    assert desk.shares.keep_snapshot(share)
    assert desk.is_shown(told.token)


def test_a_changed_end_counts_at_once_and_a_revoked_share_is_not_changed(desk: Desk) -> None:
    """Later, sooner and never; its receipt follows."""
    share, told = desk.create(expires_us=NOON_US + US_PER_DAY)
    later = dataclasses.replace(share, expires_us=NOON_US + 2 * US_PER_DAY)
    assert desk.shares.change(later, dataclasses.replace(told, redaction='{"keys": ["x"]}'))
    desk.clock.advance(1.5 * 86_400)
    assert desk.shares.public(told.token).expires_us == later.expires_us
    found = desk.shares.of_trace(WORKSPACE, TRACE)
    assert found is not None
    assert found[1].redaction == '{"keys": ["x"]}'
    desk.shares.take_back(WORKSPACE, told, {})
    assert not desk.shares.change(share, told)


def test_the_clock_finds_what_has_ended_and_forgets_it(desk: Desk) -> None:
    """In order of the ends, none that is to come."""
    soon, _ = desk.create(expires_us=NOON_US + 5 * US_PER_S)
    late, told = desk.made(uuid7(NOON_US + 1_000), expires_us=NOON_US + 500 * US_PER_S)
    desk.shares.create(late, told)
    assert [task.share_id for task in desk.shares.ending(NOON_US + 6 * US_PER_S, 10)] == [soon.id]
    desk.shares.forget_end(soon.ends_us, soon.id)
    assert [task.share_id for task in desk.shares.ending(NOON_US * 2, 10)] == [late.id]


def test_a_snapshot_is_looked_after_only_when_it_is_old_enough(desk: Desk) -> None:
    """A growing one every few seconds, another each minute; of one process one message in between."""
    share, _ = desk.create()
    growing = dataclasses.replace(share, is_growing=True)
    desk.shares.ask_to_check(growing)
    desk.clock.advance(3)
    desk.shares.ask_to_check(share)
    desk.shares.ask_to_check(growing)
    desk.shares.ask_to_check(growing)
    assert [share_task_of(one.body).step for one in desk.store.erasures.receive(10, 60)] == ["check"]
    desk.clock.advance(57)
    desk.shares.ask_to_check(share)
    assert len(desk.store.erasures.receive(10, 60)) == 1


def test_a_look_counts_once_however_often_its_message_comes(tmp_path: Path) -> None:
    """By its id; the last of them is remembered by its time, whatever order they come in."""
    views = ShareViews(SqliteTable(tmp_path / "control.db"))
    assert views.of("s") == Views()
    for view_id, at_us in (("a", 5), ("b", 9), ("a", 5), ("c", 7), ("b", 9)):
        views.count("s", view_id, at_us)
    assert views.of_many(["s", "other"]) == [Views(3, 9), Views()]


def test_a_trace_of_another_workspace_is_not_shared(desk: Desk) -> None:
    """Rows are found below the workspace that asks, alone."""
    desk.create()
    assert desk.shares.of_trace(ORGANIZATION, TRACE) is None
    assert desk.shares.of_workspace(ORGANIZATION) == []
    assert desk.store.control.get(Key(keys.shared_traces(WORKSPACE), TRACE)) is not None


@given(st.text() | st.uuids(version=1).map(str) | st.just("00000000-0000-0000-0000-000000000000"))
def test_a_token_that_can_be_guessed_is_not_taken(brought: str) -> None:
    """A name, a time or zeros: the answer is a token of our own. A random one is kept, however it is written."""
    assert token_or_new(brought) != brought
    random = "0F0E0D0C-0b0a-4908-8706-050403020100"
    assert token_or_new(random) == random.lower()


def test_settings_bound_what_is_asked() -> None:
    """The default where nothing is asked, never beyond the longest; and off is off."""
    settings = SharingSettings(default_expiry_s=100, max_expiry_s=60)
    assert settings.expires_us(0, None, is_asked=False) == 60 * US_PER_S
    assert settings.expires_us(0, 5 * US_PER_S, is_asked=True) == 5 * US_PER_S
    for too_long in (None, 61 * US_PER_S):
        with pytest.raises(Malformed, match="60 seconds"):
            settings.expires_us(0, too_long, is_asked=True)
    with pytest.raises(Malformed, match="over already"):
        SharingSettings().expires_us(10, 10, is_asked=True)
    assert SharingSettings().expires_us(0, None, is_asked=True) is None
    with pytest.raises(NotAllowed):
        SharingSettings(is_off=True).check_on()
