"""A trace's tokens and costs are counted once, whatever its shape."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from shared.runs.cost import Cost
from shared.runs.token_counts import Usage
from shared.runs.totals import NOTHING, Node, Totals, roll_up

USAGE: Usage = {"input": 10, "output": 5, "total": 15, "input_details": {"cache_read": 4}}
COST = Cost(Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), {"cache_read": Decimal("0.04")})
COUNTED = Totals(10, 5, 15, {"cache_read": 4}, {}, COST.prompt, COST.completion, COST.total, COST.prompt_details)
MOST_RUNS = 25_000


def node(
    run_id: str, parent_id: str | None, run_type: str = "chain", *, counts: bool = False, costs: bool = False
) -> Node:
    """One run; `counts` with the usage above, `costs` with the cost above."""
    return Node(run_id, parent_id, run_type, USAGE if counts else None, COST if costs else None)


def test_a_parent_that_repeats_its_child_is_not_counted_again() -> None:
    """The model call's answer goes up through parser and chain, usage and all."""
    totals = roll_up(
        [
            node("root", None, counts=True, costs=True),
            node("chain", "root", counts=True),
            node("llm", "chain", "llm", counts=True, costs=True),
            node("tool", "root", "tool"),
        ]
    )
    assert totals == {"root": COUNTED, "chain": COUNTED, "llm": COUNTED, "tool": NOTHING}


def test_a_model_call_inside_a_model_call_is_one() -> None:
    """A wrapped client under a LangChain model: both say the same counts."""
    totals = roll_up([node("outer", None, "llm", counts=True), node("inner", "outer", "llm", counts=True)])
    assert totals["outer"].total_tokens == totals["inner"].total_tokens == 15


def test_what_repeats_a_model_call_below_it_is_not_counted_either() -> None:
    """A parser under its model call: the call is counted, the parser shows what it said."""
    totals = roll_up([node("llm", None, "llm", counts=True), node("parser", "llm", "parser", counts=True)])
    assert totals["llm"].total_tokens == totals["parser"].total_tokens == 15


def test_usage_without_a_model_call_counts() -> None:
    """Someone may trace a whole call to a model as a chain; embeddings count as well."""
    totals = roll_up([node("a", None, counts=True), node("b", None), node("c", "b", "embedding", counts=True)])
    assert totals["a"].total_tokens == totals["b"].total_tokens == 15


def test_a_cost_without_tokens_is_added_wherever_it_stands() -> None:
    """A tool that says what it cost, above, below and beside a model call."""
    totals = roll_up(
        [
            node("root", None, costs=True),
            node("llm", "root", "llm", counts=True, costs=True),
            node("tool", "llm", "tool", costs=True),
        ]
    )
    assert totals["root"].total_cost == Decimal("0.9")
    assert totals["llm"].total_cost == Decimal("0.6")
    assert totals["root"].total_tokens == 15


def test_an_unknown_cost_stays_unknown_beside_known_tokens() -> None:
    """Not zero; and a known one beside it is not lost."""
    unknown = roll_up([node("a", None), node("b", "a", "llm", counts=True)])
    assert (unknown["a"].total_tokens, unknown["a"].total_cost) == (15, None)
    mixed = roll_up(
        [node("a", None), node("b", "a", "llm", counts=True), node("c", "a", "llm", counts=True, costs=True)]
    )
    assert (mixed["a"].total_tokens, mixed["a"].total_cost) == (30, COST.total)


def test_orphans_are_roots() -> None:
    """A parent that never arrived takes nothing with it."""
    assert roll_up([node("a", "never came", "llm", counts=True)])["a"] == Totals(10, 5, 15, {"cache_read": 4})


def test_a_circle_is_counted_once_at_each_of_its_runs() -> None:
    """Hostile parents: each run of the circle shows itself and what hangs from it."""
    totals = roll_up(
        [
            node("a", "b"),
            node("b", "a"),
            node("self", "self", "llm", counts=True),
            node("leaf", "a", "llm", counts=True),
        ]
    )
    assert (totals["a"].total_tokens, totals["b"].total_tokens, totals["self"].total_tokens) == (15, 0, 15)


def test_a_trace_as_long_as_they_come_rolls_up() -> None:
    """One chain of 25,000 runs, whose last is the model call: no recursion, no copy of all below."""
    chain = [node("0", None), *(node(str(i), str(i - 1)) for i in range(1, MOST_RUNS))]
    chain[-1] = node(str(MOST_RUNS - 1), str(MOST_RUNS - 2), "llm", counts=True, costs=True)
    totals = roll_up(reversed(chain))
    assert len(totals) == MOST_RUNS
    assert totals["0"] == COUNTED


