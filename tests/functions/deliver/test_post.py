"""One POST: to whom it goes and to whom never, how long it may take, and what is made of the answer."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from functions.deliver.post import NotCallable, NotReached, Poster, TooSlow, resolved
from shared.base.errors import Malformed
from tests.hook_receiver import Behaviour, Receiver, receiver

_WITHIN_S = 10.0
_SOON_S = 0.4
_NAME = "hooks.example.com"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver."""
    with receiver() as made:
        yield made


@pytest.fixture
def local() -> Poster:
    """A laptop's, which may call this machine."""
    return Poster(_WITHIN_S, allow_loopback=True)


def deployed(*addresses: str) -> Poster:
    """A deployment's, where every name leads to these addresses."""
    return Poster(_WITHIN_S, allow_loopback=False, resolve=lambda *_: list(addresses))


def test_it_posts_the_body_with_the_headers(hook: Receiver, local: Poster) -> None:
    """As they were given, to path and query, with the host and the length that HTTP wants."""
    assert local.post(f"{hook.url}?key=a%20b", {"X-Team": "ops"}, b'{"a": 1}') == 200
    [got] = hook.got
    assert got.line == "POST /hook?key=a%20b HTTP/1.1"
    assert got.body == b'{"a": 1}'
    assert (got.headers["x-team"], got.headers["host"]) == ("ops", f"127.0.0.1:{hook.port}")
    assert (got.headers["content-length"], got.headers["connection"]) == ("8", "close")


def test_a_large_body_arrives_whole(hook: Receiver, local: Poster) -> None:
    """Megabytes, in many parts."""
    body = bytes(range(256)) * 16_384
    assert local.post(hook.url, {}, body) == 200
    assert hook.got[0].body == body


@pytest.mark.parametrize("status", [200, 204, 302, 400, 404, 410, 500, 503])
def test_the_status_is_what_was_answered(hook: Receiver, local: Poster, status: int) -> None:
    """Of every kind."""
    hook.behaviours.append(status)
    assert local.post(hook.url, {}, b"") == status


def test_no_redirect_is_followed(hook: Receiver, local: Poster) -> None:
    """Neither elsewhere nor within: the one address that was checked is the only one that is called."""
    elsewhere = f"HTTP/1.1 307 Elsewhere\r\nLocation: {hook.url}\r\n\r\n".encode()
    hook.behaviours.append(elsewhere)
    assert local.post(hook.url, {}, b"") == 307
    assert hook.connections == 1


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\n\r\n", 201),
        (b"HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 500 Broken\r\n\r\n", 500),
        (b"HTTP/1.0 202 Taken\n\n", 202),
        (b"HTTP/1.1 200\r\n\r\n", 200),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000, 200),
    ],
)
def test_a_final_status_is_found_behind_others(hook: Receiver, local: Poster, answer: bytes, status: int) -> None:
    """Hints and leave to continue are no answer; what follows the status is not read to its end."""
    hook.behaviours.append(answer)
    assert local.post(hook.url, {}, b"") == status


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 999 Odd\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"x" * 100_000]
)
def test_what_is_no_answer_is_nobody_reached(hook: Receiver, local: Poster, answer: bytes) -> None:
    """A connection that ends, or speaks something else, told nobody."""
    hook.behaviours.append(answer)
    with pytest.raises(NotReached):
        local.post(hook.url, {}, b"")


