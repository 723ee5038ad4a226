"""Feedback configurations of a workspace, in the control table: one row a feedback key."""

from __future__ import annotations

from shared.base.errors import NotFound
from shared.feedback.config import FeedbackConfig
from shared.store import keys
from shared.store.ports import Absent, Key, KeyRange, Table
from shared.store.rows import item_of, record_of


class FeedbackConfigs:
    """Questions and commands about how feedback is to be read."""

    def __init__(self, control: Table) -> None:
        self._control = control

    def all(self, workspace: str) -> list[FeedbackConfig]:
        """All configurations of a workspace, in order of their keys."""
        items = self._control.query(KeyRange(keys.feedback_configs(workspace), consistent=True))
        return [record_of(item, FeedbackConfig) for item in items]

    def find(self, workspace: str, feedback_key: str) -> FeedbackConfig | None:
        """The configuration of one key, or None."""
        item = self._control.get(Key(keys.feedback_configs(workspace), feedback_key), consistent=True)
        return None if item is None else record_of(item, FeedbackConfig)

    def get(self, workspace: str, feedback_key: str) -> FeedbackConfig:
        """The configuration of one key. Raises: NotFound."""
        found = self.find(workspace, feedback_key)
        if found is None:
            raise NotFound(f"Feedback key {feedback_key!r} has no configuration; create one first")
        return found

    def create(self, workspace: str, config: FeedbackConfig) -> FeedbackConfig:
        """The configuration that stands for its key: this one, unless there was one already."""
        key = Key(keys.feedback_configs(workspace), config.key)
        return config if self._control.put_if(item_of(key, config), Absent()) else self.get(workspace, config.key)

    def change(self, workspace: str, config: FeedbackConfig) -> None:
        """Put a configuration in the place of the one its key has."""
        self._control.put([item_of(Key(keys.feedback_configs(workspace), config.key), config)])

    def delete(self, workspace: str, feedback_key: str) -> None:
        """Let a key have no configuration; where it has none, nothing happens."""
        self._control.delete([Key(keys.feedback_configs(workspace), feedback_key)])
