"""The three filters of a query: on the run, on the root of its trace, on any run of its trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.runs.filter.evaluate import Answer, evaluate
from shared.runs.filter.expression import Expression
from shared.runs.filter.parse import parse
from shared.runs.filter.plan import Bounds, bounds
from shared.runs.filter.subject import Known
from shared.runs.run import Run
from shared.store.heads import Head
from shared.store.traces import Chunk
from shared.store.whole import WholeTrace


@dataclass(frozen=True)
class Filters:
    """Expressions that all must hold; None asks for nothing."""

    on_run: Expression | None = None
    on_root: Expression | None = None
    on_tree: Expression | None = None

    @classmethod
    def parsed(cls, run: str | None = None, root: str | None = None, tree: str | None = None) -> Filters:
        """The filters that these texts mean; empty texts ask for nothing. Raises: FilterError."""
        return cls(*(parse(text) if text and text.strip() else None for text in (run, root, tree)))

    @property
    def bounds(self) -> Bounds:
        """What every run that matches must be."""
        return bounds(self.on_run)

    def judge(self, run: Run, head: Head | None) -> Answer:
        """What a log row or a head tells: False is final, True too, None must be asked of the whole trace."""
        known = Known(run) if head is None else Known(run, head.totals, head.feedback_on_root, has_totals=True)
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


NO_FILTERS = Filters()
