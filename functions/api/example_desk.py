"""What is done with examples for one caller: made of bodies and of runs, read, changed, deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from functions.api.auth import Caller
from functions.api.schemas.asked import optional_uuid, uuid_of, uuids_of
from functions.api.schemas.example import ExampleBody, ExampleQuery, example_object
from functions.api.source_runs import Named, SourceRuns
from shared.base.errors import Conflict, Malformed, TooLarge
from shared.datasets.example import SPLIT, Content, Draft, Example, with_splits
from shared.store.datasets import Datasets

MAX_PAGE = 100
MAX_ANSWER_BYTES = 20_000_000
"""Of inputs and outputs in one answer, before it is compressed. A page is never cut short: clients take one that is
for the last."""
_AT_ONCE = 100


class ExampleDesk:
    """Questions and commands about the examples of the caller's workspace."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._runs = SourceRuns(caller)
        self.datasets = datasets_of(caller)

    def add(self, dataset_id: str, bodies: Sequence[ExampleBody]) -> list[str]:
        """Keep these examples; gives their ids, in the order asked. Raises: NotFound, Malformed, Conflict, TooLarge."""
        drafts = [self._draft(one) for one in bodies]
        if len({one.id for one in drafts}) < len(drafts):
            raise Malformed("id: two of the examples have the same one")
        self.datasets.add(self._caller.workspace, dataset_id, drafts)
        return [one.id for one in drafts]

    def read(self, example_id: str) -> dict[str, Any]:
        """One example, whole. Raises: NotFound."""
        example = self.datasets.example(self._caller.workspace, uuid_of(example_id, "example_id"))
        return self._shown([example], ExampleQuery())[0]

    def read_all(self, example_ids: Iterable[str]) -> list[dict[str, Any]]:
        """These examples, whole."""
        return self._shown(self.datasets.some(self._caller.workspace, example_ids), ExampleQuery())

    def page(self, asked: ExampleQuery) -> tuple[list[dict[str, Any]], int | None]:
        """The examples that are asked for, the newest first; and how many there are, where that is known.

        Raises: NotFound, Malformed, TooLarge.
        """
        asked.check()
        ids, limit = self._candidates(asked), min(asked.limit, MAX_PAGE)
        if not asked.splits and not asked.pairs:
            page = self.datasets.some(self._caller.workspace, ids[asked.offset : asked.offset + limit])
            return self._shown(page, asked), len(ids)
        found = (one for one in self._each(ids) if one.is_in(asked.splits or [], asked.pairs))
        return self._shown(list(islice(found, asked.offset, asked.offset + limit)), asked), None

    def count(self, asked: ExampleQuery) -> int:
        """How many examples match. Raises: NotFound, Malformed."""
        asked.check()
        ids = self._candidates(asked)
        if not asked.splits and not asked.pairs:
            return len(ids)
        return sum(one.is_in(asked.splits or [], asked.pairs) for one in self._each(ids))

    def change(self, example: Example, body: ExampleBody) -> None:
        """Give an example what the body says, and leave what it does not. Raises: Malformed, Conflict, TooLarge."""
        if body.dataset_id is not None and uuid_of(body.dataset_id, "dataset_id") != example.dataset:
            raise Conflict(f"Example {example.id} is in dataset {example.dataset}; it cannot be put into another")
        said, [known] = body.content(), self.datasets.examples.contents([example])
        content = Content(said.inputs or known.inputs, said.outputs or known.outputs)
        self.datasets.examples.change(self._caller.workspace, example, content, _metadata(example, body))

    def named(self, bodies: Iterable[ExampleBody], dataset_id: str | None = None) -> list[tuple[Example, ExampleBody]]:
        """Each body with its example, all of them there, in this dataset. Raises: NotFound, Malformed, Conflict."""
        pairs = []
        for body in bodies:
            example = self.datasets.example(self._caller.workspace, uuid_of(body.id or "", "id"))
            if dataset_id is not None and example.dataset != dataset_id:
                raise Conflict(f"Example {example.id} is in dataset {example.dataset}, not in {dataset_id}")
            pairs.append((example, body))
        return pairs

    def delete(self, example_ids: Iterable[str]) -> None:
        """Remove examples. Raises: NotFound, Malformed."""
        ids = [uuid_of(one, "example_ids") for one in example_ids]
        found = [self.datasets.example(self._caller.workspace, one) for one in dict.fromkeys(ids)]
        self.datasets.examples.delete(self._caller.workspace, found)

    def _candidates(self, asked: ExampleQuery) -> list[str]:
        """The ids to choose from: of the dataset, of those that are named, or of both."""
        named, dataset_id = uuids_of(asked.id, "id"), optional_uuid(asked.dataset, "dataset")
        if dataset_id is None:
            if not named:
                raise Malformed("dataset: name the dataset, or examples by id")
            return [one.id for one in self.datasets.some(self._caller.workspace, named)]
        self.datasets.get(self._caller.workspace, dataset_id)
        listed = [one.id for one in self.datasets.examples.listed(self._caller.workspace, dataset_id)]
        return [one for one in listed if one in set(named)] if named else listed

    def _each(self, ids: Sequence[str]) -> Iterable[Example]:
        for begin in range(0, len(ids), _AT_ONCE):
            yield from self.datasets.some(self._caller.workspace, ids[begin : begin + _AT_ONCE])

    def _shown(self, examples: Sequence[Example], asked: ExampleQuery) -> list[dict[str, Any]]:
        """Only what is asked for is fetched. Raises: TooLarge."""
        fields = asked.fields()
        if not {"inputs", "outputs"} & set(fields):
            return [example_object(one, fields) for one in examples]
        content_bytes = sum(one.content_bytes for one in examples)
        if len(examples) > 1 and content_bytes > MAX_ANSWER_BYTES:
            raise TooLarge(
                f"These {len(examples)} examples have {content_bytes} bytes of inputs and outputs; one answer has "
                f"{MAX_ANSWER_BYTES} at most: ask for smaller pages (limit), or for other fields (select)"
            )
        contents = self.datasets.examples.contents(examples)
        return [example_object(one, fields, content) for one, content in zip(examples, contents, strict=True)]

    def _draft(self, body: ExampleBody) -> Draft:
        """The example that a body asks for. Raises: Malformed, NotFound."""
        content, source_run = body.content(), optional_uuid(body.source_run_id, "source_run_id")
        source_trace = None
        if body.use_source_run_io:
            if source_run is None:
                raise Malformed("source_run_id: name the run whose inputs and outputs use_source_run_io copies")
            whole = self._runs.whole(source_run)
            copied, source_trace = self.datasets.content_of(whole, whole.runs[source_run].run), whole.id
            content = Content(content.inputs or copied.inputs, content.outputs or copied.outputs)
        elif source_run is not None:
            source_trace = self._runs.trace_of(Named(source_run))
        if content.inputs is None and not body.use_source_run_io:
            raise Malformed("inputs: an example has inputs, or use_source_run_io with a source_run_id")
        created_us = body.created_us(self._caller.now_us)
        metadata = with_splits(body.metadata, body.split)
        by = self._caller.key.description
        return Draft(body.named(), content, metadata, created_us, source_run, source_trace, by)


def datasets_of(caller: Caller) -> Datasets:
    """The datasets of the room's store."""
    room = caller.room
    return Datasets(room.store, room.ask.traces, room.clock)


def _metadata(example: Example, body: ExampleBody) -> Mapping[str, Any] | None:
    """What the example's metadata becomes; None where neither it nor the splits are said."""
    if body.metadata is None and body.split is None:
        return None
    known = example.metadata_object
    splits = body.split if body.split is not None else known.get(SPLIT)
    return with_splits(known if body.metadata is None else body.metadata, splits)
