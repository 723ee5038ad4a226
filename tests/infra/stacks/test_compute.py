"""Each room of the topology is one Lambda, told what its settings class asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.stacks.options import OptionInvalid, Options
from infra.topology import ROOMS, FromQueue, Resource, Room, consumer_of
from tests.infra.stacks.template import Template, plain, synthesised

QUEUES: dict[Resource, str] = {
    "operations": "OperationsQueue",
    "erasures": "ErasuresQueue",
    "shares": "SharesQueue",
    "upgrades": "UpgradesQueue",
    "deliveries": "DeliveriesQueue",
}
ROOM_NAMES = [room.name for room in ROOMS]
each_room = pytest.mark.parametrize("room", ROOMS, ids=ROOM_NAMES)


def test_the_functions_are_the_rooms(template: Template) -> None:
    """No Lambda that the topology does not know, but those of deploys: for the page, and for the keys of shares."""
    handlers = [function["Properties"]["Handler"] for function in template.of_type("AWS::Lambda::Function").values()]
    assert sorted(handlers) == sorted(
        ["make.handler", "publish.handler", *[f"functions.{room.name}.handler.handler" for room in ROOMS]]
    )


@each_room
def test_a_room_runs_on_what_its_packages_were_built_for(template: Template, room: Room) -> None:
    """arm64 and Python 3.13, for the code as for the layer: else no native package loads."""
    function = template.properties(template.function_of(room.name))
    assert (function["Architectures"], function["Runtime"]) == (["arm64"], "python3.13")
    [layer] = [template.properties(plain(layer)) for layer in function["Layers"]]
    assert (layer["CompatibleArchitectures"], layer["CompatibleRuntimes"]) == (["arm64"], ["python3.13"])


@each_room
def test_a_room_can_read_its_settings(template: Template, room: Room) -> None:
    """The environment that CDK writes gives the settings back, each name pointing to the resource it means."""
    environment = template.properties(template.function_of(room.name))["Environment"]["Variables"]
    settings = room.settings.from_environ({name: plain(value) for name, value in environment.items()})
    meant = {
        "traces_table": "TracesTable",
        "control_table": "ControlTable",
        "bucket": "Bucket",
        "snapshots_bucket": "SnapshotsBucket",
        "operations_queue_url": "OperationsQueue",
        "dead_letter_queue_url": "DeadLetterQueue",
        "erasures_queue_url": "ErasuresQueue",
        "erasure_dead_letter_queue_url": "ErasureDeadLetterQueue",
        "upgrades_queue_url": "UpgradesQueue",
        "upgrade_dead_letter_queue_url": "UpgradeDeadLetterQueue",
        "shares_queue_url": "SharesQueue",
        "share_dead_letter_queue_url": "ShareDeadLetterQueue",
        "deliveries_queue_url": "DeliveriesQueue",
        "delivery_dead_letter_queue_url": "DeliveryDeadLetterQueue",
        "signing_secret": "SigningSecret",
        "hooks_secret": "HooksSecret",
        "alerts_topic_arn": "AlertsTopic",
    }
    told = {name: getattr(settings, name) for name in meant if hasattr(settings, name)}
    assert told
    assert told == {name: meant[name] for name in told}


@each_room
def test_a_room_knows_the_periods_that_were_chosen(chosen: Template, room: Room) -> None:
    """Where a room computes an end, it does so with the owner's days, as the bucket's lifecycle does."""
    environment = chosen.properties(chosen.function_of(room.name))["Environment"]["Variables"]
    settings = room.settings.from_environ({name: plain(value) for name, value in environment.items()})
    told = {name: getattr(settings, name) for name in ("base_days", "extended_days") if hasattr(settings, name)}
    assert told == {name: {"base_days": 3, "extended_days": 30}[name] for name in told}


def test_who_tells_people_knows_where_pages_are_and_where_pagerduty_is(template: Template, chosen: Template) -> None:
    """Links of alerts lead to the page's own domain; PagerDuty is the one of the region that was chosen."""
    [domain] = template.of_type("AWS::CloudFront::Distribution")
    told = {
        which: found.properties(found.function_of("deliver"))["Environment"]["Variables"]
        for which, found in (("template", template), ("chosen", chosen))
    }
    assert plain(told["template"]["TRACEKEEP_PAGE_URL"]) == f"https://{domain}"
    assert told["chosen"]["TRACEKEEP_PAGE_URL"] == "https://traces.example.com"
    assert told["template"]["TRACEKEEP_PAGERDUTY_URL"] == "https://events.pagerduty.com/v2/enqueue"
    assert told["chosen"]["TRACEKEEP_PAGERDUTY_URL"] == "https://events.eu.pagerduty.com/v2/enqueue"


