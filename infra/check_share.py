"""A shared link for `deploy_check`: read by nobody through CloudFront, taken back, switched off, each proven by a read.

What the emulator does here as AWS does: the distribution's behaviors, the functions before them with their list of
refused shares, the bucket behind, the queue, the roles. What it does not do: it asks nobody for a signature. So each
signature is checked here, by `infra/local/signatures.py`, against the keys that the deployed distribution trusts.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from langsmith import Client

from infra.check_steps import CheckFailed, eventually, say
from infra.check_traffic import Sent
from infra.emulator import Aws
from infra.local.signatures import KeyGroup, Refused, Viewed, check_signature
from shared.sharing.signing import link_bytes

HANDLER = "functions.share.handler.handler"
_SWEEP_AFTER_S = 2
_WITHIN_S = 20.0
_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404
_STEPS = ("revoked", "denied", "deleted", "invalidated", "swept")

Json = dict[str, Any]


class Got(NamedTuple):
    """What an address answered."""

    status: int
    text: str
    by_function: bool


class Link(NamedTuple):
    """A shared link, opened: the page, the public API, and a file by the signature that the page was given."""

    share_id: str
    page: str
    api: str
    file: str

    def statuses(self) -> tuple[int, int, int]:
        """What whoever has them is answered now."""
        return read(self.page).status, read(self.api).status, read(self.file).status


def hurry(aws: Aws) -> None:
    """Let the share room sweep within seconds, and reach the list of refused shares.

    botocore puts the account's number before the host that it is told: before `0.0.0`, that is an address of this
    machine, and not a name that its resolver would have to know.
    """
    functions = aws.client("lambda")
    for function in functions.list_functions()["Functions"]:
        if function["Handler"] == HANDLER:
            told = {
                "TRACEKEEP_SWEEP_AFTER_S": str(_SWEEP_AFTER_S),
                "AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE": f"http://0.0.0:{aws.port}",
            }
            variables = function["Environment"]["Variables"] | told
            functions.update_function_configuration(
                FunctionName=function["FunctionName"], Environment={"Variables": variables}
            )


def check_share(aws: Aws, outputs: Mapping[str, str], client: Client, sent: list[Sent]) -> None:
    """A link shows a trace, until it is switched off, and taken back. Raises: CheckFailed."""
    root = next(run for run in sent if run.parent_run_id is None and run.attachment is None)
    link = _opened(aws, outputs, client, root)
    _switched(client, link)
    _taken_back(client, link, root)


def _opened(aws: Aws, outputs: Mapping[str, str], client: Client, root: Sent) -> Link:
    """The trace, shared and read as nobody, without what is hidden."""
    asked = {"redaction": {"outputs": True}, "expires_in": 3_600}
    shared: Json = client.request_with_retries("PUT", f"/traces/{root.trace_id}/share", json=asked).json()
    token = shared["share_token"]
    page = f"{outputs['PageUrl']}/public/{token}/r"
    got = eventually(lambda: read(page), lambda got: got.status == _OK, "the page of a shared link", _WITHIN_S)
    if root.words not in got.text or "▇▇▇ outputs" not in got.text:
        raise CheckFailed(f"the first answer of {page} has not the trace, without its outputs: {got.text[:1_000]!r}")
    told = json.loads(got.text.partition('id="shared">')[2].partition("</script>")[0])
    _check_signature(aws, told)
    link = Link(
        shared["share_id"],
        page,
        f"{outputs['LangSmithEndpoint']}/public/{token}/run",
        f"{outputs['PageUrl']}{told['base']}runs/0.json?{told['query']}",
    )
    if link.statuses() != (_OK, _OK, _OK) or root.words not in read(link.file).text:
        raise CheckFailed(f"a link shows page, API and file as {link.statuses()}: {read(link.file)!r:.1000}")
    say("shared link: page with content, public API and a signed file were read through CloudFront, as nobody")
    return link


def _check_signature(aws: Aws, told: Json) -> None:
    """What the deployed room signs the deployed key group trusts, for these files alone. Raises: CheckFailed."""
    keys = trusted_keys(aws)
    address = f"{_signed_origin(told['query'])}{told['base']}trace.json"
    viewed = Viewed(address, told["query"], "127.0.0.1")
    try:
        check_signature(viewed, keys, time.time())
    except Refused as refused:
        raise CheckFailed(f"CloudFront would refuse what is signed for {address}: {refused}") from refused
    others = [viewed._replace(query=""), viewed._replace(address=address.replace("/s/", "/s/another-"))]
    if opened := [one.address for one in others if _is_trusted(one, keys)]:
        raise CheckFailed(f"CloudFront would not refuse {opened}")
    say(f"shared link: signature checked by infra/local/signatures.py against {len(keys)} keys of the deployed group")


def _is_trusted(viewed: Viewed, keys: KeyGroup) -> bool:
    try:
        check_signature(viewed, keys, time.time())
    except Refused:
        return False
    return True


def trusted_keys(aws: Aws) -> KeyGroup:
    """The public keys of the one key group that is deployed, as CloudFront's API lists them."""
    cdn = aws.client("cloudfront")
    [group] = cdn.list_key_groups()["KeyGroupList"]["Items"]
    keys = {}
    for key_id in group["KeyGroup"]["KeyGroupConfig"]["Items"]:
        pem = cdn.get_public_key(Id=key_id)["PublicKey"]["PublicKeyConfig"]["EncodedKey"]
        key = load_pem_public_key(pem.encode())
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise CheckFailed(f"public key {key_id} is not one on an elliptic curve")
        keys[key_id] = key
    return keys


