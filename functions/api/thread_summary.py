"""A thread as a filter sees it: what its turns add up to, by fields of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.base.units import US_PER_S
from shared.runs.filter.evaluate import UNKNOWN, EntryParts, Unknown
from shared.runs.filter.expression import Expression, Family
from shared.runs.filter.fields import FIELDS, Holds
from shared.runs.filter.parse import parse
from shared.runs.filter.subject import Known
from shared.runs.stats import Stats

_AS_OF_RUNS = (
    *("thread_id", "session_id", "status", "tags", "start_time"),
    *("total_tokens", "prompt_tokens", "completion_tokens", "total_cost", "prompt_cost", "completion_cost"),
    *("metadata_key", "metadata_value"),
    *("feedback_key", "feedback_score", "feedback_value", "feedback_comment", "feedback_source"),
)
THREAD_FIELDS: dict[str, Holds] = {
    **{name: FIELDS[name] for name in _AS_OF_RUNS},
    "count": "number",
    "num_errored_turns": "number",
    "min_start_time": "time",
    "max_start_time": "time",
    "latency_p50": "seconds",
    "latency_p99": "seconds",
    "last_error": "text",
    "first_inputs": "text",
    "last_outputs": "text",
}
"""What a thread may be asked for: the names under which lists of threads show it, and those that go with runs."""
_MEDIAN, _TAIL = 0.5, 0.99


def parsed_thread_filter(text: str | None) -> Expression | None:
    """The condition that a `thread_filter` means; an empty one asks for nothing. Raises: FilterError."""
    return parse(text, THREAD_FIELDS) if text and text.strip() else None


@dataclass(frozen=True)
class ThreadSummary:
    """A thread of one project; `turns` are what is known of the roots of its traces, the newest first.

    It has failed where any turn has, and is pending where none has and the last has not ended.
    """

    thread_id: str
    project: str
    turns: Sequence[Known]
    stats: Stats

    def value(self, field: str) -> object:
        """The value of a field in its own unit, None where it has none."""
        return _VALUES[field](self)

    def entries(self, family: Family) -> Iterable[EntryParts] | Unknown:
        """The entries of all turns together; unknown where one's are."""
        of_turns = [turn.entries(family) for turn in self.turns]
        known = [entries for entries in of_turns if not isinstance(entries, Unknown)]
        return UNKNOWN if len(known) < len(of_turns) else [entry for entries in known for entry in entries]

    def searched(self) -> str | Unknown:
        """Names, errors and previews of all turns."""
        texts = [turn.searched() for turn in self.turns]
        known = [text for text in texts if isinstance(text, str)]
        return UNKNOWN if len(known) < len(texts) else "\n".join(known)

    @property
    def status(self) -> str:
        """As a run's: that of all turns together."""
        return "error" if self.stats.failed else self.turns[0].run.status

    @property
    def last_error(self) -> str | None:
        """The error of the last turn that failed."""
        return next((turn.run.error_preview for turn in self.turns if turn.run.status == "error"), None)

    @property
    def tags(self) -> list[str]:
        """Those of any turn."""
        return list(dict.fromkeys(tag for turn in self.turns for tag in turn.run.tags or ()))

    def cost(self, dollars: Decimal) -> float | None:
        """A sum of costs; None where none is known."""
        return float(dollars) if self.stats.costed else None

    def latency_s(self, share: float) -> float | None:
        """A percentile of the turns' latencies."""
        found = self.stats.latency_us.percentile(share)
        return None if found is None else found / US_PER_S


_VALUES: dict[str, Callable[[ThreadSummary], object]] = {
    "thread_id": lambda thread: thread.thread_id,
    "session_id": lambda thread: thread.project,
    "status": lambda thread: thread.status,
    "tags": lambda thread: thread.tags,
    "count": lambda thread: len(thread.turns),
    "num_errored_turns": lambda thread: thread.stats.failed,
    "start_time": lambda thread: thread.turns[0].run.start_us,
    "min_start_time": lambda thread: thread.turns[-1].run.start_us,
    "max_start_time": lambda thread: thread.turns[0].run.start_us,
    "latency_p50": lambda thread: thread.latency_s(_MEDIAN),
    "latency_p99": lambda thread: thread.latency_s(_TAIL),
    "total_tokens": lambda thread: thread.stats.total_tokens,
    "prompt_tokens": lambda thread: thread.stats.prompt_tokens,
    "completion_tokens": lambda thread: thread.stats.completion_tokens,
    "total_cost": lambda thread: thread.cost(thread.stats.total_cost),
    "prompt_cost": lambda thread: thread.cost(thread.stats.prompt_cost),
    "completion_cost": lambda thread: thread.cost(thread.stats.completion_cost),
    "last_error": lambda thread: thread.last_error,
    "first_inputs": lambda thread: thread.turns[-1].run.inputs_preview,
    "last_outputs": lambda thread: thread.turns[0].run.outputs_preview,
}
