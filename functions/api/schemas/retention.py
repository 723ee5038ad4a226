"""What an owner chooses about retention, and why a trace is kept, as the wire and the page have them."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from functions.api.schemas.asked import Asked
from functions.api.schemas.moments import utc
from functions.api.schemas.session_bodies import WireTier
from shared.base.units import S_PER_DAY
from shared.retention.choices import SHIPPED, Choice, Chosen
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.store.traces import StoredTrace
from shared.wire.run_parts import TIERS, WIRE_TIERS

_SWITCHES = {
    "feedback_extends_retention": "feedback_by_api",
    "app_feedback_extends_retention": "feedback_in_app",
}


class TtlSettingsChange(Asked):
    """A scope's default tier, for traces that are received from now on; the two switches stay where unsaid.

    Null goes by the scope above from then on: of a workspace its organization, of that what we ship.
    """

    default_trace_tier: WireTier | None
    tenant_id: str | None = None
    apply_to_all_projects: bool = False
    feedback_extends_retention: bool | None = None
    app_feedback_extends_retention: bool | None = None

    def changed(self, known: Choice) -> Choice:
        """The choice with these changes."""
        tier = None if self.default_trace_tier is None else TIERS[self.default_trace_tier]
        said = {own: getattr(self, name) for name, own in _SWITCHES.items() if name in self.model_fields_set}
        return msgspec.structs.replace(known, default_tier=tier, **said)


class DaysChange(Asked):
    """The days of the extended tier in a workspace; null is the deployment's."""

    longlived_ttl_days: int | None


def ttl_settings_of(
    organization: str, workspace: str | None, chosen: Chosen | None, periods: Periods, created_us: int, own: Choice
) -> dict[str, Any]:
    """What counts for one scope: a workspace, or the organization where that is None.

    `says` is what it says itself (`own`): what is null there goes by the scope above.
    """
    choice = SHIPPED if chosen is None else SHIPPED.above(chosen.now)
    return {
        "id": str(uuid.uuid5(uuid.UUID(workspace or organization), "ttl-settings")),
        "organization_id": organization,
        "tenant_id": workspace,
        "default_trace_tier": WIRE_TIERS[choice.default_tier or "base"],
        "apply_to_all_projects": False,
        "configured_by": "system" if own == Choice() else "user",
        "longlived_ttl_days": choice.longlived_days or periods.extended_days,
        "feedback_extends_retention": choice.feedback_by_api,
        "app_feedback_extends_retention": choice.feedback_in_app,
        "says": {
            "default_trace_tier": None if own.default_tier is None else WIRE_TIERS[own.default_tier],
            "longlived_ttl_days": own.longlived_days,
            "feedback_extends_retention": own.feedback_by_api,
            "app_feedback_extends_retention": own.feedback_in_app,
        },
        "created_at": utc(created_us if chosen is None else chosen.created_us),
        "updated_at": utc(created_us if chosen is None else chosen.updated_us),
    }


def kept_of(kept: Kept | None) -> dict[str, Any] | None:
    """Why a trace is kept: a sentence for people, and what it is made of."""
    if kept is None:
        return None
    return {
        "sentence": kept.sentence,
        "cause": kept.kind,
        "id": kept.id,
        "name": kept.name or None,
        "by": kept.by or None,
        "at_us": kept.at_us,
    }


def retention_of(stored: StoredTrace, later: list[Kept]) -> dict[str, Any]:
    """How long a trace is kept, why, and what else would have kept it."""
    return {
        "trace_id": stored.id,
        "trace_tier": WIRE_TIERS[stored.tier],
        "first_received_us": stored.born_us,
        "expires_us": stored.ends_us,
        "ttl_seconds": stored.periods.days(stored.tier) * S_PER_DAY,
        "kept_because": kept_of(stored.kept),
        "also_because": [kept_of(one) for one in later],
    }
