"""Presigned feedback tokens: a row by the token's hash for whoever uses it, one by its run for lists."""

from __future__ import annotations

from collections.abc import Iterable

from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.feedback.token import FeedbackToken, hash_of
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import Item, Key, KeyRange, Table
from shared.store.rows import item_of, record_of


class FeedbackTokens:
    """Questions and commands about presigned tokens."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def keep(self, tokens: Iterable[FeedbackToken]) -> None:
        """Store new tokens; each works from now on."""
        rows = []
        for token in tokens:
            of_run = Key(keys.feedback_tokens(token.workspace, token.run_id), token.id)
            rows += [_item(keys.feedback_token(token.hash), token), _item(of_run, token)]
        self._table.put(rows)

    def get(self, token_text: str) -> FeedbackToken:
        """The token with this text. Raises: NotFound, also when its time is over."""
        item = self._table.get(keys.feedback_token(hash_of(token_text)), consistent=True)
        token = None if item is None else record_of(item, FeedbackToken)
        if token is None or token.expires_us <= self._clock.now_us():
            raise NotFound("This feedback token does not exist or has expired; ask for a new one")
        return token

    def of_run(self, workspace: str, run_id: str) -> list[FeedbackToken]:
        """The tokens for a run that still work, oldest first."""
        items = self._table.query(KeyRange(keys.feedback_tokens(workspace, run_id), consistent=True))
        tokens = [record_of(item, FeedbackToken) for item in items]
        working = [token for token in tokens if token.expires_us > self._clock.now_us()]
        return sorted(working, key=lambda token: (token.created_us, token.id))


def _item(key: Key, token: FeedbackToken) -> Item:
    row = item_of(key, token)
    return Item(row.pk, row.sk, row.attributes, deletable_epoch_s(token.expires_us))
