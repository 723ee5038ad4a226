"""A synthesised template, as the tests of the stacks look at it: by kind and meaning, never by a hashed id."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.stacks.options import Options

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class EmptyFolders:
    """Stands in for the packages and the code: a template says nothing of what is in them."""

    root: Path

    def layer(self, packages: tuple[str, ...]) -> Path:
        """A folder with the packages' names in it."""
        return self._folder("layer-" + "-".join(packages))

    def room(self, name: str) -> Path:
        """A folder with the room's name in it."""
        return self._folder(f"room-{name}")

    def page(self) -> Path:
        """A folder with a document in it."""
        return self._folder("page")

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        (folder / "name").write_text(name, encoding="utf-8")
        return folder


@dataclass(frozen=True)
class Template:
    """What CloudFormation would get."""

    path: Path
    body: Mapping[str, Any]

    def of_type(self, kind: str) -> dict[str, Resource]:
        """The resources of one type by their logical id."""
        return {name: resource for name, resource in self.body["Resources"].items() if resource["Type"] == kind}

    def properties(self, name: str) -> dict[str, Any]:
        """The properties of one resource."""
        properties: dict[str, Any] = self.body["Resources"][name]["Properties"]
        return properties

    def function_of(self, room: str) -> str:
        """The logical id of a room's Lambda."""
        handler = f"functions.{room}.handler.handler"
        functions = self.of_type("AWS::Lambda::Function")
        [name] = [name for name in functions if self.properties(name)["Handler"] == handler]
        return name

    def logs_of(self, room: str) -> str:
        """The logical id of the log group a room writes to."""
        return plain(self.properties(self.function_of(room))["LoggingConfig"]["LogGroup"])

    def statements(self, room: str) -> list[dict[str, Any]]:
        """The statements of a room's role."""
        role = self.properties(plain(self.properties(self.function_of(room))["Role"]))
        return [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]

    def allowed(self, room: str) -> set[tuple[str, str]]:
        """Every (action, resource) that a room's role allows."""
        statements = self.statements(room)
        assert {statement["Effect"] for statement in statements} == {"Allow"}
        return {
            (action, plain(resource))
            for statement in statements
            for action in _listed(statement["Action"])
            for resource in _listed(statement["Resource"])
        }


def plain(value: Any) -> str:  # noqa: ANN401 whatever CloudFormation's functions take
    """A value with its references written as the logical ids they mean."""
    match value:
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            return str(name)
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(plain(part) for part in parts)
        case _:
            return str(value)


def synthesised(options: Options, folder: Path, *, with_nag: bool = False) -> Template:
    """The template of these options. Raises: RuntimeError where cdk-nag, if asked for, finds a violation."""
    # The locked Node, whatever this machine has; jsii reads this when it starts.
    os.environ.setdefault("JSII_NODE", str(Path(sys.executable).with_name("node")))
    from aws_cdk import App, Validations  # noqa: PLC0415 starts a Node process, which other tests must not wait for

    from infra.stacks.tracekeep import TracekeepStack  # noqa: PLC0415 as above

    app = App(outdir=str(folder / "out"))
    TracekeepStack(app, options, EmptyFolders(folder))
    if with_nag:
        from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415 as above

        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    path = folder / "out" / f"{options.stack_name}.template.json"
    return Template(path, json.loads(path.read_text(encoding="utf-8")))


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 whatever a policy takes
    return value if isinstance(value, list) else [value]