def _signed_origin(query: str) -> str:
    """Scheme and host that a policy names: those of AWS, by which the emulator is not reached."""
    policy = dict(pair.split("=", 1) for pair in query.split("&"))["Policy"]
    resource = urlsplit(json.loads(link_bytes(policy))["Statement"][0]["Resource"])
    return f"{resource.scheme}://{resource.netloc}"


def _switched(client: Client, link: Link) -> None:
    """Switched off, nothing is read; on again, all of it is. Raises: CheckFailed."""
    took_s = {}
    for is_off, expected in ((True, (_NOT_FOUND, _NOT_FOUND, _FORBIDDEN)), (False, (_OK, _OK, _OK))):
        begin_s = time.monotonic()
        client.request_with_retries(
            "PUT", "/workspaces/current/share-settings", json={"sharing_disabled": is_off}
        ).raise_for_status()
        eventually(link.statuses, _is(expected), f"sharing_disabled={is_off}", _WITHIN_S)
        took_s[is_off] = time.monotonic() - begin_s
    say(f"shared link: switched off, refused in {took_s[True]:.1f} s; switched on, read again in {took_s[False]:.1f} s")


def _taken_back(client: Client, link: Link, root: Sent) -> None:
    """Taken back, nothing is read: the edge refuses first; and the receipt is whole. Raises: CheckFailed."""
    begin_s = time.monotonic()
    client.request_with_retries("DELETE", f"/runs/{root.id}/share").raise_for_status()
    eventually(link.statuses, _is((_NOT_FOUND, _NOT_FOUND, _FORBIDDEN)), "an unshare", _WITHIN_S)
    took_s = time.monotonic() - begin_s
    if not read(link.file).by_function:
        raise CheckFailed(f"{link.file} is refused by the bucket alone: the function knows nothing of it")
    path = f"/workspaces/current/shared/receipts/{link.share_id}"

    def receipt() -> Json:
        found: Json = client.request_with_retries("GET", path).json()
        return found

    done = eventually(receipt, lambda seen: bool(seen["state"] == "done"), f"receipt {link.share_id}", _WITHIN_S)
    steps = [step["step"] for step in done["steps"] if step["done_at"]]
    if tuple(steps) != _STEPS or not done["views"]:
        raise CheckFailed(f"the receipt of a share that was looked at lacks a step, or its views: {done!r}")
    say(f"shared link: taken back, refused in {took_s:.1f} s by page, API and the edge's function; receipt: {steps}")


def _is(expected: tuple[int, int, int]) -> Callable[[tuple[int, int, int]], bool]:
    return lambda seen: seen == expected


def read(url: str) -> Got:
    """What an address answers to whoever asks, without a key; `by_function` where no origin was asked."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 our own emulator
            return Got(answer.status, answer.read().decode(), by_function=False)
    except urllib.error.HTTPError as error:
        by_function = "FunctionGenerated" in error.headers.get("x-cache", "")
        return Got(error.code, error.read().decode(errors="replace"), by_function)
