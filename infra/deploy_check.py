"""Deploy the real template into an emulated AWS and send traces through it: `make deploy-check`.

`cdk bootstrap` and `cdk deploy` as for a real account, `tracekeep bootstrap` for a key, then the
unmodified LangSmith client through HTTP API → receive → SQS → record → table and bucket, and back
through HTTP API → api; a shared link, read as nobody and taken back; a rule that keeps a trace and tells a webhook and
the topic, and the count of the month; a bulk export, verified; deletions, with their receipts and a look at what is
left. The emulator enforces IAM: a role that lacks a call fails here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from langsmith import Client
from langsmith.utils import LangSmithError

from infra.bootstrap import outputs_of
from infra.check_export import exported
from infra.check_page import check_page
from infra.check_removal import check_bytes, delete, settle_soon, stored
from infra.check_rules import check_rule
from infra.check_share import check_share, hurry
from infra.check_steps import CheckFailed, say, timed
from infra.check_traffic import Sent, read_back, send_traces
from infra.emulator import ACCOUNT, REGION, Aws, emulated_aws
from infra.topology import PREFIXES

ROOT = Path(__file__).parent.parent
STACK = "tracekeep"
TRACES = 200
_STEP_S = 180


@dataclasses.dataclass(frozen=True)
class Check:
    """The steps, in order, each on what those before it made."""

    aws: Aws
    folder: Path

    def deploy(self) -> dict[str, str]:
        """Bootstrap the account, synthesise for this machine, deploy: the stack's outputs."""
        built = str(self.folder / "cdk.out")
        with timed("cdk bootstrap"):
            # No app: with one, it would be synthesised for nothing.
            self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", "", "--output", str(self.folder / "none"))
        with timed("cdk synth"):
            app = f"{sys.executable} -m infra.app"
            self._cdk("synth", "--quiet", "--app", app, "--output", built, "-c", "bundle_for=host")
        with timed("cdk deploy"):
            self._cdk("deploy", "--app", built, "--require-approval", "never", STACK)
        outputs = outputs_of(STACK, self.aws.client("cloudformation"))
        return {name: self._reachable(value) for name, value in outputs.items()}

    def page(self, outputs: dict[str, str]) -> None:
        """The page, by its domain. Raises: CheckFailed."""
        with timed("read the page"):
            check_page(outputs["PageUrl"])

    def key(self) -> str:
        """An API key, from the command that an owner runs."""
        with timed("tracekeep bootstrap"):
            said = self._run(str(ROOT / "tracekeep"), "bootstrap", "--stack", STACK)
        variables = dict(line.removeprefix("export ").split("=", 1) for line in said.splitlines())
        return variables["LANGSMITH_API_KEY"]

    def doors(self, outputs: dict[str, str]) -> None:
        """The front door answers under each prefix, and does not open without a key. Raises: CheckFailed."""
        for prefix in PREFIXES:
            _expect(200, f"{outputs['ApiEndpoint']}{prefix}/info")
        _expect(401, f"{outputs['LangSmithEndpoint']}/sessions?limit=1", key="lsv2_pt_of_nobody")

    def traces(self, client: Client) -> list[Sent]:
        """Send traces and read them back. Raises: CheckFailed when one is missing, double or different."""
        with timed(f"send {TRACES} traces"):
            sent = send_traces(client, TRACES)
        self.read(client, sent)
        return sent

    def health(self, outputs: dict[str, str], client: Client) -> None:
        """The api room may count the queues, and its role lets it. Raises: CheckFailed."""
        _expect(200, f"{outputs['LangSmithEndpoint']}/workspaces/current/ingest-health", key=str(client.api_key))

    def read(self, client: Client, sent: list[Sent]) -> None:
        """All that was sent is there, once, and nothing else. Raises: CheckFailed."""
        try:
            found = read_back(client, sent, say)
        except LangSmithError as error:
            raise CheckFailed(f"the client could not read: {error}") from error
        say(f"runs sent {len(sent)}, readable {found.readable}, after {found.waited_s:.1f} s")
        if not found.is_whole:
            raise CheckFailed(
                f"missing {len(found.missing)}, doubled {len(found.doubled)}, different {len(found.different)}, "
                f"not sent {len(found.unknown)}: "
                + "; ".join([*found.missing, *found.doubled, *found.different, *found.unknown][:5])
            )

    def share(self, outputs: dict[str, str], client: Client, sent: list[Sent]) -> None:
        """A link shows a trace through CloudFront, until it is taken back. Raises: CheckFailed."""
        with timed("share and take back"):
            check_share(self.aws, outputs, client, sent)

    def rule(self, outputs: dict[str, str], client: Client, sent: list[Sent]) -> None:
        """A rule finds a trace and tells of it, by webhook and by topic. Raises: CheckFailed."""
        with timed("a rule and its receivers"):
            check_rule(self.aws, outputs, client, sent)

    def export(self, outputs: dict[str, str], client: Client, sent: list[Sent]) -> None:
        """An export has every run, and its files are as its manifest says. Raises: CheckFailed."""
        with timed("bulk export"):
            manifest = exported(self.aws, client, len(sent))
            said = self._run(str(ROOT / "tracekeep"), "verify", f"s3://{outputs['BucketName']}/{manifest}")
        say(said.strip())

    def deletions(self, outputs: dict[str, str], client: Client, sent: list[Sent]) -> None:
        """Deleted traces are out of every answer and out of every byte; the others are whole. Raises: CheckFailed."""
        with timed("delete by ids and by metadata"):
            left = delete(client, sent)
        self.read(client, left)
        check_bytes(stored(self.aws, outputs), sent, left)

    def leftovers(self, outputs: dict[str, str]) -> None:
        """Nothing was buried, and every row of a trace has its end. Raises: CheckFailed."""
        buried = sum(self._waiting(url) for name, url in outputs.items() if name.endswith("DeadLetterQueueUrl"))
        rows = list(_rows(self.aws.client("dynamodb"), outputs["TracesTableName"]))
        endless = [row["pk"]["S"] for row in rows if float(row.get("expires_at", {}).get("N", 0)) < time.time()]
        say(f"rows {len(rows)}, of which without an end {len(endless)}; messages buried {buried}")
        if buried or endless or not rows:
            raise CheckFailed(
                f"{buried} messages buried, {len(endless)} of {len(rows)} rows without an end: {endless[:3]}"
            )

    def _waiting(self, queue_url: str) -> int:
        asked = ["ApproximateNumberOfMessages"]
        answer = self.aws.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=asked)
        return int(answer["Attributes"][asked[0]])

    def _reachable(self, text: str) -> str:
        """The address of a distribution as the emulator serves it: by a name of this machine, without TLS."""
        return re.sub(r"https://(\w+)\.cloudfront\.net", rf"http://\1.cloudfront.localhost:{self.aws.port}", text)

    def _cdk(self, *arguments: str) -> None:
        self._run(str(ROOT / "node_modules/.bin/cdk"), *arguments)

    def _run(self, *command: str) -> str:
        """What the command printed. Raises: CheckFailed with all it said."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environ = {**self.aws.environ, "PATH": path, "CDK_HOME": str(self.folder / "cdk")}
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=_STEP_S, check=False
        )
        if done.returncode != 0:
            raise CheckFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"[-4_000:])
        return done.stdout


def _rows(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 botocore makes its classes at run time
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _expect(status: int, url: str, key: str = "") -> None:
    request = urllib.request.Request(url, headers={"x-api-key": key} if key else {})  # noqa: S310 our own emulator
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 as above
            got, said = answer.status, b""
    except urllib.error.HTTPError as error:
        got, said = error.code, error.read()
    if got != status:
        raise CheckFailed(f"{url} answered {got}, not {status}: {said[:500]!r}")


def complaints(aws: Aws) -> Iterator[str]:
    """The last lines of the emulator, and what the rooms logged as errors: by these a failure is understood."""
    yield aws.log.read_text(encoding="utf-8", errors="replace")[-1_000:]
    logs = aws.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            if '"level":"ERROR"' in event["message"]:
                yield f"{group['logGroupName']}: {event['message'].strip()}"


@contextlib.contextmanager
def _names_under_localhost() -> Iterator[None]:
    """Every name under .localhost is this machine, as RFC 6761 says and not every resolver does."""
    resolve: Callable[..., Any] = socket.getaddrinfo

    def resolved(host: Any, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 as the real one
        name = host.decode() if isinstance(host, bytes) else host
        return resolve("127.0.0.1" if str(name).endswith(".localhost") else host, *arguments, **options)

    socket.getaddrinfo = resolved
    try:
        yield
    finally:
        socket.getaddrinfo = resolve


def main() -> int:
    """All steps, on an emulator that ends with them: 0 when every one did what it has to."""
    with tempfile.TemporaryDirectory(prefix="deploy-check-") as name:
        folder = Path(name)
        with emulated_aws(folder) as aws, _names_under_localhost():
            check = Check(aws, folder)
            try:
                outputs = check.deploy()
                settle_soon(aws)
                hurry(aws)
                client = Client(api_url=outputs["LangSmithEndpoint"], api_key=check.key())
                check.doors(outputs)
                check.page(outputs)
                sent = check.traces(client)
                check.health(outputs, client)
                check.share(outputs, client, sent)
                check.rule(outputs, client, sent)
                check.export(outputs, client, sent)
                check.deletions(outputs, client, sent)
                check.leftovers(outputs)
            except CheckFailed as failed:
                say(f"FAILED: {failed}")
                print("\n".join(complaints(aws))[-6_000:], file=sys.stderr)
                return 1
    say("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
