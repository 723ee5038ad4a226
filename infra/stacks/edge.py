"""The front door: one HTTP API whose routes are the topology's, under each prefix that clients use."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from functions.api.settings import ALSO_VIEWS
from infra.page.paths import VIEWS
from infra.stacks.advice import decline
from infra.stacks.log_groups import log_group
from infra.stacks.options import Options
from infra.stacks.private import Inside
from infra.topology import PREFIXES, PUBLIC, ROOMS, Http, HttpDefault, Room

VIEWS_BY_LINK = (
    "/",
    *(f"/{view}" for view in VIEWS if f"/{view}" not in ALSO_VIEWS),
    *(f"/{view}/{{path+}}" for view in VIEWS),
)
"""All views of the page, but for those whose paths clients call too: of these, the api room leads people there."""
_ACCESS_LOG = {
    "time": "$context.requestTimeEpoch",
    "request": "$context.requestId",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "room_latency_ms": "$context.integrationLatency",
    "room_error": "$context.integrationErrorMessage",
    "sent_bytes": "$context.responseLength",
    "address": "$context.identity.sourceIp",
    "agent": "$context.identity.userAgent",
}
"""No path (it holds ids) and no header (it holds keys). Source: API Gateway, "HTTP API logging variables"."""


class Edge(Construct):
    """The HTTP API in front of the rooms that HTTP wakes."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        options: Options,
        functions: Mapping[str, lambda_.Function],
        inside: Inside | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._integrations: dict[str, integrations.HttpLambdaIntegration] = {}
        [fallback] = [room for room in ROOMS if isinstance(room.trigger, HttpDefault)]
        self.api = gateway.HttpApi(
            self,
            "Api",
            api_name=options.stack_name,
            description="Tracekeep: takes traces and reads them back",
            create_default_stage=False,
            default_integration=self._integration(fallback),
            default_authorizer=inside.authorizer if inside else None,
        )
        for room in ROOMS:
            self._add_routes(room)
        self._add_views()
        self._stage(options)
        decline(
            self.api,
            rule="APIG4",
            reason="The rooms check the API key themselves, in the header that clients send; /info and /ok are open",
        )

    def _add_routes(self, room: Room) -> None:
        if not isinstance(room.trigger, Http):
            return
        integration = self._integration(room)
        for prefix in PREFIXES:
            for route in room.trigger.routes:
                self.api.add_routes(
                    path=prefix + route.path, methods=[gateway.HttpMethod[route.method]], integration=integration
                )

    def _add_views(self) -> None:
        """Where links lead that were built from the API's own domain: the public room knows where the page is."""
        integration = self._integration(PUBLIC)
        for path in VIEWS_BY_LINK:
            self.api.add_routes(path=path, methods=[gateway.HttpMethod.GET], integration=integration)

    def _integration(self, room: Room) -> integrations.HttpLambdaIntegration:
        if room.name not in self._integrations:
            self._integrations[room.name] = self._new_integration(room)
        return self._integrations[room.name]

    def _new_integration(self, room: Room) -> integrations.HttpLambdaIntegration:
        return integrations.HttpLambdaIntegration(
            room.name,
            self._functions[room.name],
            # One permission a room, not one a route: a function's policy holds 20 KB.
            # Source: AWS Lambda, "Lambda quotas", resource-based policy.
            scope_permission_to_route=False,
        )

    def _stage(self, options: Options) -> None:
        """The stage without a name in its address. The throttle is the last stop for the bill."""
        stage = gateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=gateway.ThrottleSettings(rate_limit=options.requests_per_s, burst_limit=options.request_burst),
        )
        resource = stage.node.default_child
        assert isinstance(resource, gateway.CfnStage)  # noqa: S101 that is what an HttpStage is made of
        resource.access_log_settings = gateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log_group(self, "access-logs", options).log_group_arn, format=json.dumps(_ACCESS_LOG)
        )
