"""The upgrades that a rule with a cap has made in a month, and those it is about to make: reserved, counted once.

One row a rule and month. It names the traces of the last passes, so that a pass which is done again reserves the same
ones again; older passes are a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

import msgspec

from shared.base.errors import Unavailable
from shared.store import keys
from shared.store.ports import Absent, Condition, Equals, Item, Table

MAX_PASSES = 16
"""So many passes are remembered by their traces: no two of a rule are ever at work that are further apart."""
_HASH_BYTES = 6
_TRIES = 10
_FRAME, _VERSION = "f", "v"


class _Cap(msgspec.Struct, array_like=True):
    """`before` is the number of older passes; `passes` has the traces of each of the newest by its name."""

    before: int = 0
    passes: dict[str, list[bytes]] = {}

    @property
    def taken(self) -> int:
        """How many upgrades were made, or are about to be."""
        return self.before + sum(map(len, self.passes.values()))


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Cap).decode


class RuleCaps:
    """Questions and commands about what rules with a cap have used of it."""

    def __init__(self, control: Table) -> None:
        self._control = control

    def taken(self, workspace: str, rule_id: str, month: str) -> int:
        """The upgrades of a month, such as `2026-11`, with those that are about to be made."""
        return self._read(workspace, rule_id, month)[0].taken

    def reserve(
        self, workspace: str, rule_id: str, month: str, pass_name: str, trace_ids: Sequence[str], most: int
    ) -> frozenset[str]:
        """Those of the traces that may be upgraded: the first, while there are no more than `most` in the month.

        Asked again in the same pass, those that it was given before are given again, and count once.
        """
        for _ in range(_TRIES):
            cap, version = self._read(workspace, rule_id, month)
            held = cap.passes.get(pass_name, [])
            new = [one for one in dict.fromkeys(trace_ids) if _hash(one) not in held][: max(0, most - cap.taken)]
            given = frozenset(new) | {one for one in trace_ids if _hash(one) in held}
            wanted = [*held, *map(_hash, new)]
            if not new or self._write(workspace, rule_id, month, _with(cap, pass_name, wanted), version):
                return given
        raise Unavailable(f"the cap of rule {rule_id} changed {_TRIES} times while it was reserved from")

    def give_back(self, workspace: str, rule_id: str, month: str, pass_name: str, trace_ids: Collection[str]) -> None:
        """Say that these were not upgraded by the rule after all."""
        back = set(map(_hash, trace_ids))
        for _ in range(_TRIES if back else 0):
            cap, version = self._read(workspace, rule_id, month)
            held = cap.passes.get(pass_name, [])
            left = [one for one in held if one not in back]
            if left == held or self._write(workspace, rule_id, month, _with(cap, pass_name, left), version):
                return

    def _read(self, workspace: str, rule_id: str, month: str) -> tuple[_Cap, int]:
        row = self._control.get(keys.rule_cap(workspace, rule_id, month), consistent=True)
        if row is None:
            return _Cap(), 0
        return _decode(row.attributes[_FRAME]), int(row.attributes[_VERSION] or 0)  # type: ignore[arg-type]

    def _write(self, workspace: str, rule_id: str, month: str, cap: _Cap, version: int) -> bool:
        key = keys.rule_cap(workspace, rule_id, month)
        condition: Condition = Equals(_VERSION, version) if version else Absent()
        return self._control.put_if(Item(key.pk, key.sk, {_FRAME: _encode(cap), _VERSION: version + 1}), condition)


def _with(cap: _Cap, pass_name: str, hashes: list[bytes]) -> _Cap:
    """The cap where a pass has these traces; the oldest passes become a number."""
    passes = {**cap.passes, pass_name: hashes}
    old = sorted(passes)[: max(0, len(passes) - MAX_PASSES)]
    before = cap.before + sum(len(passes.pop(name)) for name in old)
    return _Cap(before, {name: traces for name, traces in passes.items() if traces})


def _hash(trace_id: str) -> bytes:
    return hashlib.sha256(trace_id.encode()).digest()[:_HASH_BYTES]
