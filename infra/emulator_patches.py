"""ministack 1.5.33 with its gaps filled, as a program: `python -m infra.emulator_patches`.

What it does otherwise than AWS, and we need. These are its private functions, so its version is pinned:

- CloudFormation's `TimeToLiveSpecification` is ignored: rows would never expire.
- Under `AUTH=true` every request counts as plain HTTP, which policies refuse that ask for TLS; the
  emulator has no TLS, and whether ours ask for it is held by a test of the template.
- For the same reason its CloudFront turns every viewer away who must come by TLS, and asks the HTTP API, which is
  the emulator itself, at port 443.
- Its CloudFormation does not know public keys and key groups, which its CloudFront has. (It asks nobody for a
  signature: that is what `infra/local/edge.py` does.)
- Its CloudFront runs functions, and has key value stores, but functions cannot read these, and roles may use
  none of them but all.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import cloudfront, cloudfront_keyvaluestore, dynamodb
from ministack.services.cloudformation import provisioners

_PR_SET_PDEATHSIG = 1
"""Source: prctl(2)."""
_OK = 200
_STORE = re.compile(r"/key-value-stores/(arn:[^/]+/[A-Za-z0-9_-]+)")
_MODULE = b'import cf from "cloudfront";'
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
    iam_actions.extract_resource_arn = _with_key_value_stores(iam_actions.extract_resource_arn)
    cloudfront.live_function_code = _with_its_list(cloudfront.live_function_code)
    provisioners._RESOURCE_HANDLERS |= {  # noqa: SLF001 as above
        "AWS::CloudFront::PublicKey": _kept_in(cloudfront._public_keys, cloudfront._pk_id, "PublicKeyConfig"),  # noqa: SLF001 as above
        "AWS::CloudFront::KeyGroup": _kept_in(cloudfront._key_groups, cloudfront._kg_id, "KeyGroupConfig"),  # noqa: SLF001 as above
    }


def _with_key_value_stores(resource_of: Callable[..., str]) -> Callable[..., str]:
    """What a request is about, also where that is a key value store, whose path has its whole name."""

    def resource(service: str, method: str, path: str, *more: Any) -> str:  # noqa: ANN401 as it was
        named = _STORE.match(unquote(path)) if service == "cloudfront-keyvaluestore" else None
        return named[1] if named else resource_of(service, method, path, *more)

    return resource


def _with_its_list(code_of: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    """The code of a function, with what its key value store holds now in the place of CloudFront's module."""

    def code(arn: str) -> bytes | None:
        found = code_of(arn)
        if found is None or _MODULE not in found:
            return found
        stores = [store["items"] for store in cloudfront_keyvaluestore._stores.values()]  # noqa: SLF001 as above
        listed = json.dumps({key: value for items in stores for key, value in items.items()})
        store = f"(all => ({{exists: async key => key in all, get: async key => all[key]}}))({listed})"
        return found.replace(_MODULE, f"var cf = {{kvs: () => {store}}};".encode())

    return code


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


def _kept_in(there: MutableMapping[str, Any], new_id: Callable[[], str], config: str) -> dict[str, Any]:
    """Handlers for a kind of thing that CloudFront keeps by its id, as its own API would."""

    def kept(thing_id: str, props: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        times = dict.fromkeys(("CreatedTime", "LastModifiedTime"), "2026-11-20T12:00:00Z")
        there[thing_id] = {"Id": thing_id, "ETag": f"{thing_id}-1", "Config": dict(props[config]), **times}
        return thing_id, {"Id": thing_id}

    def created(_: str, props: Mapping[str, Any], __: str) -> tuple[str, Mapping[str, Any]]:
        return kept(new_id(), props)

    def updated(thing_id: str, _: object, props: Mapping[str, Any], __: str) -> tuple[str, Mapping[str, Any]]:
        return kept(thing_id, props)

    def deleted(thing_id: str, _: Mapping[str, Any]) -> None:
        there.pop(thing_id, None)

    return {"create": created, "update": updated, "delete": deleted}


def main() -> None:
    """Serve until the process that started us ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    fill_gaps()
    app.main()


if __name__ == "__main__":
    main()
