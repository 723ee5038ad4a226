"""A freshly deployed stack gets a workspace and a key, once, and the key opens it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from infra.bootstrap import BootstrapFailed, ControlSettings, Welcome, bootstrap, first_key
from infra.bundle import ROOT
from infra.cli.main import main
from infra.emulator import REGION, Aws
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock, SystemClock
from shared.store.access import Access
from shared.store.aws import open_store

ENDPOINT = "https://abc.example.com/api/v1"


@pytest.fixture
def access(tmp_path: Path) -> Access:
    """Of a deployment where nobody is known yet."""
    return Access(SqliteTable(tmp_path / "control.sqlite"), SteppingClock(1_800_000_000_000_000))


def test_the_first_key_opens_the_first_workspace(access: Access) -> None:
    """The key that was printed is known, may write, and belongs to the workspace that was made."""
    key = access.authenticate({"x-api-key": first_key(access)})
    [workspace] = access.workspaces()
    assert (key.workspace, key.is_read_only, key.expires_us) == (workspace.id, False, None)


def test_a_second_time_makes_nothing(access: Access) -> None:
    """Run twice by mistake, it says what is there and how to get another key."""
    first_key(access)
    [workspace] = access.workspaces()
    with pytest.raises(BootstrapFailed, match="--another-key"):
        first_key(access)
    assert access.workspaces() == [workspace]
    assert len(access.keys_of(workspace.id)) == 1


def test_a_lost_key_is_replaced_in_the_same_workspace(access: Access) -> None:
    """Another key, when asked for, opens what the first one opened."""
    lost, another = first_key(access), first_key(access, another=True)
    assert lost != another
    assert len({access.authenticate({"x-api-key": key}).workspace for key in (lost, another)}) == 1


def test_a_stack_that_is_no_tracekeep_is_refused() -> None:
    """The message names the outputs that are not there."""
    with pytest.raises(BootstrapFailed, match=r"ControlTableName.*no Tracekeep"):
        bootstrap({"LangSmithEndpoint": ENDPOINT})


def test_what_is_printed_can_be_evaluated() -> None:
    """Three lines of shell, with the variables that every LangSmith client reads."""
    assert Welcome(ENDPOINT, "lsv2_pt_x").as_shell().splitlines() == [
        "export LANGSMITH_TRACING=true",
        f"export LANGSMITH_ENDPOINT={ENDPOINT}",
        "export LANGSMITH_API_KEY=lsv2_pt_x",
    ]


@pytest.fixture
def stack(strict_aws: Aws, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a deployed stack with a control table, and an environment that leads to it."""
    for name, value in strict_aws.environ.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    keys = {"pk": "HASH", "sk": "RANGE"}
    table = {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in keys],
            "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            "BillingMode": "PAY_PER_REQUEST",
            "Replicas": [{"Region": REGION}],
        },
    }
    outputs = {"ControlTableName": {"Value": {"Ref": "Table"}}, "LangSmithEndpoint": {"Value": ENDPOINT}}
    name, cloudformation = f"s{uuid4().hex}", strict_aws.client("cloudformation")
    body = json.dumps({"Resources": {"Table": table}, "Outputs": outputs})
    cloudformation.create_stack(StackName=name, TemplateBody=body)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    return name


@pytest.mark.aws
def test_the_command_finds_the_stack_and_makes_its_key(
    strict_aws: Aws, stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the stack's name alone: its outputs are read, and the key that is printed is in its table."""
    assert main(["bootstrap", "--stack", stack]) == 0
    printed = dict(line.removeprefix("export ").split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert printed["LANGSMITH_ENDPOINT"] == ENDPOINT
    [found] = strict_aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    table = next(o["OutputValue"] for o in found["Outputs"] if o["OutputKey"] == "ControlTableName")
    access = Access(open_store(ControlSettings(table)).control, SystemClock())
    assert access.authenticate({"x-api-key": printed["LANGSMITH_API_KEY"]}).workspace == access.workspaces()[0].id


@pytest.mark.aws
def test_an_unknown_stack_is_said_in_one_line(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name or region ends with a sentence, not with a traceback."""
    assert main(["bootstrap", "--stack", f"{stack}-of-nobody"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "is AWS_REGION right?" in said.err


def test_the_launcher_leads_to_the_command() -> None:
    """What the documents tell an owner to type is there and can be run."""
    done = subprocess.run([ROOT / "tracekeep", "bootstrap", "--help"], capture_output=True, text=True, check=True)
    assert "--stack" in done.stdout
