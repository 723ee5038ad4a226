"""What the owner of the AWS account may choose, as context of `cdk.json` or `cdk deploy -c name=value`."""

from __future__ import annotations

import dataclasses
import ipaddress
from typing import Any, Literal, Protocol, get_type_hints

from functions.deliver.settings import DeliverSettings

LogDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
"""The periods that CloudWatch Logs takes. Source: CloudWatch Logs API, PutRetentionPolicy, `retentionInDays`."""

PriceClass = Literal["PRICE_CLASS_100", "PRICE_CLASS_200", "PRICE_CLASS_ALL"]
"""Source: Amazon CloudFront, "Choose the price class for a CloudFront distribution"."""


class Context(Protocol):
    """Where the values come from: the node of a CDK app."""

    def try_get_context(self, key: str) -> Any:  # noqa: ANN401 whatever JSON holds
        """The value under `key`, or None."""
        ...


class OptionInvalid(Exception):
    """A context value cannot be used; the message names it."""


@dataclasses.dataclass(frozen=True)
class Options:
    """The choices of one deployment. `docs/settings.md` says what each means to its owner."""

    stack_name: str = "tracekeep"
    base_days: int = 14
    extended_days: int = 400
    log_days: int = 30
    alarm_email: str = ""
    requests_per_s: int = 500
    request_burst: int = 1_000
    reserved_concurrency: str = ""
    """`receive=50,record=20`: the most environments of a room that may run at once; absent means no limit."""
    price_class: str = "PRICE_CLASS_100"
    """How far CloudFront carries the page: to the cheapest places, most of them, or all."""
    share_key: int = 1
    """Which key signs shared links: the next number, and a deploy, is a new one."""
    private: bool = False
    """Whether page, links and API answer to `allowed_networks` alone."""
    allowed_networks: str = ""
    """As `10.0.0.0/8, 2001:db8::/32`: the addresses that the company's people are seen with."""
    domain_name: str = ""
    certificate_arn: str = ""
    """Of a certificate for `domain_name`, in us-east-1, where CloudFront looks for it."""
    pagerduty_url: str = DeliverSettings.pagerduty_url
    """Where alerts of rules reach PagerDuty: its regions have an address each."""

    @classmethod
    def from_context(cls, context: Context) -> Options:
        """The options of an app. Raises: OptionInvalid, which names the one that is wrong."""
        kinds = get_type_hints(cls)
        values = {field.name: context.try_get_context(field.name) for field in dataclasses.fields(cls)}
        return cls(**{name: _read(name, kinds[name], value) for name, value in values.items() if value is not None})

    def __post_init__(self) -> None:
        """Refuse what AWS or our own laws would refuse later. Raises: OptionInvalid."""
        if not 1 <= self.base_days <= self.extended_days:
            raise OptionInvalid(f"base_days={self.base_days} must be between 1 and extended_days={self.extended_days}")
        if self.log_days not in LogDays.__args__:  # type: ignore[attr-defined]  # a Literal's values
            raise OptionInvalid(f"log_days={self.log_days} is not one of {LogDays.__args__}")  # type: ignore[attr-defined]
        if self.price_class not in PriceClass.__args__:  # type: ignore[attr-defined]  # as above
            raise OptionInvalid(f"price_class={self.price_class} is not one of {PriceClass.__args__}")  # type: ignore[attr-defined]
        if self.share_key < 1:
            raise OptionInvalid(f"share_key={self.share_key} must be 1 or more; the next key is the next number")
        if bool(self.domain_name) != bool(self.certificate_arn):
            raise OptionInvalid("domain_name and certificate_arn go together: CloudFront serves no name without one")
        self.concurrency_by_room()
        if self.private != bool(self.networks()):
            raise OptionInvalid("private and allowed_networks go together: nobody could come in, or everybody")

    def networks(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """`allowed_networks`, read. Raises: OptionInvalid."""
        try:
            return [ipaddress.ip_network(one) for one in self.allowed_networks.replace(" ", "").split(",") if one]
        except ValueError as error:
            raise OptionInvalid(f"allowed_networks={self.allowed_networks!r}: {error}") from None

    def concurrency_by_room(self) -> dict[str, int]:
        """`reserved_concurrency` as numbers. Raises: OptionInvalid."""
        pairs = [pair.partition("=") for pair in self.reserved_concurrency.replace(" ", "").split(",") if pair]
        return {room: _read(f"reserved_concurrency of {room}", int, count) for room, _, count in pairs}


def _read(name: str, kind: type, value: object) -> Any:  # noqa: ANN401 what the field's type says
    if kind is bool:
        return _truth(name, value)
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise OptionInvalid(f"{name}={value!r} is not a valid {kind.__name__}") from None


def _truth(name: str, value: object) -> bool:
    """A yes or no as JSON or the command line have it."""
    found = {"true": True, "false": False}.get(str(value).lower())
    if found is None:
        raise OptionInvalid(f"{name}={value!r} is not a valid bool: say true or false")
    return found
