"""Limits of a month in the wire's words: how one is set, and where a workspace stands towards each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from functions.api.schemas.asked import Asked
from functions.api.schemas.moments import utc
from shared.base.errors import Malformed
from shared.store.limit_alerts import LimitAlert
from shared.usage.limits import DEFAULT_RATE, TRACES, UPGRADES, Limit, LimitType, Standing, WhenReached

_RATE = Annotated[float, Field(gt=0, lt=1)]


class LimitBody(Asked):
    """What a limit shall be; with an id, one that is there already.

    `when_reached` and `sample_rate` are ours: what becomes of new traces beyond a limit of traces.
    """

    limit_type: LimitType
    limit_value: Annotated[int, Field(ge=0, le=10**12)]
    id: str | None = None
    when_reached: WhenReached | None = None
    sample_rate: _RATE | None = None

    def limit(self, limit_id: str, workspace: str | None, created_us: int, now_us: int) -> Limit:
        """The limit that is asked for. Raises: Malformed."""
        if self.limit_type == UPGRADES and self.when_reached not in (None, "reject"):
            raise Malformed(
                "when_reached: beyond monthly_longlived_traces nothing more is upgraded; only reject can be chosen"
            )
        if self.sample_rate is not None and self.when_reached != "sample":
            raise Malformed("sample_rate: it counts only where when_reached is sample")
        return Limit(
            limit_id,
            workspace,
            self.limit_type,
            self.limit_value,
            created_us,
            now_us,
            self.when_reached or "reject",
            self.sample_rate or DEFAULT_RATE,
        )


def limit_shown(limit: Limit) -> dict[str, Any]:
    """One limit; the last two fields are ours."""
    return {
        "id": limit.id,
        "tenant_id": limit.workspace,
        "limit_type": limit.limit_type,
        "limit_value": limit.limit_value,
        "created_at": utc(limit.created_us),
        "updated_at": utc(limit.updated_us),
        "when_reached": limit.when_reached,
        "sample_rate": limit.sample_rate if limit.when_reached == "sample" else None,
    }


def standing_of(standings: Sequence[Standing], alerts: Sequence[LimitAlert]) -> dict[str, Any]:
    """Whether anything is refused now, and by which limit: the one of traces first. `limits` has them all."""
    reached = [one for one in standings if one.stops_traces] or [one for one in standings if one.stops_upgrades]
    of_traces = [one for one in standings if one.limit_type == TRACES]
    nearest = next(iter(reached or of_traces or standings), None)
    return {
        "in_reject_set": bool(reached),
        "usage_limit_type": _type(reached[0]) if reached else None,
        "tenant_limit": nearest.limit if nearest else None,
        "used": nearest.used if nearest else None,
        "is_near": nearest is not None and nearest.is_near,
        "owner": nearest.owner if nearest else None,
        "resets_at": utc(nearest.until_us) if nearest else None,
        "limits": [_shown(one) for one in standings],
        "alerts": [
            {"level": one.level, "at": utc(one.at_us), "sentence": one.sentence, "limit_type": one.standing.limit_type}
            for one in alerts
        ],
    }


def _shown(standing: Standing) -> dict[str, Any]:
    return {
        "usage_limit_type": _type(standing),
        "limit_type": standing.limit_type,
        "limit_id": standing.limit_id if standing.is_owners else None,
        "owner": standing.owner,
        "used": standing.used,
        "limit": standing.limit,
        "is_near": standing.is_near,
        "is_reached": standing.is_reached,
        "reached_at": utc(standing.reached_us) if standing.reached_us and standing.is_reached else None,
        "when_reached": standing.when_reached,
        "sample_rate": standing.sample_rate if standing.when_reached == "sample" else None,
        "resets_at": utc(standing.until_us),
        "sentence": standing.sentence if standing.is_reached else standing.warning if standing.is_near else None,
    }


def _type(standing: Standing) -> str:
    """The wire's word for the limit."""
    if standing.limit_type == UPGRADES:
        return "user_defined_monthly_longlived_traces"
    return "user_defined_monthly_traces" if standing.is_owners else "total_unique_traces"
