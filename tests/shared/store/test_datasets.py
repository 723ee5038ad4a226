"""Examples that are made of runs: a copy of what the run got and gave, or should have given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.base.errors import NotFound
from shared.base.ids import new_receipt, new_uuid
from shared.base.units import US_PER_S
from shared.datasets.dataset import Dataset
from shared.datasets.example import example_id
from shared.store.datasets import AddedExample, Datasets
from shared.store.whole import WholeTraces
from tests.operations import WORKSPACE, envelope
from tests.record_room import RecordRoom, agent_trace
from tests.stores import NOON_US


class Library(RecordRoom):
    """One recorded trace, and a dataset."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        facts = agent_trace()
        self.root, self.llm = facts[0].run_id, facts[1].run_id
        self.take(envelope(facts, NOON_US))
        self.datasets = Datasets(self.store, self.ask.traces, self.clock)
        self.dataset = self.datasets.create(WORKSPACE, Dataset(new_uuid(), "golden", NOON_US, NOON_US)).id

    def add(self, run_id: str, *, prefers_correction: bool = False) -> AddedExample:
        """Make an example of a run, as a rule does."""
        whole = WholeTraces(self.ask, self.ask.prices).one(WORKSPACE, self.root)
        assert whole is not None
        return self.datasets.add_run(
            WORKSPACE,
            self.dataset,
            whole,
            whole.runs[run_id].run,
            prefers_correction=prefers_correction,
            by="rule",
            at_us=self.clock.now_us(),
        )

    def correct(self, correction: object, run_id: str = "") -> None:
        """Say what a run should have given, a second later."""
        self.clock.advance(1)
        fields = {"run_id": run_id or self.root, "trace_id": self.root, "key": "right", "correction": correction}
        receipt = new_receipt(self.clock.now_us())
        self.ask.feedbacks.create(WORKSPACE, new_uuid(), fields, receipt)

    def kept(self, named: str) -> dict[str, Any]:
        """What an example holds."""
        example = self.datasets.example(WORKSPACE, named)
        [content] = self.datasets.examples.contents([example])
        texts = {"inputs": content.inputs, "outputs": content.outputs}
        said = {name: None if text is None else msgspec.json.decode(text) for name, text in texts.items()}
        return {**said, "source": (example.source_run, example.source_trace), "by": example.added_by}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """One trace of an agent, and an empty dataset."""
    return Library(tmp_path)


def test_a_run_becomes_an_example_once(library: Library) -> None:
    """With its inputs and outputs, and where they came from; again, nothing is added."""
    added = library.add(library.root)
    assert added == AddedExample(example_id(library.dataset, library.root), is_new=True)
    assert library.kept(added.id) == {
        "inputs": {"question": "refund?"},
        "outputs": {"answer": "yes"},
        "source": (library.root, library.root),
        "by": "rule",
    }
    assert library.add(library.root) == AddedExample(added.id, is_new=False)
    assert len(library.datasets.examples.listed(WORKSPACE, library.dataset)) == 1


def test_the_copy_outlives_the_trace(library: Library) -> None:
    """An example never expires."""
    added = library.add(library.root)
    library.clock.advance(500 * 86_400)
    assert library.trace(library.root) is None
    assert library.kept(added.id)["outputs"] == {"answer": "yes"}


def test_what_a_run_lacks_the_example_lacks(library: Library) -> None:
    """A run without inputs gives an example without."""
    assert library.kept(library.add(library.llm).id)["inputs"] is None


@pytest.mark.parametrize(("correction", "outputs"), [({"answer": "no"}, {"answer": "no"}), ("no", {"output": "no"})])
def test_a_correction_takes_the_place_of_the_outputs(library: Library, correction: object, outputs: object) -> None:
    """The newest about this run, where the rule prefers it; one about another run says nothing of it."""
    library.correct({"answer": "never mind"})
    library.correct(correction)
    library.correct({"text": "other"}, library.llm)
    assert library.kept(library.add(library.root, prefers_correction=True).id)["outputs"] == outputs


def test_a_correction_counts_only_where_it_is_preferred(library: Library) -> None:
    """Nor does feedback without a correction count where it is."""
    library.correct(None)
    assert library.kept(library.add(library.root, prefers_correction=True).id)["outputs"] == {"answer": "yes"}
    library.correct({"text": "better"}, library.llm)
    assert library.kept(library.add(library.llm).id)["outputs"] == {"text": "yes"}


def test_adding_says_that_the_dataset_changed(library: Library) -> None:
    """When something was new, and not else; into one that is gone nothing is added."""
    library.clock.advance(1)
    library.add(library.root)
    library.clock.advance(1)
    library.add(library.root)
    assert library.datasets.get(WORKSPACE, library.dataset).modified_us == NOON_US + US_PER_S
    library.datasets.delete(WORKSPACE, library.dataset)
    with pytest.raises(NotFound, match=f"Dataset {library.dataset} does not exist"):
        library.add(library.llm)
