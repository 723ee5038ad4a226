"""One folder holds it all, for one server at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from functions.api.settings import ApiSettings
from functions.receive.settings import ReceiveSettings
from infra.local.store import FolderInUse, folder_lock, open_local_store, settings_of
from infra.topology import ROOMS
from shared.base.clock import SteppingClock
from shared.base.settings import SettingMissing
from shared.base.units import S_PER_DAY
from shared.store.ports import Item, Key

HOLDER = "import sys, time; from pathlib import Path; from infra.local.store import folder_lock\n"
HOLD = HOLDER + "with folder_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"


def test_every_room_gets_its_settings_without_any_environment() -> None:
    """The laptop knows a name for everything that has no default."""
    kinds = {type(settings_of(room.settings, {})) for room in ROOMS}
    assert kinds == {room.settings for room in ROOMS}


def test_an_owner_may_set_what_has_a_default() -> None:
    """The same variables as in AWS; names of resources stay the laptop's."""
    environ = {"TRACEKEEP_BASE_DAYS": "3", "TRACEKEEP_BUCKET": "elsewhere"}
    settings = settings_of(ApiSettings, environ)
    assert (settings.base_days, settings.bucket) == (3, "objects")


def test_a_wrong_setting_is_named() -> None:
    """Not a number is an error that says which variable."""
    with pytest.raises(SettingMissing, match="TRACEKEEP_MAX_UNPACKED_BYTES='much'"):
        settings_of(ReceiveSettings, {"TRACEKEEP_MAX_UNPACKED_BYTES": "much"})


def test_the_folder_keeps_everything(tmp_path: Path) -> None:
    """What one process stored, the next one finds."""
    clock = SteppingClock(0)
    first = open_local_store(tmp_path, "http://localhost", clock, {})
    first.traces.put([Item("p", "s", {"a": 1})])
    first.objects.put("base/o", b"o")
    first.operations.send("m", group="w")
    first.close()
    second = open_local_store(tmp_path, "http://localhost", clock, {})
    assert second.traces.get(Key("p", "s")) == Item("p", "s", {"a": 1})
    assert second.control.get(Key("p", "s")) is None
    assert second.objects.get("base/o") == b"o"
    assert [message.body for message in second.operations.receive(1, 10)] == ["m"]
    second.close()


def test_each_tier_has_its_own_days(tmp_path: Path) -> None:
    """Objects under a tier's prefix end by that tier's days."""
    store = open_local_store(tmp_path, "http://localhost", SteppingClock(0), {"base": 14, "extended": 400})
    for tier in ("base", "extended"):
        store.objects.put(f"{tier}/o", b"o")
    assert store.objects.expire(15 * S_PER_DAY) == 1
    assert list(store.objects.list("")) == ["extended/o"]
    store.close()


def test_a_folder_has_one_server(tmp_path: Path) -> None:
    """A second one learns which process has it; once that is dead, however it died, the folder is free."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FolderInUse, match=f"process {holder.pid}"), folder_lock(tmp_path):
            pass
        holder.kill()
    with folder_lock(tmp_path):
        assert (tmp_path / "lock").exists()
