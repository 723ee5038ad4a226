"""Shares on the wire: what is asked of them, and how they, their settings and their receipts are shown."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from pydantic import Field

from functions.api.schemas.asked import Asked, Moment, optional_uuid, uuids_of
from functions.api.schemas.feedback import body_of
from functions.api.schemas.moments import asked_us, naive, utc
from shared.base.errors import Malformed
from shared.base.units import US_PER_S
from shared.sharing.redaction import DEFAULT, Redaction, redaction_in, redaction_of
from shared.sharing.settings import SharingSettings
from shared.sharing.share import Share, SharedTrace, ShareReceipt
from shared.store.share_views import Views
from shared.wire.app_paths import public_url

MAX_TOKENS = 1_000
FIRST_FILES = ("trace.json", "index.json", "head.json", "runs/0.json")
"""What a trace is drawn of at first."""
_LONGEST_S = 10 * 365 * 86_400


def token_brought(body: bytes) -> str | None:
    """The token of their own that the first API's clients send; JavaScript's does not say that it sends JSON."""
    said = body_of(body) if body else {}
    token = said.get("share_token")
    return token if isinstance(token, str) else None


class ShareV2(Asked):
    """What the second API's clients send: where the run is."""

    session_id: str | None = None
    trace_id: str | None = None


class ShareAsked(Asked):
    """A share in full. What is left out is the workspace's default for a new share, and stays as it is for another."""

    expires_in: Annotated[int, Field(ge=1, le=_LONGEST_S)] | None = None
    expires_at: Moment | None = None
    redaction: dict[str, Any] | None = None
    keep_trace: bool = False

    @property
    def says_end(self) -> bool:
        """Whether it says when the share ends, be it never."""
        return bool({"expires_in", "expires_at"} & self.model_fields_set)

    def expires_us(self, now_us: int) -> int | None:
        """When it is to end; None is with its trace. Raises: Malformed."""
        if self.expires_in is not None and self.expires_at is not None:
            raise Malformed("expires_in, expires_at: give one of them")
        if self.expires_in is not None:
            return now_us + self.expires_in * US_PER_S
        return asked_us(self.expires_at, "expires_at")

    def rules(self) -> Redaction | None:
        """What it is to hide; None where nothing is said. Raises: Malformed."""
        return None if self.redaction is None else redaction_of(self.redaction)


class PreviewAsked(Asked):
    """What a share would hide: these rules, or the workspace's; and which run to look at, or the root."""

    redaction: dict[str, Any] | None = None
    run_id: str | None = None

    def rules(self) -> Redaction | None:
        """The rules. Raises: Malformed."""
        return None if self.redaction is None else redaction_of(self.redaction)

    def run(self) -> str | None:
        """The run. Raises: Malformed."""
        return optional_uuid(self.run_id, "run_id")


class PreviewFilesAsked(ShareAsked):
    """Which files a share would have that is asked for so."""

    names: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = Field(
        default_factory=lambda: [*FIRST_FILES]
    )


class Unshare(Asked):
    """Which shares to take back: these, or all."""

    share_tokens: list[str] = Field(default_factory=list)
    unshare_all: bool = False

    def tokens(self) -> frozenset[str]:
        """The tokens. Raises: Malformed."""
        if len(self.share_tokens) > MAX_TOKENS:
            raise Malformed(f"share_tokens: {len(self.share_tokens)} tokens; at most {MAX_TOKENS}, or unshare_all")
        return frozenset(uuids_of(self.share_tokens, "share_tokens"))


class SettingsAsked(Asked):
    """How a workspace shares; what is left out stays as it is, null is no limit and no default."""

    sharing_disabled: bool | None = None
    default_expires_in: Annotated[int, Field(ge=1, le=_LONGEST_S)] | None = None
    max_expires_in: Annotated[int, Field(ge=1, le=_LONGEST_S)] | None = None
    redaction: dict[str, Any] | None = None

    def changed(self, known: SharingSettings) -> SharingSettings:
        """The settings with what is said. Raises: Malformed."""
        said = self.model_fields_set
        rules = redaction_of(self.redaction).text() if self.redaction is not None else None
        return SharingSettings(
            is_off=known.is_off if self.sharing_disabled is None else self.sharing_disabled,
            default_expiry_s=self.default_expires_in if "default_expires_in" in said else known.default_expiry_s,
            max_expiry_s=self.max_expires_in if "max_expires_in" in said else known.max_expiry_s,
            redaction=rules if "redaction" in said else known.redaction,
        )


