"""An automation rule for `deploy_check`: one room finds and keeps, one tells, one counts.

What is proven of the deployment: the API seals with the secret that CloudFormation made, the other room unseals; both
queues, the topic and all roles between. A receiver must be on this machine here, which no deployment calls: so the two
rooms that look at addresses are told, for this step, that they are local.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple

import msgspec
from langsmith import Client

from infra.check_steps import CheckFailed, eventually, say
from infra.check_traffic import PROJECT, Sent
from infra.emulator import HOST, Aws

_WITHIN_S = 60.0
_ROOMS = ("api", "automate", "deliver", "meter")
_API, _AUTOMATE, _DELIVER, _METER = (f"functions.{room}.handler.handler" for room in _ROOMS)


class Told(NamedTuple):
    """One request that a receiver got."""

    headers: Mapping[str, str]
    body: bytes


class _Hook(BaseHTTPRequestHandler):
    got: list[Told]

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self.got.append(Told({name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is the check's."""


def check_rule(aws: Aws, outputs: Mapping[str, str], client: Client, sent: list[Sent]) -> None:
    """A rule that looks back finds one trace, keeps it, and tells a webhook and the topic. Raises: CheckFailed."""
    root = next(str(run.id) for run in sent if run.id == run.trace_id)
    _let_be_local(aws)
    mail = _subscribed(aws, outputs["AlertsTopicArn"])
    with _receiver() as (url, got):
        rule = _rule(client, url, root)
        eventually(lambda: _looked(aws, got), bool, f"the webhook of rule {rule['id']}", _WITHIN_S)
        eventually(lambda: _received(aws, mail), lambda told: rule["display_name"] in told, "the alert", _WITHIN_S)
        told = got[0]
    check_told(told, rule, root)
    path = f"/runs/rules/{rule['id']}/deliveries/{told.headers['webhook-id']}"
    outcome = client.request_with_retries("GET", path).json()
    if outcome["result"] != "delivered" or len(got) != 1:
        raise CheckFailed(f"a delivery that arrived {len(got)} times is said to be {outcome}")
    client.request_with_retries("DELETE", f"/runs/rules/{rule['id']}")
    say("a rule looked back, and told a webhook and the topic, once")
    _check_kept(aws, client, root, len({run.trace_id for run in sent}))


def _check_kept(aws: Aws, client: Client, root: str, traces: int) -> None:
    """The trace is in the extended tier for the rule's sake, and one upgrade is counted. Raises: CheckFailed."""

    def kept() -> str:
        run: dict[str, Any] = client.request_with_retries("GET", f"/runs/{root}").json()
        return f"{run['trace_tier']}: {run['trace_kept_because']}"

    eventually(kept, lambda said: said.startswith("longlived: Rule “deploy-check”"), "the upgrade", _WITHIN_S)
    expected = {"traces": traces, "upgrades": 1}

    def counted() -> dict[str, int]:
        _wake(aws, _METER)
        month = f"{datetime.now(UTC):%Y-%m}"
        use = client.request_with_retries("GET", f"/orgs/current/usage/{month}").json()
        return {name: use[name] for name in expected}

    eventually(counted, lambda use: use == expected, "the count of the month", _WITHIN_S)
    say(f"the rule kept its trace for longer; the month has {traces} traces and 1 upgrade")


def check_told(told: Told, rule: Mapping[str, Any], root: str) -> None:
    """It is signed with the secret that its owner was shown, and tells of this run. Raises: CheckFailed."""
    key = base64.b64decode(rule["webhooks"][0]["signing_secret"].removeprefix("whsec_"))
    signed = f"{told.headers['webhook-id']}.{told.headers['webhook-timestamp']}.".encode() + told.body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    if told.headers.get("webhook-signature") != f"v1,{expected}":
        raise CheckFailed(f"a webhook was signed {told.headers.get('webhook-signature')}, not v1,{expected}")
    runs = [run["id"] for run in msgspec.json.decode(told.body)["runs"]]
    if runs != [root] or told.headers.get("x-check") != "sealed":
        raise CheckFailed(f"a webhook was told of {runs}, with {told.headers.get('x-check')!r}, not of {root}")


def _rule(client: Client, url: str, root: str) -> dict[str, Any]:
    body = {
        "display_name": "deploy-check",
        "session_id": str(client.read_project(project_name=PROJECT).id),
        "sampling_rate": 1,
        "filter": f'eq(id, "{root}")',
        "backfill_from": "2020-01-01T00:00:00Z",
        "transient": True,
        "extend_trace_retention": True,
        "webhooks": [{"url": url, "headers": {"X-Check": "sealed"}}],
        "alerts": [{"type": "sns"}],
    }
    made: dict[str, Any] = client.request_with_retries("POST", "/runs/rules", json=body).json()
    return made


def _looked(aws: Aws, got: list[Told]) -> bool:
    """Have the room look, and see whether somebody was told."""
    _wake(aws, _AUTOMATE)
    return bool(got)


def _wake(aws: Aws, handler: str) -> None:
    """Do at once what EventBridge does by the clock. Raises: CheckFailed."""
    functions = aws.client("lambda")
    answer = functions.invoke(FunctionName=_name_of(functions, handler), Payload=b"{}")
    said = answer["Payload"].read()
    if "FunctionError" in answer:
        raise CheckFailed(f"{handler} failed: {said[:2_000]!r}")


def _let_be_local(aws: Aws) -> None:
    functions = aws.client("lambda")
    for handler in (_API, _DELIVER):
        name = _name_of(functions, handler)
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        told = {**variables, "TRACEKEEP_IS_LOCAL": "true"}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": told})


def _name_of(functions: Any, handler: str) -> str:  # noqa: ANN401 botocore makes its classes at run time
    [name] = [one["FunctionName"] for one in functions.list_functions()["Functions"] if one["Handler"] == handler]
    return str(name)


def _subscribed(aws: Aws, topic: str) -> str:
    """The URL of a queue that is told what the topic is: as in AWS, it must let the topic."""
    sqs = aws.client("sqs")
    url: str = sqs.create_queue(QueueName="deploy-check-alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lets = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [lets]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def _received(aws: Aws, queue_url: str) -> str:
    answer = aws.client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    return " ".join(message["Body"] for message in answer.get("Messages", []))


@contextmanager
def _receiver() -> Iterator[tuple[str, list[Told]]]:
    """The address of a receiver on this machine, and what it got."""
    got: list[Told] = []
    hook = type("Hook", (_Hook,), {"got": got})
    with HTTPServer((HOST, 0), hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}/hook", got
        server.shutdown()
