"""Addresses of webhooks: what attackers write is refused, what receivers have is not."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import Malformed, Rejected, TooLarge
from shared.rules.webhook_url import checked_url, is_callable, parsed_url

PUBLIC = [
    ("https://example.com", "https://example.com/"),
    ("https://example.com/hook?token=a%2Fb&x=[1]", "https://example.com/hook?token=a%2Fb&x=[1]"),
    ("https://EXAMPLE.com:443/Hook", "https://example.com/Hook"),
    ("https://example.com:8443/hook", "https://example.com:8443/hook"),
    ("https://example.com./hook", "https://example.com/hook"),
    ("https://example.com/hook#part", "https://example.com/hook"),
    ("https://bücher.example/hook", "https://xn--bcher-kva.example/hook"),
    ("https://example.com/größe", "https://example.com/gr%C3%B6%C3%9Fe"),
    ("https://hooks_x.a-b.example.co/", "https://hooks_x.a-b.example.co/"),
    ("https://93.184.215.14/hook", "https://93.184.215.14/hook"),
    ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/"),
]
ATTACKS = [
    "http://example.com/hook",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:25/",
    "//example.com/hook",
    "example.com/hook",
    "",
    "https://",
    "https:///hook",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://sub.localhost/",
    "https://intranet/",
    "https://db.local/",
    "https://metadata.google.internal/",
    "https://ip-10-0-0-1.eu-west-1.compute.internal/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://2130706433/",
    "https://017700000001/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.0.0.0x1/",
    "https://1.2.3/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.170.2/v2/credentials",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a9fe:a9fe::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00:ec2::254]/",
    "https://[fc00::1]/",
    "https://[ff02::1]/",
    "https://[::1",
    "https://[zz]/",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com@169.254.169.254/",
    "https://169.254.169.254\\@example.com/",
    "https://example.com\\.evil.example/",
    "https://example.com /hook",
    "https://example.com/a b",
    "https://example.com/\r\nHost: inner",
    "https://exa\tmple.com/",
    "https://example.com/\x00",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:80/",
    "https://example.com:0/",
    "https://example.com:65536/",
    "https://example.com:abc/",
    "https://example.com:-1/",
    "https://exam%70le.com/",
    "https://example..com/",
    "https://-example.com/",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 130 + "com/",
]
_ITSELF = ("127.0.0.1", "127。", "①②⑦", "[::1]", "//localhost", "//LOCALHOST")
_REFUSED_ON_A_LAPTOP = [one for one in ATTACKS if not any(own in one for own in _ITSELF)]


@pytest.mark.parametrize(("written", "called"), PUBLIC)
def test_a_public_receiver_is_taken(written: str, called: str) -> None:
    """Its address is called as it was meant, without what is sent to nobody."""
    assert checked_url(written) == called


@pytest.mark.parametrize("written", ATTACKS)
def test_an_attack_is_refused(written: str) -> None:
    """With a sentence that says what it is about, for the person who wrote it."""
    with pytest.raises(Rejected, match=r"^webhook url: "):
        checked_url(written)


@pytest.mark.parametrize("written", ["http://localhost:9000/x", "http://127.0.0.1:9000/x", "https://[::1]:9000/x"])
def test_a_laptop_may_call_itself_and_nothing_else_within(written: str) -> None:
    """Where its own receivers are allowed, plain http is too: nobody is in between."""
    assert checked_url(written, allow_loopback=True) == written


@pytest.mark.parametrize("written", _REFUSED_ON_A_LAPTOP)
def test_a_laptop_refuses_what_is_no_loopback(written: str) -> None:
    """Leave for its own receivers is leave for nothing else."""
    with pytest.raises(Rejected):
        checked_url(written, allow_loopback=True)


def test_a_long_address_is_refused_with_its_limit() -> None:
    """The message says how long it may be."""
    with pytest.raises(TooLarge, match="2048 bytes"):
        checked_url("https://example.com/" + "a" * 2_048)


def test_what_is_checked_is_what_is_called() -> None:
    """A checked address, checked again, is the same; taken apart, its parts say the same."""
    for written, called in PUBLIC:
        assert checked_url(called) == called
        parsed = parsed_url(written)
        assert called.startswith(f"{parsed.scheme}://{parsed.authority}/")


@given(st.integers(0, 2**32 - 1))
def test_no_ipv4_address_is_called_that_is_not_global(number: int) -> None:
    """Python's own reading of IANA's registry agrees: what we call is global, and no multicast."""
    address = ipaddress.IPv4Address(number)
    if is_callable(str(address)):
        assert address.is_global
        assert not address.is_multicast


@given(st.integers(0, 2**128 - 1) | st.integers(2**125, 2**126 - 1))
def test_no_ipv6_address_is_called_that_is_not_global(number: int) -> None:
    """As of IPv4; nor one that leads to an IPv4 address by a translator."""
    address = ipaddress.IPv6Address(number)
    if is_callable(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert address.ipv4_mapped is None
        assert address.sixtofour is None
        assert address.teredo is None


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_in_ipv6_clothes_is_never_called(number: int) -> None:
    """Mapped, compatible, by NAT64 or by 6to4: none of them, whatever address is within."""
    within = ipaddress.IPv4Address(number)
    high, low = number >> 16, number & 0xFFFF
    for text in (f"::ffff:{within}", f"::{within}", f"64:ff9b::{within}", f"2002:{high:x}:{low:x}::1"):
        assert not is_callable(text)


@given(st.text(max_size=40))
def test_any_text_is_taken_or_refused_and_nothing_else(text: str) -> None:
    """No text makes it fail in another way; what is taken is https and plain ASCII without spaces."""
    for written in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            called = checked_url(written)
        except (Malformed, TooLarge):
            continue
        assert called.startswith("https://")
        assert called.isascii()
        assert called.isprintable()
        assert " " not in called


def test_what_is_no_ip_address_is_not_called() -> None:
    """Whatever a resolver might answer."""
    assert not is_callable("example.com")
    assert not is_callable("fe80::1%eth0")