@each_room
def test_a_room_has_the_size_that_the_topology_gives(template: Template, room: Room) -> None:
    """Memory (and with it the share of a CPU) and time are the topology's."""
    function = template.properties(template.function_of(room.name))
    assert (function["MemorySize"], function["Timeout"]) == (room.memory_mb, room.timeout_s)


@each_room
def test_a_room_is_traced_by_x_ray(template: Template, room: Room) -> None:
    """Active tracing needs no library in the room."""
    assert template.properties(template.function_of(room.name))["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize(("which", "days"), [("template", 30), ("chosen", 7)])
def test_every_log_forgets(request: pytest.FixtureRequest, which: str, days: int) -> None:
    """Each log group has the owner's period; a room's lines go to one that we made, not to one Lambda makes."""
    found: Template = request.getfixturevalue(which)
    groups = found.of_type("AWS::Logs::LogGroup")
    assert {group["Properties"]["RetentionInDays"] for group in groups.values()} == {days}
    assert {found.logs_of(room.name) for room in ROOMS} <= groups.keys()


@each_room
def test_log_lines_have_fields(template: Template, room: Room) -> None:
    """The runbook's queries filter by `level` and `record.status`, which only JSON lines have."""
    assert template.properties(template.function_of(room.name))["LoggingConfig"]["LogFormat"] == "JSON"


def test_rooms_with_the_same_packages_share_a_layer(template: Template) -> None:
    """A layer holds the packages of its rooms and no others: nobody waits for FastAPI who does not use it."""
    layers = {room: str(template.properties(template.function_of(room.name))["Layers"]) for room in ROOMS}
    for one in ROOMS:
        for other in ROOMS:
            assert (layers[one] == layers[other]) == (one.packages == other.packages)


def test_messages_wake_their_room(template: Template) -> None:
    """Each queue is polled in the topology's batches, and one bad message does not send back the good ones."""
    mappings = [mapping["Properties"] for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()]
    found = {plain(mapping["FunctionName"]): mapping for mapping in mappings}
    woken = {template.function_of(room.name): room.trigger for room in ROOMS if isinstance(room.trigger, FromQueue)}
    assert found.keys() == woken.keys()
    for function, trigger in woken.items():
        mapping = found[function]
        assert plain(mapping["EventSourceArn"]) == QUEUES[trigger.queue]
        assert mapping["BatchSize"] == trigger.batch_size
        assert mapping["MaximumBatchingWindowInSeconds"] == trigger.window_s
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@each_room
def test_only_a_room_whose_work_is_long_may_call_itself(template: Template, room: Room) -> None:
    """Lambda stops what goes round without end, but not an erasure that goes on behind where it was."""
    allowed = template.properties(template.function_of(room.name))["RecursiveLoop"]
    assert allowed == ("Allow" if room.may_loop else "Terminate")


def test_concurrency_is_reserved_where_it_was_asked_for(template: Template, chosen: Template) -> None:
    """The rooms named get their limit, the others none; a new account has too little to reserve by default."""
    reserved = {
        room.name: chosen.properties(chosen.function_of(room.name)).get("ReservedConcurrentExecutions")
        for room in ROOMS
    }
    assert {name: count for name, count in reserved.items() if count is not None} == {"receive": 50, "record": 20}
    functions = template.of_type("AWS::Lambda::Function").values()
    assert [f for f in functions if "ReservedConcurrentExecutions" in f["Properties"]] == []


def test_pollers_do_not_outnumber_the_environments_they_wake(chosen: Template) -> None:
    """A limit on the room limits its pollers too: a throttled delivery would count as a failed one."""
    mappings = [mapping["Properties"] for mapping in chosen.of_type("AWS::Lambda::EventSourceMapping").values()]
    limits = {plain(mapping["EventSourceArn"]): mapping.get("ScalingConfig") for mapping in mappings}
    by_topology = {name: consumer_of(resource).at_once for resource, name in QUEUES.items()}
    wanted = by_topology | {"OperationsQueue": 20}
    assert limits == {name: None if limit is None else {"MaximumConcurrency": limit} for name, limit in wanted.items()}


def test_receivers_that_hang_take_no_environments_from_who_receives(template: Template) -> None:
    """However many deliveries wait, the room that makes them runs at most so often at once."""
    mappings = [mapping["Properties"] for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()]
    [deliver] = [one for one in mappings if plain(one["EventSourceArn"]) == "DeliveriesQueue"]
    assert deliver["ScalingConfig"] == {"MaximumConcurrency": 20}


def test_a_limit_for_no_room_is_refused(tmp_path: Path) -> None:
    """A misspelt room would otherwise run without the limit that its owner believes in."""
    with pytest.raises(OptionInvalid, match=r"recieve.*receive"):
        synthesised(Options(reserved_concurrency="recieve=5"), tmp_path)