def test_nobody_there_is_nobody_reached(local: Poster) -> None:
    """A port that nothing listens on, and a name that is none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotReached, match="refused"):
        local.post(f"http://127.0.0.1:{port}/", {}, b"")

    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NotReached, match=f"{_NAME} cannot be resolved"):
        Poster(_WITHIN_S, allow_loopback=False, resolve=unknown).post(f"https://{_NAME}/", {}, b"")


@pytest.mark.parametrize("behaviour", ["hang", "drip"])
def test_who_does_not_answer_in_time_is_too_slow(hook: Receiver, behaviour: str) -> None:
    """Whether it says nothing, or a letter now and then so that no single read waits long."""
    behave: Behaviour = getattr(hook, behaviour)
    hook.behaviours.append(behave)
    with pytest.raises(TooSlow, match=r"within 0\.4 s"):
        Poster(_SOON_S, allow_loopback=True).post(hook.url, {}, b"{}")
    assert len(hook.got) == 1


def test_who_does_not_take_the_body_is_too_slow() -> None:
    """A receiver that connects and never reads ends with the time too."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(TooSlow):
            Poster(_SOON_S, allow_loopback=True).post(url, {}, bytes(32 * 1024 * 1024))


def test_the_time_is_one_for_all_steps(hook: Receiver) -> None:
    """What resolving has used up is not there for the answer: the clock runs on, whatever is waited for."""
    now_s = iter([0.0, 0.1, 4.9, 5.1, 5.2])
    poster = Poster(5.0, allow_loopback=True, now_s=lambda: next(now_s))
    with pytest.raises(TooSlow, match="within 5 s"):
        poster.post(hook.url, {}, b"")


def test_an_early_answer_is_heard_while_there_is_still_something_to_send(local: Poster) -> None:
    """A receiver that refuses a large body at once has answered."""
    with socket.create_server(("127.0.0.1", 0)) as hasty:

        def refuse() -> None:
            connection, _ = hasty.accept()
            with connection:
                connection.recv(1_024)
                connection.sendall(b"HTTP/1.1 413 Too large\r\n\r\n")
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass

        refusing = threading.Thread(target=refuse)
        refusing.start()
        url = f"http://127.0.0.1:{hasty.getsockname()[1]}/"
        assert local.post(url, {}, bytes(8 * 1024 * 1024)) == 413
        refusing.join()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "192.168.0.1",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 nothing listens
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "fd00:ec2::254",
        "fe80::1%eth0",
        "2002:7f00:1::",
        "nonsense",
    ],
)
def test_a_name_that_leads_inside_is_not_called(hook: Receiver, address: str) -> None:
    """A public name whose owner points it within: refused before a connection, alone and among public addresses."""
    url = f"https://{_NAME}:{hook.port}/"
    for addresses in ([address], ["93.184.215.14", address], [address, "93.184.215.14"]):
        with pytest.raises(NotCallable, match="no public address"):
            deployed(*addresses).post(url, {}, b"")
    assert hook.connections == 0


def test_a_name_that_changes_between_looking_and_calling_is_called_where_it_was_looked_at(
    hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: it is resolved once, and the very address that was checked is connected to."""
    asked: list[str] = []
    called: list[tuple[str, int]] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    def connect(address: tuple[str, int], _timeout: float) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotReached):
        Poster(_WITHIN_S, allow_loopback=False, resolve=rebinding).post(f"https://{_NAME}:{hook.port}/", {}, b"")
    assert (asked, called) == ([_NAME], [("93.184.215.14", hook.port)])


def test_all_addresses_of_a_name_are_tried_in_turn(hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes no connection keeps nobody from the next."""
    called: list[str] = []

    def connect(address: tuple[str, int], _timeout: float) -> socket.socket:
        called.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotReached):
        deployed("93.184.215.14", "93.184.215.15").post(f"https://{_NAME}:{hook.port}/", {}, b"")
    assert called == ["93.184.215.14", "93.184.215.15"]


def test_a_deployment_calls_no_loopback_and_nothing_in_the_clear(hook: Receiver) -> None:
    """What a laptop may, a Lambda may not: its loopback has the runtime's own interface."""
    for url in (hook.url, f"https://127.0.0.1:{hook.port}/", f"http://localhost:{hook.port}/"):
        with pytest.raises(Malformed):
            deployed("127.0.0.1").post(url, {}, b"")
    assert hook.connections == 0


