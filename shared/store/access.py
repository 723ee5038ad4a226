"""Workspaces and API keys in the control table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from shared.access.api_key import ApiKey, describe_key, hash_of, new_key_text
from shared.access.credentials import credentials_of
from shared.access.workspace import Workspace
from shared.base.clock import Clock
from shared.base.errors import NotAllowed, NotFound, Unauthenticated
from shared.base.ids import canonical_uuid, new_uuid
from shared.base.units import US_PER_S
from shared.store import keys
from shared.store.key_uses import KeyUses
from shared.store.ports import Key, KeyRange, Table
from shared.store.rows import item_of, record_of

CACHE_S = 60
"""A revoked key may still be taken for this long by a process that has just seen it."""
_MAX_CACHED = 10_000


class Access:
    """Questions and commands about who may do what."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._organizations: dict[str, str] = {}
        self.uses = KeyUses(control, clock)
        self._cache: dict[str, tuple[int, ApiKey | None]] = {}

    def authenticate(self, headers: Mapping[str, str]) -> ApiKey:
        """The valid key that the headers (lower-case names) carry.

        Raises: Unauthenticated; NotAllowed when they name another workspace than the key's.
        """
        text, workspace = credentials_of(headers)
        return self.valid(hash_of(text), workspace)

    def valid(self, key_hash: str, workspace: str | None = None) -> ApiKey:
        """The key with this hash, if it is valid now and, where a workspace is named, that one's.

        Raises: Unauthenticated; NotAllowed.
        """
        key = self._known(key_hash)
        if key is None:
            raise Unauthenticated("This API key is not known here; check LANGSMITH_API_KEY and LANGSMITH_ENDPOINT")
        key.check(self._clock.now_us())
        return key if workspace in (None, key.workspace) else self._elsewhere(key, str(workspace))

    def note_use(self, key: ApiKey) -> None:
        """Note that this key is used now, in the workspace that it belongs to."""
        home = self._known(key.hash) or key
        self.uses.note(home.workspace, key.id)

    def create_workspace(
        self, name: str, workspace_id: str | None = None, organization: str | None = None
    ) -> Workspace:
        """A new workspace, in an organization of its own if none is given; with an id that exists, that one."""
        workspace = Workspace(workspace_id or new_uuid(), name, organization or new_uuid(), self._clock.now_us())
        known = self._control.get(Key(keys.workspaces(), workspace.id))
        if known is not None:
            return record_of(known, Workspace)
        self._control.put([item_of(Key(keys.workspaces(), workspace.id), workspace)])
        return workspace

    def workspaces(self) -> list[Workspace]:
        """All workspaces of this deployment."""
        items = self._control.query(KeyRange(keys.workspaces(), consistent=True))
        return [record_of(item, Workspace) for item in items]

    def has_workspace(self, workspace_id: str) -> bool:
        """Whether there is a workspace with this id, in whatever organization."""
        return self._organization(workspace_id) is not None

    def organization_of(self, workspace_id: str) -> str | None:
        """The organization of a workspace; None where there is no such workspace."""
        return self._organization(workspace_id)

    def rename_workspace(self, workspace_id: str, name: str) -> Workspace:
        """The workspace by its new name. Raises: NotFound."""
        renamed = dataclasses.replace(self.workspace(workspace_id), name=name)
        self._control.put([item_of(Key(keys.workspaces(), workspace_id), renamed)])
        return renamed

    def workspace(self, workspace_id: str) -> Workspace:
        """One workspace. Raises: NotFound."""
        item = self._control.get(Key(keys.workspaces(), workspace_id), consistent=True)
        if item is None:
            raise NotFound(f"Workspace {workspace_id} does not exist")
        return record_of(item, Workspace)

    def create_key(
        self,
        workspace_id: str,
        description: str,
        *,
        text: str | None = None,
        expires_us: int | None = None,
        is_read_only: bool = False,
        is_organization_wide: bool = False,
    ) -> tuple[str, ApiKey]:
        """A new key: its text, which is not kept, and its record."""
        text = text or new_key_text()
        key = dataclasses.replace(
            describe_key(text, workspace_id, self._clock.now_us(), description),
            expires_us=expires_us,
            is_read_only=is_read_only,
            is_organization_wide=is_organization_wide,
        )
        self._put(key)
        return text, key

    def keys_of(self, workspace_id: str) -> list[ApiKey]:
        """The keys of a workspace that were not revoked."""
        items = self._control.query(KeyRange(keys.workspace_keys(workspace_id), consistent=True))
        return [key for key in (record_of(item, ApiKey) for item in items) if key.revoked_us is None]

    def key_with_text(self, text: str) -> ApiKey | None:
        """The record of the key with this text, valid or not."""
        item = self._control.get(keys.api_key(hash_of(text)))
        return None if item is None else record_of(item, ApiKey)

    def revoke_key(self, workspace_id: str, key_id: str) -> None:
        """End a key: at once here, within `CACHE_S` everywhere; once is enough. Raises: NotFound."""
        item = self._control.get(Key(keys.workspace_keys(workspace_id), key_id), consistent=True)
        if item is None:
            raise NotFound(f"API key {key_id} does not exist in this workspace")
        key = record_of(item, ApiKey)
        if key.revoked_us is None:
            self._put(dataclasses.replace(key, revoked_us=self._clock.now_us()))

    def _put(self, key: ApiKey) -> None:
        """A key has two rows: by its hash for `authenticate`, by workspace for lists."""
        by_id = Key(keys.workspace_keys(key.workspace), key.id)
        self._control.put([item_of(keys.api_key(key.hash), key), item_of(by_id, key)])
        self._cache.pop(key.hash, None)

    def _elsewhere(self, key: ApiKey, workspace: str) -> ApiKey:
        """The key as it acts in another workspace of its organization. Raises: NotAllowed."""
        named = canonical_uuid(workspace)
        if named is None or not self._may_act_in(named, key):
            raise NotAllowed(f"API key {key.short} does not belong to workspace {workspace}; leave X-Tenant-Id out")
        return dataclasses.replace(key, workspace=named)

    def _may_act_in(self, workspace: str, key: ApiKey) -> bool:
        if workspace == key.workspace:
            return True
        home = self._organization(key.workspace)
        return key.is_organization_wide and home is not None and self._organization(workspace) == home

    def _organization(self, workspace_id: str) -> str | None:
        """The organization of a workspace, which never changes; None where there is no such workspace."""
        if workspace_id not in self._organizations:
            item = self._control.get(Key(keys.workspaces(), workspace_id), consistent=True)
            if item is None:
                return None
            self._organizations[workspace_id] = record_of(item, Workspace).organization
        return self._organizations[workspace_id]

    def _known(self, key_hash: str) -> ApiKey | None:
        now_us = self._clock.now_us()
        read_us, key = self._cache.get(key_hash, (None, None))
        if read_us is not None and now_us - read_us < CACHE_S * US_PER_S:
            return key
        item = self._control.get(keys.api_key(key_hash))
        key = None if item is None else record_of(item, ApiKey)
        self._remember(key_hash, now_us, key)
        return key

    def _remember(self, key_hash: str, now_us: int, key: ApiKey | None) -> None:
        """Unknown keys are not cached: a key must work from the moment it is made."""
        if key is None:
            return
        if len(self._cache) >= _MAX_CACHED:
            self._cache.clear()
        self._cache[key_hash] = (now_us, key)
