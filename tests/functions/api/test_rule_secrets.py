"""What is secret of a rule: sealed as it comes in, kept where it is not written anew, never sent elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.rule_secrets import HIDDEN, RuleSecrets
from functions.api.schemas.rule import AlertAsked, WebhookAsked
from shared.base.errors import Rejected
from shared.rules.rule import Rule
from shared.store.sealing import Sealing

URL = "https://hooks.example.com/in?x=1"


class FixedSecret:
    """The deployment's secret."""

    def read(self) -> str:
        """Its text."""
        return "a secret of this test alone"


SEALING = Sealing(FixedSecret())
SECRETS = RuleSecrets(SEALING, is_local=False)


def hook(url: str = URL, **headers: str) -> WebhookAsked:
    """A webhook with these headers."""
    return WebhookAsked(url=url, headers={name.replace("_", "-"): value for name, value in headers.items()})


def rule_with(*webhooks: WebhookAsked, alerts: tuple[AlertAsked, ...] = ()) -> Rule:
    """A rule as it is kept."""
    sealed = SECRETS.sealed(webhooks, alerts)
    return Rule(id="r", name="r", webhooks=sealed.webhooks, alerts=sealed.alerts)


def test_headers_are_kept_sealed() -> None:
    """What is stored does not hold what was sent, and opens to it."""
    kept = rule_with(hook(X_Token="hunter2")).webhooks[0]
    assert "hunter2" not in repr(kept)
    assert SEALING.unseal(kept.sealed_headers["X-Token"]) == "hunter2"


def test_each_webhook_has_a_signing_secret_that_is_told_once() -> None:
    """Where it is made; written back, it is the same and told to nobody."""
    first = SECRETS.sealed([hook(), hook("https://other.example.com/")], [])
    assert sorted(first.made) == ["webhooks.0", "webhooks.1"]
    assert first.made["webhooks.0"].startswith("whsec_")
    assert SEALING.unseal(first.webhooks[0].sealed_secret) == first.made["webhooks.0"]
    again = SECRETS.sealed([hook()], [], Rule(id="r", name="r", webhooks=first.webhooks))
    assert (again.webhooks[0].sealed_secret, again.made) == (first.webhooks[0].sealed_secret, {})


def test_what_is_hidden_stays_as_it_is() -> None:
    """A rule that is written back as it was read keeps its headers; one that is written anew is another."""
    known = rule_with(hook(X_Token="one", X_Other="two"))
    kept = SECRETS.sealed([hook(X_Token=HIDDEN, X_Other="three")], [], known).webhooks[0]
    assert kept.sealed_headers["X-Token"] == known.webhooks[0].sealed_headers["X-Token"]
    assert SEALING.unseal(kept.sealed_headers["X-Other"]) == "three"


def test_what_is_hidden_goes_to_no_other_address() -> None:
    """Whoever may change a rule but was never told its headers cannot have them sent to himself."""
    known = rule_with(hook(X_Token="one"))
    with pytest.raises(Rejected, match=r"^webhooks\.0\.headers\.X-Token: its value is not known for this address"):
        SECRETS.sealed([hook("https://evil.example.com/", X_Token=HIDDEN)], [], known)
    alert = AlertAsked(type="webhook", url="https://evil.example.com/", headers={"X-Token": HIDDEN})
    with pytest.raises(Rejected, match=r"^alerts\.0\.headers\.X-Token"):
        SECRETS.sealed([], [alert], known)


def test_a_webhook_at_another_address_is_signed_anew() -> None:
    """Its receiver is another one, who was told no secret yet."""
    known = rule_with(hook())
    moved = SECRETS.sealed([hook("https://other.example.com/")], [], known)
    assert moved.webhooks[0].sealed_secret != known.webhooks[0].sealed_secret
    assert list(moved.made) == ["webhooks.0"]


@pytest.mark.parametrize("name", ["Host", "content-length", "Webhook-Id", "a b", "", "x:y", "ü"])
def test_some_headers_are_not_to_be_had(name: str) -> None:
    """Those that the delivery sets itself, and what is no header."""
    with pytest.raises(Rejected, match=r"^webhooks\.0\.headers\."):
        SECRETS.sealed([WebhookAsked(url=URL, headers={name: "x"})], [])


@given(st.text(min_size=1, max_size=40))
def test_a_headers_value_is_one_line_of_ascii_or_refused(value: str) -> None:
    """So that no value can begin another header, or a body."""
    is_fine = all(char == "\t" or " " <= char <= "~" for char in value)
    try:
        kept = SECRETS.sealed([WebhookAsked(url=URL, headers={"X": value})], []).webhooks[0]
    except Rejected:
        assert not is_fine
    else:
        assert is_fine
        assert SEALING.unseal(kept.sealed_headers["X"]) == value


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "https://10.0.0.1/", "ftp://x.example.com/", "", "https://localhost/"]
)
def test_an_address_within_is_refused_by_its_field(url: str) -> None:
    """When it is written, and not first when something is to be delivered."""
    with pytest.raises(Rejected, match=r"^webhooks\.1\.url: "):
        SECRETS.sealed([hook(), hook(url)], [])


def test_the_laptop_may_call_itself() -> None:
    """Where the server is one person's machine, so is the receiver."""
    local = RuleSecrets(SEALING, is_local=True)
    assert local.sealed([hook("http://127.0.0.1:9000/hook")], []).webhooks[0].url == "http://127.0.0.1:9000/hook"


def test_alerts_keep_what_their_kind_needs() -> None:
    """PagerDuty a key, a webhook an address and a signing secret, the topic neither."""
    asked = (
        AlertAsked(routing_key="R0UT1NG", summary="errors", severity="critical"),
        AlertAsked(type="sns"),
        AlertAsked(type="webhook", url=URL, headers={"X-A": "b"}),
    )
    sealed = SECRETS.sealed([], asked)
    pager, topic, told = sealed.alerts
    assert SEALING.unseal(pager.sealed_routing_key) == "R0UT1NG"
    assert (pager.summary, pager.severity, pager.sealed_secret) == ("errors", "critical", "")
    assert (topic.type, topic.severity, topic.sealed_routing_key) == ("sns", "warning", "")
    assert SEALING.unseal(told.sealed_secret) == sealed.made["alerts.2"]
    kept = SECRETS.sealed([], [AlertAsked(routing_key=HIDDEN)], Rule(id="r", name="r", alerts=sealed.alerts))
    assert kept.alerts[0].sealed_routing_key == pager.sealed_routing_key


@pytest.mark.parametrize("key", ["", "a\nb", "ü", HIDDEN])
def test_a_pager_needs_a_key(key: str) -> None:
    """One that is known, in ASCII."""
    with pytest.raises(Rejected, match=r"^alerts\.0\.routing_key: "):
        SECRETS.sealed([], [AlertAsked(routing_key=key)])
