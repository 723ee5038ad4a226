"""The three filters of a query: on the run, on the root of its trace, on any run of its trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.runs.filter.evaluate import Answer, evaluate
from shared.runs.filter.expression import Expression
from shared.runs.filter.parse import parse
from shared.runs.filter.plan import Bounds, bounds
from shared.runs.filter.subject import Known
from shared.runs.filter.when_said import asks_of_feedback, when_said
from shared.runs.run import Run
from shared.store.chunks import Chunk
from shared.store.heads import Head
from shared.store.whole import WholeTrace


@dataclass(frozen=True)
class Filters:
    """Expressions that all must hold; None asks for nothing.

    `is_of_when` where they ask when feedback was said, which only whole traces tell.
    """

    on_run: Expression | None = None
    on_root: Expression | None = None
    on_tree: Expression | None = None
    is_of_when: bool = False

    @classmethod
    def parsed(cls, run: str | None = None, root: str | None = None, tree: str | None = None) -> Filters:
        """The filters that these texts mean; empty texts ask for nothing. Raises: FilterError."""
        on_run, on_root, on_tree = (parse(text) if text and text.strip() else None for text in (run, root, tree))
        return cls(on_run, on_root, on_tree)

    @property
    def ask_of_feedback(self) -> bool:
        """Whether any has a condition on feedback."""
        return any(map(asks_of_feedback, (self.on_run, self.on_root, self.on_tree)))

    def when_said(self, start_us: int | None, end_us: int | None) -> Filters:
        """The same, where conditions on feedback see only what was last modified in [start, end)."""
        asked = (self.on_run, self.on_root, self.on_tree)
        on_run, on_root, on_tree = (one and when_said(one, start_us, end_us) for one in asked)
        return Filters(on_run, on_root, on_tree, is_of_when=True)

    @property
    def bounds(self) -> Bounds:
        """What every run that matches must be."""
        return bounds(self.on_run)

    def judge(self, run: Run, head: Head | None) -> Answer:
        """What a log row or a head tells: False is final, True too, None must be asked of the whole trace."""
        known = Known(run) if head is None else Known(run, head.totals, self._said_in(head), has_totals=True)
        answer = True if self.on_run is None else evaluate(self.on_run, known)
        if answer is False:
            return False
        if self.on_root is not None:
            root = evaluate(self.on_root, known) if run.is_root else None
            if not root:
                return root
        return None if self.on_tree is not None else answer

    def unopened(self, whole: WholeTrace, run_id: str) -> Iterator[Chunk]:
        """The chunks whose payload it takes to tell whether a run of this trace matches."""
        asked = ((self.on_run, (run_id,)), (self.on_root, (whole.id,)))
        for expression, run_ids in asked:
            if expression is not None:
                yield from whole.unopened(expression, run_ids)
        if self.on_tree is not None:
            yield from whole.unopened_anywhere(self.on_tree)

    def match(self, whole: WholeTrace, run: Run) -> bool:
        """Whether a run matches, with all of its trace to hand."""
        return (
            (self.on_run is None or evaluate(self.on_run, whole.known(run)) is True)
            and (self.on_root is None or whole.root_matches(self.on_root))
            and (self.on_tree is None or whole.any_matches(self.on_tree))
        )

    def _said_in(self, head: Head) -> list[dict[str, Any]] | None:
        """The feedback on a root as far as its head tells what these filters ask of it."""
        return None if self.is_of_when and head.feedback != [] else head.feedback_on_root


NO_FILTERS = Filters()
