"""The first workspace and API key of a deployed stack: `./tracekeep bootstrap --stack tracekeep`.

What a client needs, as lines that a shell can evaluate; the key is shown this once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from shared.base.clock import SystemClock
from shared.base.settings import Settings
from shared.store.access import Access
from shared.store.aws import open_store

FIRST_WORKSPACE = "default"


class BootstrapFailed(Exception):
    """There is nothing to do or nothing to do it on; the message says which and what to do."""


@dataclasses.dataclass(frozen=True)
class ControlSettings(Settings):
    """All that is needed to make workspaces and keys."""

    control_table: str


@dataclasses.dataclass(frozen=True)
class Welcome:
    """What a client needs to be told."""

    endpoint: str
    api_key: str

    def as_shell(self) -> str:
        """The variables that the LangSmith clients read."""
        return (
            "export LANGSMITH_TRACING=true\n"
            f"export LANGSMITH_ENDPOINT={self.endpoint}\n"
            f"export LANGSMITH_API_KEY={self.api_key}\n"
        )


def outputs_of(stack: str, cloudformation: Any) -> dict[str, str]:  # noqa: ANN401 botocore makes its classes at run time
    """The outputs of a stack. Raises: BootstrapFailed where there is no such stack here."""
    try:
        [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        said = error.response["Error"]["Message"]
        raise BootstrapFailed(f"no stack {stack!r} in this account and region ({said}): is AWS_REGION right?") from None
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def first_key(access: Access, *, another: bool = False) -> str:
    """The text of a new key in the first workspace, which is made if there is none.

    Raises: BootstrapFailed where there is one already and no other key was asked for.
    """
    known = access.workspaces()
    if known and not another:
        raise BootstrapFailed(f"workspace {known[0].name!r} is there already; --another-key makes a new key in it")
    workspace = known[0] if known else access.create_workspace(FIRST_WORKSPACE)
    text, _ = access.create_key(workspace.id, "made by tracekeep bootstrap", is_organization_wide=True)
    return text


def bootstrap(outputs: Mapping[str, str], *, another: bool = False) -> Welcome:
    """The endpoint of a deployed stack and a new key for it. Raises: BootstrapFailed."""
    missing = {"ControlTableName", "LangSmithEndpoint"} - outputs.keys()
    if missing:
        raise BootstrapFailed(f"the stack has no output {sorted(missing)}: it is no Tracekeep, or an older one")
    store = open_store(ControlSettings(outputs["ControlTableName"]))
    return Welcome(outputs["LangSmithEndpoint"], first_key(Access(store.control, SystemClock()), another=another))
