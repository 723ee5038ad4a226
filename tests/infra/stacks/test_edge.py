"""Every path of the topology reaches its room, under every prefix; all others reach one room."""

from __future__ import annotations

import json
from pathlib import Path

from functions.api.settings import ALSO_VIEWS
from infra.page.paths import VIEWS
from infra.stacks.edge import VIEWS_BY_LINK
from infra.topology import PREFIXES, PUBLIC, ROOMS, Http, HttpDefault, Scheduled
from tests.functions.api.test_access import every_route
from tests.infra.stacks.template import Template, plain

SECRETS = ("authorization", "x-api-key", "path", "header", "querystring")


def _target(template: Template, route: str) -> str:
    """The logical id of the function behind a route."""
    [found] = [
        r["Properties"]
        for r in template.of_type("AWS::ApiGatewayV2::Route").values()
        if r["Properties"]["RouteKey"] == route
    ]
    integration = template.properties(plain(found["Target"]).removeprefix("integrations/"))
    return plain(integration["IntegrationUri"])


def _routes() -> dict[str, str]:
    """The room of each route key, as the topology says; and who leads to the page."""
    views = {f"GET {path}": PUBLIC.name for path in VIEWS_BY_LINK}
    return views | {
        f"{route.method} {prefix}{route.path}": room.name
        for room in ROOMS
        if isinstance(room.trigger, Http)
        for prefix in PREFIXES
        for route in room.trigger.routes
    }


def test_each_route_reaches_its_room(template: Template) -> None:
    """Method and path under each prefix, and nothing beside them but the default."""
    expected = _routes() | {"$default": next(r.name for r in ROOMS if isinstance(r.trigger, HttpDefault))}
    found = {route["Properties"]["RouteKey"] for route in template.of_type("AWS::ApiGatewayV2::Route").values()}
    assert found == expected.keys()
    assert {key: _target(template, key) for key in found} == {
        key: template.function_of(room) for key, room in expected.items()
    }


def test_every_view_leads_to_the_page_on_the_apis_own_domain(template: Template, tmp_path: Path) -> None:
    """The document itself, and whatever lies below it; of what clients call by the same path, the api room knows."""
    found = {route["Properties"]["RouteKey"] for route in template.of_type("AWS::ApiGatewayV2::Route").values()}
    called = {one.path for one in every_route(tmp_path) if one.method == "GET"}
    for view in ("", *VIEWS):
        exact = f"GET /{view}"
        assert (exact in found) != (f"/{view}" in ALSO_VIEWS)
        assert (f"/{view}" in called) == (f"/{view}" in ALSO_VIEWS)
        if view:
            assert f"{exact}/{{path+}}" in found
            assert not [path for path in called if path.startswith(f"/{view}/")]


def test_who_leads_to_the_page_knows_where_it_is(template: Template) -> None:
    """The distribution's domain, told to both rooms that do."""
    [distribution] = template.of_type("AWS::CloudFront::Distribution")
    for room in ("api", "public"):
        variables = template.properties(template.function_of(room))["Environment"]["Variables"]
        assert plain(variables["TRACEKEEP_PAGE_URL"]) == f"https://{distribution}"


def test_rooms_get_events_of_the_second_format(template: Template) -> None:
    """The same events that the laptop's gateway makes."""
    integrations = [i["Properties"] for i in template.of_type("AWS::ApiGatewayV2::Integration").values()]
    assert {(i["IntegrationType"], i["PayloadFormatVersion"]) for i in integrations} == {("AWS_PROXY", "2.0")}


def test_nothing_of_the_laptop_is_deployed(template: Template) -> None:
    """The paths that only a laptop serves are nowhere in the template."""
    assert "__local" not in json.dumps(template.body)


def test_the_api_may_call_its_rooms_and_only_the_api(template: Template) -> None:
    """One permission for each room that HTTP wakes, for this API alone: one for each route would outgrow the policy."""
    scheduled = {template.function_of(r.name) for r in ROOMS if isinstance(r.trigger, Scheduled)}
    granted = [p["Properties"] for p in template.of_type("AWS::Lambda::Permission").values()]
    permissions = [p for p in granted if plain(p["FunctionName"]) not in scheduled]
    woken = {template.function_of(r.name) for r in ROOMS if isinstance(r.trigger, Http | HttpDefault)}
    assert sorted(plain(p["FunctionName"]) for p in permissions) == sorted(woken)
    [api] = template.of_type("AWS::ApiGatewayV2::Api")
    assert {p["Principal"] for p in permissions} == {"apigateway.amazonaws.com"}
    assert [p for p in permissions if api not in plain(p["SourceArn"])] == []


def test_the_stage_stops_at_the_owners_rate(template: Template, chosen: Template) -> None:
    """A flood ends at the front door, before it costs Lambda and DynamoDB."""
    assert _throttle(template) == (500, 1_000)
    assert _throttle(chosen) == (7, 9)


def test_requests_are_logged_without_what_is_secret(template: Template) -> None:
    """Status and latency of each request are kept; keys, ids and queries are not."""
    [stage] = template.of_type("AWS::ApiGatewayV2::Stage").values()
    settings = stage["Properties"]["AccessLogSettings"]
    line = json.loads(settings["Format"])
    assert plain(settings["DestinationArn"]) in template.of_type("AWS::Logs::LogGroup")
    assert {"$context.status", "$context.responseLatency", "$context.routeKey"} <= set(line.values())
    assert [value for value in line.values() if any(secret in value.lower() for secret in SECRETS)] == []


def _throttle(template: Template) -> tuple[int, int]:
    [stage] = template.of_type("AWS::ApiGatewayV2::Stage").values()
    settings = stage["Properties"]["DefaultRouteSettings"]
    return settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]
