"""A Lambda that makes the keys which sign shares, when CloudFormation says so, and puts them into their secret.

It answers with the public halves: `PublicKey<name>`, one for each name that is asked for. A key that is there already
stays, so an update that names one more adds it, and a retry changes nothing; names that are not asked for any more are
dropped. Private keys are seen by this function, the secret and the room that signs, and by no log or template.
Source: AWS CloudFormation, "Custom resource request and response objects".
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import boto3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

_ANSWER_WITHIN_S = 30

Event = dict[str, Any]


def handler(event: Event, context: Any) -> None:  # noqa: ANN401 Lambda's own
    """Do what is asked and say how it went: a deploy waits for the answer, whatever happens."""
    try:
        made = {} if event["RequestType"] == "Delete" else _made(boto3.client("secretsmanager"), event)
    except Exception as error:  # noqa: BLE001 the outermost loop: unanswered, a deploy would wait for an hour
        _tell(event, "FAILED", f"{type(error).__name__}: {error}"[:1_000] + f" (log: {context.log_stream_name})", {})
    else:
        _tell(event, "SUCCESS", "", made)


def _made(secrets: Any, event: Event) -> dict[str, str]:  # noqa: ANN401 boto3 makes its classes at run time
    properties = event["ResourceProperties"]
    known = _keys(secrets.get_secret_value(SecretId=properties["Secret"])["SecretString"])
    keys = {name: known.get(name) or _new_key() for name in properties["Names"]}
    if keys != known:
        secrets.put_secret_value(SecretId=properties["Secret"], SecretString=json.dumps({"keys": keys}))
    return {f"PublicKey{name}": _public_half(pem) for name, pem in keys.items()}


def _keys(secret: str) -> dict[str, str]:
    """The keys in the secret; none in what CloudFormation put there when it made it."""
    try:
        keys = json.loads(secret)["keys"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {str(name): str(pem) for name, pem in keys.items()}


def _new_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def _public_half(pem: str) -> str:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode("ascii")
    )


def _tell(event: Event, status: str, reason: str, made: dict[str, str]) -> None:
    """Answer where CloudFormation listens. The same id each time: an update replaces nothing."""
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": status, "Reason": reason, "PhysicalResourceId": f"keys-{event['LogicalResourceId']}"}
    answer |= {"Data": made}
    request = urllib.request.Request(  # noqa: S310 CloudFormation's own https URL
        event["ResponseURL"], json.dumps(answer).encode(), {"content-type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=_ANSWER_WITHIN_S):  # noqa: S310 as above
        pass
