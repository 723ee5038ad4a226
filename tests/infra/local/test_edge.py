"""The laptop's edge: whatever is tried, files of a share come to who has its signature, while it may be seen."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from infra.local.answer import Answer
from infra.local.edge import Denied, LocalEdge
from infra.local.folder_objects import FolderObjects
from infra.local.http_event import Request
from infra.local.signing_key import KEY_ID, NAME, LocalSecret
from infra.page.shares import FILE_HEADERS
from shared.base.clock import SteppingClock
from shared.base.ids import new_receipt
from shared.sharing.scopes import share_id_of
from shared.sharing.signing import link_text, policy_of, signed_query
from tests.stores import NOON_US

HOST = "localhost:1984"
NOW = NOON_US // 1_000_000
OURS, THEIRS = "share-ours", "share-theirs"


class Edge:
    """An edge over two shares of one file each, and the signatures that a public room would give out."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppingClock(NOON_US)
        self.files = FolderObjects(folder, "http://none", self.clock)
        for share in (OURS, THEIRS):
            self.files.put(f"s/{share}/1/trace.json", share.encode(), "application/json")
            self.files.put(f"s/{share}/2/trace.json", b"newer", "application/json")
        self.files.put("base/segments/secret", b"another prefix")
        self.secret = LocalSecret(folder / "signing.json")
        self.denied = Denied(folder / "denied")
        self.edge = LocalEdge(self.files, self.secret.key_group, self.denied, self.clock)

    def query(self, share: str = OURS, until: int = NOW + 300) -> str:
        """A signature for the first revision of a share."""
        key = load_pem_private_key(json.loads(self.secret.read())["keys"][NAME].encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return signed_query(
            policy_of(f"http://{HOST}", share, "1", until),
            KEY_ID,
            lambda text: key.sign(text, ec.ECDSA(hashes.SHA256())),
        )

    def get(self, path: str, query: str, method: str = "GET", host: str = HOST, **headers: str) -> Answer:
        """What the edge answers."""
        return self.edge.answer(Request(method, path, query, [("host", host), *headers.items()]))


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    """An edge with two shares."""
    return Edge(tmp_path)


def test_a_signature_opens_the_files_of_its_revision(edge: Edge) -> None:
    """With their type, and the headers that CloudFront adds."""
    answer = edge.get(f"/s/{OURS}/1/trace.json", edge.query())
    assert (answer.status, answer.body) == (200, OURS.encode())
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    assert headers.items() >= FILE_HEADERS.items()
    assert headers["content-type"] == "application/json"
    assert edge.get(f"/s/{OURS}/1/trace.json", edge.query(), "HEAD").body == b""


def test_large_texts_are_compressed_for_who_takes_them(edge: Edge) -> None:
    """As CloudFront does it: JSON and texts from a kilobyte on; what is small, or no text, goes as it is."""
    whole = json.dumps(list(range(1_000))).encode()
    edge.files.put(f"s/{OURS}/1/index.json", whole, "application/json")
    edge.files.put(f"s/{OURS}/1/attachments/0", whole, "image/png")
    takes = {"accept-encoding": "gzip, br"}
    packed = edge.get(f"/s/{OURS}/1/index.json", edge.query(), **takes)
    assert dict(packed.headers)[b"content-encoding"] == b"gzip"
    assert gzip.decompress(packed.body) == whole
    assert len(packed.body) == int(dict(packed.headers)[b"content-length"]) < len(whole)
    for path, headers in (("index.json", {}), ("attachments/0", takes), ("trace.json", takes)):
        assert b"content-encoding" not in dict(edge.get(f"/s/{OURS}/1/{path}", edge.query(), **headers).headers)


@pytest.mark.parametrize(
    "path",
    [
        f"/s/{THEIRS}/1/trace.json",
        f"/s/{OURS}/2/trace.json",
        f"/s/{OURS}/1/../../{THEIRS}/1/trace.json",
        f"/s/{OURS}/1/..%2F..%2F{THEIRS}/1/trace.json",
        f"/s/{OURS}/1/../2/trace.json",
        f"/s/{OURS}/1//trace.json",
        f"/s/{OURS}/1/../../../base/segments/secret",
        f"/s/{OURS}/1/./trace.json",
        f"/s/{OURS}/1/",
        f"/s/{OURS}/1/missing.json",
        f"/s/{OURS}/1/trace.json\x00",
        f"/s/{OURS}/1/@trace.json",
        "/s/",
        "/s/*/1/trace.json",
    ],
)
def test_a_signature_opens_nothing_else(edge: Edge, path: str) -> None:
    """Another share, another revision, paths that lead out, and what is not there: forbidden, alike."""
    answer = edge.get(path, edge.query())
    assert (answer.status, answer.body) == (403, b"Access denied\n")


def test_unsigned_foreign_altered_and_late_requests_are_refused(edge: Edge) -> None:
    """Each part of a signature is looked at."""
    path, signed = f"/s/{OURS}/1/trace.json", edge.query()
    parts = {name: values[0] for name, values in parse_qs(signed).items()}
    widened = policy_of(f"http://{HOST}", "*", "1", NOW + 9_999).replace(b"/1/*", b"/*")
    foreign = signed_query(
        policy_of(f"http://{HOST}", OURS, "1", NOW + 300),
        KEY_ID,
        lambda text: ec.generate_private_key(ec.SECP256R1()).sign(text, ec.ECDSA(hashes.SHA256())),
    )
    tried = ["", foreign, urlencode({**parts, "Policy": link_text(widened)}), urlencode({**parts, "Key-Pair-Id": "K"})]
    tried += [
        urlencode({**parts, "Signature": parts["Signature"][:-4]}),
        urlencode({**parts, "Hash-Algorithm": "SHA1"}),
    ]
    tried += [urlencode({name: value for name, value in parts.items() if name != left_out}) for left_out in parts]
    assert {edge.get(path, query).status for query in tried} == {403}
    assert edge.get(path, signed, "POST").status == 403
    assert edge.get(path, signed, host="other.example").status == 403
    assert edge.get(path, signed).status == 200
    edge.clock.advance(300)
    assert edge.get(path, signed).status == 403


def test_what_was_taken_back_is_refused_whatever_was_signed_before(edge: Edge) -> None:
    """At once, and no other share with it; forgotten, it is a matter of signatures and files again."""
    path, signed = f"/s/{OURS}/1/trace.json", edge.query()
    edge.denied.deny(OURS)
    edge.denied.deny(OURS)
    assert edge.get(path, signed).status == 403
    assert edge.get(f"/s/{THEIRS}/1/trace.json", edge.query(THEIRS)).status == 200
    edge.denied.forget(OURS)
    edge.denied.forget(OURS)
    assert edge.get(path, signed).status == 200


def test_what_was_switched_off_is_refused_until_it_is_on_again(edge: Edge) -> None:
    """All shares of a workspace or an organization, whatever was signed before; others go on."""
    ours, theirs = (share_id_of(new_receipt(NOON_US), *scopes) for scopes in (("w1", "o1"), ("w2", "o1")))
    for share in (ours, theirs):
        edge.files.put(f"s/{share}/1/trace.json", b"{}", "application/json")
    signed = {share: edge.query(share) for share in (ours, theirs)}

    def statuses() -> list[int]:
        return [edge.get(f"/s/{share}/1/trace.json", query).status for share, query in signed.items()]

    for scopes, expected in ((["w1"], [403, 200]), (["o1"], [403, 403]), (["w2", "w3"], [200, 403]), ([], [200, 200])):
        edge.denied.deny_scopes(lambda scopes=scopes: scopes)  # type: ignore[misc]
        assert statuses() == expected
    assert edge.get("/s/scopes/1/trace.json", edge.query("scopes")).status == 403


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """A restart signs with the same key; nobody else on the machine reads it."""
    secret = LocalSecret(tmp_path / "signing.json")
    first = secret.read()
    assert LocalSecret(tmp_path / "signing.json").read() == first
    assert (tmp_path / "signing.json").stat().st_mode & 0o077 == 0
    assert list(secret.key_group()) == [KEY_ID]