IDS = st.integers(0, 11).map(str)
USAGES = st.one_of(
    st.none(),
    st.just(USAGE),
    st.builds(
        lambda a, b, kinds: Usage(input=a, output=b, total=a + b, output_details=kinds),
        st.integers(0, 9),
        st.integers(0, 9),
        st.dictionaries(st.sampled_from(["reasoning", "audio"]), st.integers(1, 9)),
    ),
    st.just(Usage(total_cost="1")),
)
AMOUNTS = st.none() | st.decimals(0, 10**6, places=12)
COSTS = st.none() | st.builds(Cost, AMOUNTS, AMOUNTS, AMOUNTS)
TYPES = st.sampled_from(["llm", "embedding", "chain", "tool"])
TRACES = st.dictionaries(IDS, st.tuples(st.none() | IDS, TYPES, USAGES, COSTS), max_size=12).map(
    lambda runs: [Node(run_id, *said) for run_id, said in runs.items()]
)


def parents_of(nodes: list[Node]) -> dict[str, str | None]:
    """Each run's parent, with links that lead nowhere or round in circles cut."""
    links = {each.run_id: each.parent_id for each in nodes}

    def above(run_id: str) -> Iterator[str]:
        seen: set[str] = set()
        at = links[run_id]
        while at in links and at not in seen:
            seen.add(at)
            yield at
            at = links[at]

    return {
        run_id: None if parent not in links or run_id in above(run_id) else parent for run_id, parent in links.items()
    }


def counted_below(nodes: list[Node], top: str) -> list[Node]:
    """The runs whose tokens or costs make up the totals of `top`: the rule, said plainly and slowly."""
    parents = parents_of(nodes)

    def above(run_id: str) -> list[str]:
        path = []
        at = parents[run_id]
        while at is not None:
            path.append(at)
            at = parents[at]
        return path

    inside = [each for each in nodes if each.run_id == top or top in above(each.run_id)]
    carriers = [each for each in inside if each.usage and each.usage.get("total")]
    models = [each for each in carriers if each.run_type in {"llm", "embedding"}]
    counted = [each for each in models if not any(each.run_id in above(other.run_id) for other in models)]
    counted_ids = {each.run_id for each in counted}
    others = [
        each
        for each in carriers
        if each not in models
        and not any(each.run_id in above(other.run_id) for other in carriers)
        and not counted_ids.intersection(above(each.run_id))
    ]
    return counted + others + [each for each in inside if each.cost and each not in carriers]


@given(TRACES)
def test_totals_are_what_the_plain_rule_says(nodes: list[Node]) -> None:
    """The quick roll-up agrees with a slow one that follows the rule word by word, circles and orphans included."""
    totals = roll_up(nodes)
    assert totals.keys() == {each.run_id for each in nodes}
    for run_id, said in totals.items():
        counted = counted_below(nodes, run_id)
        usages = [each.usage for each in counted if each.usage and each.usage.get("total")]
        assert said.prompt_tokens == sum(usage["input"] for usage in usages)
        assert said.completion_tokens == sum(usage["output"] for usage in usages)
        assert said.total_tokens == sum(usage["total"] for usage in usages)
        reasoning = sum(usage.get("output_details", {}).get("reasoning", 0) for usage in usages)
        assert said.completion_token_details.get("reasoning", 0) == reasoning
        known = [each.cost.total for each in counted if each.cost and each.cost.total is not None]
        assert said.total_cost == (sum(known) if known else None)


@given(TRACES, st.randoms(use_true_random=False))
def test_the_order_of_the_runs_changes_nothing(nodes: list[Node], order: Random) -> None:
    """Facts arrive in any order, and decimals are exact."""
    shuffled = list(nodes)
    order.shuffle(shuffled)
    assert roll_up(shuffled) == roll_up(nodes)


@given(TRACES)
def test_roots_add_up_to_the_whole(nodes: list[Node]) -> None:
    """Put under one new root, the roots' totals are that root's, which is the sum over any partition by root."""
    totals = roll_up(nodes)
    parents = parents_of(nodes)
    joined = [each._replace(parent_id=parents[each.run_id] or "top") for each in nodes]
    top = roll_up([*joined, node("top", None)])["top"]
    roots = [totals[run_id] for run_id, parent in parents.items() if parent is None]
    assert top.total_tokens == sum(root.total_tokens for root in roots)
    assert (top.total_cost or 0) == sum(root.total_cost or 0 for root in roots)


@given(TRACES)
def test_details_change_no_total(nodes: list[Node]) -> None:
    """The same trace without its kinds of tokens has the same sums."""
    bare = [
        each._replace(
            usage={"input": each.usage["input"], "output": each.usage["output"], "total": each.usage["total"]}
        )
        if each.usage and "input" in each.usage
        else each
        for each in nodes
    ]
    plain, detailed = roll_up(bare), roll_up(nodes)
    for run_id, said in detailed.items():
        assert (said.prompt_tokens, said.completion_tokens, said.total_tokens, said.total_cost) == (
            plain[run_id].prompt_tokens,
            plain[run_id].completion_tokens,
            plain[run_id].total_tokens,
            plain[run_id].total_cost,
        )
