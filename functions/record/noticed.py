"""Which traces got feedback: what the feed says for rules, apart from what requests touched and are counted by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from shared.runs.fact import Envelope
from shared.store.feed import noticed_item
from shared.store.ports import Item
from shared.store.recount import late_items
from shared.store.traces import StoredTrace


class Noticed:
    """The traces that the feedback of a batch is about, by the envelope that it came in."""

    def __init__(self) -> None:
        self._envelopes: dict[int, Envelope] = {}
        self._traces: dict[int, dict[str, StoredTrace]] = defaultdict(dict)

    def add(self, envelope: Envelope, stored: StoredTrace) -> None:
        """An envelope said something of a trace that is here."""
        self._envelopes[id(envelope)] = envelope
        self._traces[id(envelope)][stored.id] = stored

    def traces(self, envelope: Envelope) -> list[tuple[str, str]]:
        """What it noticed, for its row of the feed."""
        return _pairs(self._traces.get(id(envelope), {}))

    def rows_beside(self, written: Collection[int], now_us: int) -> Iterator[Item]:
        """The rows of envelopes that brought nothing else, and so have no row of the feed."""
        for name, traces in self._traces.items():
            if name not in written:
                envelope = self._envelopes[name]
                ends_us = max(stored.ends_us for stored in traces.values())
                yield noticed_item(envelope.workspace, envelope.receipt, _pairs(traces), now_us, ends_us)
                yield from late_items(envelope.workspace, envelope.receipt, (), now_us)


def settled_rows(receipts: Mapping[tuple[str, str], str], stored: StoredTrace, now_us: int) -> Iterator[Item]:
    """What the feed says of a trace whose feedback was said, or found its run, apart from what brought its runs."""
    receipt = receipts.get((stored.workspace, stored.id))
    if stored.feedback and receipt is not None:
        yield noticed_item(stored.workspace, receipt, _pairs({stored.id: stored}), now_us, stored.ends_us)
        yield from late_items(stored.workspace, receipt, (), now_us)


def _pairs(traces: Mapping[str, StoredTrace]) -> list[tuple[str, str]]:
    """Each trace with each project that it has runs in: one, nearly always."""
    return sorted({(trace_id, chunk.project) for trace_id, stored in traces.items() for chunk in stored.chunks})