@pytest.mark.parametrize(
    "headers",
    [{"X": "a\r\nHost: inner"}, {"X": "a\nb"}, {"X\r\nY": "a"}, {"X Y": "a"}, {"": "a"}, {"X": "ü"}, {"X": "a\x00b"}],
)
def test_no_header_makes_another_request_of_it(hook: Receiver, local: Poster, headers: dict[str, str]) -> None:
    """Line ends and the like in names or values are refused before a connection."""
    with pytest.raises(Malformed, match="cannot be sent"):
        local.post(hook.url, headers, b"")
    assert hook.connections == 0


def test_no_header_of_theirs_stands_in_for_one_of_http(hook: Receiver, local: Poster) -> None:
    """Host and lengths are ours, however they are spelt: else two readers would see two requests."""
    theirs = {"HOST": "inner", "content-length": "0", "Connection": "keep-alive"}
    local.post(hook.url, theirs, b"{}")
    [got] = hook.got
    assert (got.headers["host"], got.headers["content-length"]) == (f"127.0.0.1:{hook.port}", "2")
    assert got.headers["connection"] == "close"
    assert len(got.names) == len(set(got.names))


class Authority:
    """Signs certificates for a test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        certificate = self._signed("authority", self._key, is_authority=True)
        self.trusting = ssl.create_default_context(cadata=_pem(certificate).decode())

    def serving(self, name: str) -> ssl.SSLContext:
        """The context of a server that has a certificate for this name."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._folder / "server.pem"
        path.write_bytes(private + _pem(self._signed(name, key)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(self, name: str, key: ec.EllipticCurvePrivateKey, *, is_authority: bool = False) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        )
        return builder.sign(self._key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _secure(authority: Authority) -> Poster:
    return Poster(_WITHIN_S, allow_loopback=True, resolve=lambda *_: ["127.0.0.1"], tls=authority.trusting)


def test_tls_asks_for_the_name_at_the_address_that_was_checked(tmp_path: Path) -> None:
    """The name goes into SNI, into the check of the certificate, and into Host; the address into the connection."""
    authority = Authority(tmp_path)
    context = authority.serving(_NAME)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with receiver(context) as hook:
        assert _secure(authority).post(f"https://{_NAME}:{hook.port}/hook", {}, b"{}") == 200
        assert asked == [_NAME]
        assert hook.got[0].headers["host"] == f"{_NAME}:{hook.port}"


def test_another_names_certificate_is_refused(tmp_path: Path) -> None:
    """Whoever answers there in another's place gets nothing, not a header."""
    authority = Authority(tmp_path)
    with receiver(authority.serving("other.example.com")) as hook:
        with pytest.raises(NotCallable, match="certificate"):
            _secure(authority).post(f"https://{_NAME}:{hook.port}/hook", {}, b"{}")
        assert hook.got == []


def test_a_certificate_of_nobody_is_refused(tmp_path: Path) -> None:
    """TLS is verified: by default against what the machine trusts, which is no authority of a test."""
    with receiver(Authority(tmp_path).serving(_NAME)) as hook:
        poster = Poster(_WITHIN_S, allow_loopback=True, resolve=lambda *_: ["127.0.0.1"])
        with pytest.raises(NotCallable, match="certificate"):
            poster.post(f"https://{_NAME}:{hook.port}/hook", {}, b"{}")
        assert hook.got == []


def test_who_speaks_no_tls_is_nobody_reached(hook: Receiver) -> None:
    """An https address where plain HTTP is spoken: nothing is sent in the clear."""
    with pytest.raises((NotReached, TooSlow)):
        Poster(_SOON_S, allow_loopback=True).post(f"https://localhost:{hook.port}/hook", {}, b"secret")
    assert hook.got == []


def test_a_name_is_resolved_to_addresses_ipv4_first() -> None:
    """Each address once, in text that is an address."""
    found = [ipaddress.ip_address(one) for one in resolved("localhost", 443)]
    assert len(found) == len(set(found)) >= 1
    assert [one.version for one in found] == sorted(one.version for one in found)
