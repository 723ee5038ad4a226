"""The judge of rules in `deploy_check`: who was told something else, or by somebody else, stops it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from functions.deliver.signature import signing_headers
from infra.check_rules import Told, check_told
from infra.check_steps import CheckFailed

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_RULE = {"id": "R", "webhooks": [{"signing_secret": _SECRET}]}


@dataclasses.dataclass
class Sent:
    """What was sent, to be changed by a test."""

    run: str = "root"
    secret: str = _SECRET
    mark: str = "sealed"

    def told(self) -> Told:
        """As it arrives."""
        body = json.dumps({"runs": [{"id": self.run}]}).encode()
        return Told({**signing_headers("D", 1_795_176_000, body, self.secret), "x-check": self.mark}, body)


def test_what_was_told_rightly_passes() -> None:
    """Signed, with the header that was sealed, of the run that matched."""
    check_told(Sent().told(), _RULE, "root")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"run": "other"}, "told of"), ({"mark": "••••"}, "told of"), ({"secret": "whsec_b3RoZXI="}, "signed")],
)
def test_what_was_told_otherwise_stops_the_check(change: dict[str, Any], said: str) -> None:
    """Another run, a header that was not unsealed, another secret."""
    with pytest.raises(CheckFailed, match=said):
        check_told(Sent(**change).told(), _RULE, "root")