class TrialAsked(Asked):
    """Rules, and a text to try them on."""

    redaction: dict[str, Any]
    text: Annotated[str, Field(max_length=20_000)]


class OrganizationSharing(Asked):
    """Whether any workspace of an organization may share."""

    public_sharing_disabled: bool


def share_object(share: Share, told: SharedTrace, views: Views, origin: str) -> dict[str, Any]:
    """A share in full, as its owners see it."""
    return {
        "share_token": told.token,
        "url": public_url(origin, told.token),
        "share_id": told.id,
        "trace_id": told.trace_id,
        "created_at": utc(told.created_us),
        "created_by": {"api_key_id": told.key_id, "api_key_description": told.key_description},
        "expires_at": utc(share.expires_us),
        "ends_at": utc(share.ends_us),
        "redaction": _rules(redaction_in(told.redaction)),
        "is_ready": bool(share.revision),
        "made_at": utc(share.made_us) if share.revision else None,
        "views": views.count,
        "last_viewed_at": utc(views.last_us),
    }


def entity_of(told: SharedTrace, views: Views, origin: str) -> dict[str, Any]:
    """A share in the list of a workspace: LangSmith's fields, and what else there is to know."""
    return {
        "type": "run",
        "share_token": told.token,
        "created_at": naive(told.created_us),
        "run_id": told.trace_id,
        "run_name": told.run_name,
        "run_type": told.run_type,
        "session_id": told.project,
        "session_name": told.project_name,
        "url": public_url(origin, told.token),
        "share_id": told.id,
        "created_by": told.key_description,
        "expires_at": naive(told.expires_us),
        "views": views.count,
        "last_viewed_at": naive(views.last_us),
        "redaction": _rules(redaction_in(told.redaction)),
    }


def settings_object(settings: SharingSettings, organization: SharingSettings) -> dict[str, Any]:
    """How a workspace shares, and whether its organization lets it."""
    return {
        "sharing_disabled": settings.is_off,
        "organization_sharing_disabled": organization.is_off,
        "default_expires_in": settings.default_expiry_s,
        "max_expires_in": settings.max_expiry_s,
        "redaction": _rules(redaction_in(settings.redaction)),
        "is_default_redaction": redaction_in(settings.redaction) == DEFAULT,
    }


def receipt_object(receipt: ShareReceipt) -> dict[str, Any]:
    """What became of a share, step by step; the times are UTC, null is not yet."""
    steps = ("revoked", "denied", "deleted", "invalidated", "swept")
    counts = {"deleted": {"objects": receipt.objects}, "swept": {"objects": receipt.late_objects}}
    is_done = receipt.swept_us is not None
    state = "done" if is_done else "shared" if receipt.revoked_us is None else "removing"
    return {
        "share_id": receipt.id,
        "trace_id": receipt.trace_id,
        "state": state,
        "shared_at": utc(receipt.created_us),
        "shared_by": {"api_key_id": receipt.created_by, "api_key_description": receipt.created_by_description},
        "expires_at": utc(receipt.expires_us),
        "reason": receipt.reason,
        "asked_at": utc(receipt.asked_us),
        "asked_by": {"api_key_id": receipt.asked_by, "api_key_description": receipt.asked_by_description},
        "steps": [
            {"step": step, "done_at": utc(getattr(receipt, f"{step}_us")), **counts.get(step, {})} for step in steps
        ],
        "views": receipt.views,
    }


def _rules(redaction: Redaction) -> dict[str, Any]:
    """All rules by name, also those that hide nothing."""
    said: dict[str, Any] = msgspec.structs.asdict(redaction)
    return said
