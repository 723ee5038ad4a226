"""How a receiver knows that a delivery is ours: as its documentation says, and as receivers' libraries check it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from functions.deliver.signature import signing_headers
from shared.base.units import US_PER_S
from tests.deliver_room import SECRET, DeliverRoom
from tests.hook_receiver import Receiver, receiver
from tests.house.source import ROOT

Check = Callable[[str, Mapping[str, str], bytes], None]


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver."""
    with receiver() as made:
        yield made


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Check:
    """The check that docs/webhooks.md tells people to write in Python, at the time that tests begin."""
    [source] = re.findall(r"```python\n(.*?)```", _page(), re.DOTALL)
    namespace: dict[str, Check] = {}
    exec(compile(source, "docs/webhooks.md", "exec"), namespace)  # noqa: S102 our own page
    monkeypatch.setattr("time.time", lambda: 1_795_176_000.0)
    return namespace["check"]


def test_a_signature_is_as_the_standard_computes_it() -> None:
    """A value that was computed apart from our code, with the tools of a shell."""
    headers = signing_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}', SECRET)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_documented_check_takes_what_is_delivered(tmp_path: Path, hook: Receiver, check: Check) -> None:
    """A whole delivery, with its headers as they arrive."""
    room = DeliverRoom(tmp_path)
    room.rule([room.hook(hook.url, {"Authorization": "Bearer of-theirs"})])
    room.sent()
    room.work_on()
    [got] = hook.got
    check(SECRET, got.headers, got.body)
    assert got.headers["authorization"] == "Bearer of-theirs"
    assert got.headers["content-type"] == "application/json"


@pytest.mark.parametrize("change", ["body", "id", "time", "secret", "old", "new"])
def test_the_documented_check_refuses_all_else(check: Check, change: str) -> None:
    """Another body, id, time or secret, and what was signed longer ago than a few minutes, or will be."""
    at_epoch_s = 1_795_176_000 + {"old": -1_000, "new": 1_000}.get(change, 0)
    body, secret = b'{"a": 1}', SECRET
    headers = signing_headers("an-id", at_epoch_s, body, secret)
    headers |= {"id": {"webhook-id": "other"}, "time": {"webhook-timestamp": str(at_epoch_s + 1)}}.get(change, {})
    body += b" " if change == "body" else b""
    secret = "whsec_" + base64.b64encode(b"other").decode() if change == "secret" else secret
    with pytest.raises(ValueError, match=r"signature|time"):
        check(secret, headers, body)


@pytest.mark.parametrize(("secret", "is_taken"), [(SECRET, True), ("whsec_b3RoZXI=", False)])
def test_the_documented_check_for_node_takes_the_same(tmp_path: Path, secret: str, *, is_taken: bool) -> None:
    """The page's JavaScript as it stands there: it ends well for what is ours, and throws for what is not."""
    body = b'{"name": "Zo\xc3\xab"}'
    headers = signing_headers("an-id", int(time.time()), body, SECRET)
    [source] = re.findall(r"```js\n(.*?)```", _page(), re.DOTALL)
    asked = f"check({json.dumps(secret)}, {json.dumps(headers)}, Buffer.from({json.dumps(body.decode())}));"
    (tmp_path / "check.mjs").write_text(f"{source}\n{asked}\n", encoding="utf-8")
    node = shutil.which("node", path=f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}")
    assert node is not None
    done = subprocess.run([node, str(tmp_path / "check.mjs")], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode == 0) == is_taken, done.stderr
    assert ("signature of this webhook is not right" in done.stderr) != is_taken


def test_each_attempt_is_signed_anew_under_the_same_id(tmp_path: Path, hook: Receiver, check: Check) -> None:
    """The time is the attempt's, so that a receiver may refuse what is old; the id says that it is the same."""
    room = DeliverRoom(tmp_path)
    room.rule([room.hook(hook.url)])
    hook.behaviours.append(503)
    began_epoch_s = room.clock.now_us() // US_PER_S
    room.sent()
    room.work_on()
    times = [int(one.headers["webhook-timestamp"]) - began_epoch_s for one in hook.got]
    assert times == [0, 15]
    assert len(set(hook.ids)) == 1
    for got in hook.got:
        check(SECRET, got.headers, got.body)


def test_no_header_of_theirs_stands_in_for_a_signature(tmp_path: Path, hook: Receiver) -> None:
    """What a receiver trusts is ours alone, however an owner's header is spelt."""
    room = DeliverRoom(tmp_path)
    room.rule([room.hook(hook.url, {"Webhook-Signature": "v1,forged", "CONTENT-TYPE": "text/html"}, secret=SECRET)])
    delivery = room.sent()
    room.work_on()
    [got] = hook.got
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{delivery.id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert got.headers["content-type"] == "application/json"
    assert len(got.names) == len(set(got.names)), "of two that are the same, a receiver may believe the first"


def test_without_a_secret_nothing_is_signed(tmp_path: Path, hook: Receiver) -> None:
    """Rather than with an empty one, which anybody could."""
    room = DeliverRoom(tmp_path)
    room.rule([room.hook(hook.url, secret="")])
    room.sent()
    room.work_on()
    assert "webhook-signature" not in hook.got[0].headers
    assert hook.got[0].headers["webhook-id"]


def test_what_was_sealed_by_another_secret_is_said(tmp_path: Path, hook: Receiver) -> None:
    """A replaced secret makes deliveries fail with what to do, not with a broken header."""
    room = DeliverRoom(tmp_path)
    room.rule([room.hook(hook.url, {"Authorization": "Bearer a"})])
    (room.folder / "hooks-key").write_text("another", encoding="ascii")
    delivery = room.sent()
    room.work_on()
    assert "write the rule's headers and keys anew" in room.outcome(delivery).reason
    assert hook.got == []


def _page() -> str:
    return (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
