"""ministack 1.5.33 with its gaps filled, as a program: `python -m infra.emulator_patches`.

What it does otherwise than AWS, and we need. These are its private functions, so its version is pinned:

- CloudFormation's `TimeToLiveSpecification` is ignored: rows would never expire.
- Under `AUTH=true` every request counts as plain HTTP, which policies refuse that ask for TLS; the
  emulator has no TLS, and whether ours ask for it is held by a test of the template.
- For the same reason its CloudFront turns every viewer away who must come by TLS, and asks the HTTP API, which is
  the emulator itself, at port 443.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.services import cloudfront, dynamodb
from ministack.services.cloudformation import provisioners

_PR_SET_PDEATHSIG = 1
"""Source: prctl(2)."""
_OK = 200
Create = Callable[[str, Mapping[str, Any], str], tuple[str, Mapping[str, Any]]]


def fill_gaps() -> None:
    """Make this process's ministack behave as AWS does in what is named above."""
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handlers = provisioners._RESOURCE_HANDLERS[kind]  # noqa: SLF001 there is no public way
        handlers["create"] = _with_time_to_live(handlers["create"])
    iam_evaluator.EvalContext.secure_transport = property(lambda _: True, lambda _, __: None)
    cloudfront._check_viewer_protocol_policy = lambda *_: None  # noqa: SLF001 as above
    here = ("127.0.0.1", int(os.environ["GATEWAY_PORT"]), False)
    cloudfront._origin_connect_target = lambda *_: here  # noqa: SLF001 as above


def _with_time_to_live(create: Create) -> Create:
    def created(logical_id: str, props: Mapping[str, Any], stack_name: str) -> tuple[str, Mapping[str, Any]]:
        name, attributes = create(logical_id, props, stack_name)
        wanted = props.get("TimeToLiveSpecification")
        if wanted:
            answer = dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": wanted})  # noqa: SLF001 as above
            if answer[0] != _OK:
                raise ValueError(f"{logical_id}: time to live was refused: {answer[2]!r}")
        return name, attributes

    return created


def main() -> None:
    """Serve until the process that started us ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    fill_gaps()
    app.main()


if __name__ == "__main__":
    main()
