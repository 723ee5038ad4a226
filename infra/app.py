"""The entry of the CDK: context → options → stack. `cdk.json` says `python -m infra.app`."""

from __future__ import annotations

from aws_cdk import App

from infra.bundle import LAMBDA, PackageFolders, host
from infra.stacks.options import Options
from infra.stacks.tracekeep import TracekeepStack


def main() -> None:
    """Write the templates where the CDK asks for them.

    `-c bundle_for=host` builds for this machine instead of Lambda's arm64: for an emulator that runs rooms here.
    """
    app = App()
    target = host() if app.node.try_get_context("bundle_for") == "host" else LAMBDA
    TracekeepStack(app, Options.from_context(app.node), PackageFolders(target))
    app.synth()


if __name__ == "__main__":
    main()
