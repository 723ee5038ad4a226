"""Deletion for `deploy_check`: by ids and by metadata, with receipts, and then a look at every byte that is left.

What each trace says holds words that no other trace says. Those of deleted traces must be nowhere, behind no
compression; those of the others must be found, or the look would prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import zstandard
from langsmith import Client

from infra.check_steps import CheckFailed, eventually, say
from infra.check_traffic import PROJECT, Sent
from infra.emulator import Aws

_FRAME = b"\x01\x28\xb5\x2f\xfd"
"""How a codec frame begins: its format, then zstd's own magic number."""
_REMOVED_WITHIN_S = 60.0
_SETTLE_S = 2
_ROOMS_THAT_SETTLE = ("functions.api.handler.handler", "functions.erase.handler.handler")

Json = dict[str, Any]
Bodies = Iterable[tuple[str, bytes]]


def settle_soon(aws: Aws) -> None:
    """Let the rooms wait for seconds before they remove: here nobody records while something is erased."""
    functions = aws.client("lambda")
    for function in functions.list_functions()["Functions"]:
        if function["Handler"] in _ROOMS_THAT_SETTLE:
            variables = function["Environment"]["Variables"] | {"TRACEKEEP_SETTLE_S": str(_SETTLE_S)}
            functions.update_function_configuration(
                FunctionName=function["FunctionName"], Environment={"Variables": variables}
            )


def to_delete(sent: Sequence[Sent]) -> tuple[list[Sent], list[Sent], str]:
    """The roots to delete by id, those to delete by metadata, and the customer that these have.

    The first of all are the large one and those with attachments.
    """
    roots = [run for run in sent if run.parent_run_id is None]
    by_id = [run for run in roots if run.customer == roots[0].customer]
    customer = roots[1].customer
    return by_id, [run for run in roots if run.customer == customer], customer


def delete(client: Client, sent: Sequence[Sent]) -> list[Sent]:
    """Delete some of what was sent, and read the receipts when all is done; what is left. Raises: CheckFailed."""
    by_id, by_metadata, customer = to_delete(sent)
    project = str(client.read_project(project_name=PROJECT).id)
    named = {"session_id": project, "trace_ids": [str(run.trace_id) for run in by_id]}
    asked: list[tuple[Json, list[Sent]]] = [(named, by_id), ({"metadata": {"customer": customer}}, by_metadata)]
    receipts = [_asked(client, body) for body, _ in asked]
    for deletion_id, (_, roots) in zip(receipts, asked, strict=True):
        check_receipt(_done(client, deletion_id), roots)
    gone = {run.trace_id for run in [*by_id, *by_metadata]}
    return [run for run in sent if run.trace_id not in gone]


def _asked(client: Client, body: Json) -> str:
    """The id of a deletion. Raises: CheckFailed when what it names can still be read."""
    answer = client.request_with_retries("POST", "/runs/delete", json=body)
    if "trace_ids" in body:
        listed = client.request_with_retries("POST", "/runs/query", json={"trace": body["trace_ids"][0]}).json()
        if listed["runs"]:
            raise CheckFailed(f"trace {body['trace_ids'][0]} can be read after its deletion was answered")
    deletion_id: str = answer.json()["deletion_id"]
    return deletion_id


def _done(client: Client, deletion_id: str) -> Json:
    def look() -> Json:
        receipt: Json = client.request_with_retries("GET", f"/deletions/{deletion_id}").json()
        return receipt

    return eventually(look, lambda seen: bool(seen["state"] == "done"), f"deletion {deletion_id}", _REMOVED_WITHIN_S)


def check_receipt(receipt: Json, roots: Sequence[Sent]) -> None:
    """A receipt counts what was sent. Raises: CheckFailed."""
    steps = {step["step"]: step for step in receipt["steps"]}
    attachments = sum(run.attachment is not None for run in roots)
    counted = (receipt["traces"]["removed"], steps["lists"]["heads"], steps["payloads"]["attachments"])
    say(f"deletion by {', '.join(receipt['named'])}: {receipt['traces']['removed']} traces removed, {steps['traces']}")
    if counted != (len(roots), len(roots), attachments) or not all(step["done_at"] for step in steps.values()):
        raise CheckFailed(f"deleted were {len(roots)} traces with {attachments} attachments; the receipt: {receipt!r}")


def check_bytes(bodies: Bodies, sent: Sequence[Sent], left: Sequence[Sent]) -> None:
    """What was deleted is in none of these bodies, and what was not is in some. Raises: CheckFailed."""
    words = {run.words for run in sent}
    kept = {run.words for run in left}
    found = places_of(words, bodies)
    say(f"words of {len(words - kept)} deleted traces found in {len(found.keys() - kept)} places, of the others in all")
    if remains := sorted(place for word, place in found.items() if word not in kept):
        raise CheckFailed(f"deleted and still there: {len(remains)} traces, first in {remains[:3]}")
    if lost := kept - found.keys():
        raise CheckFailed(f"not deleted and yet not found: {len(lost)} of {len(kept)} traces")


def places_of(words: Iterable[str], bodies: Bodies) -> dict[str, str]:
    """For each word that is in one of the bodies, behind whatever compression, where."""
    wanted = {word: word.encode() for word in words}
    found: dict[str, str] = {}
    for place, body in bodies:
        for text in (body, *frames_in(body)):
            found |= {word: place for word, raw in wanted.items() if raw in text}
    return found


def frames_in(raw: bytes) -> Iterator[bytes]:
    """Everything in these bytes that can be decompressed."""
    begin = raw.find(_FRAME)
    while begin >= 0:
        opened = zstandard.ZstdDecompressor().decompressobj().decompress(raw[begin + 1 :])
        yield opened
        yield from frames_in(opened)
        begin = raw.find(_FRAME, begin + 1)


def stored(aws: Aws, outputs: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every attribute of every row of both tables, and every object but exports."""
    pages = aws.client("dynamodb").get_paginator("scan")
    for table in (outputs["TracesTableName"], outputs["ControlTableName"]):
        for page in pages.paginate(TableName=table):
            for row in page["Items"]:
                place = f"{table} {row['pk']['S']} {row['sk']['S']}"
                yield from ((place, _bytes_of(value)) for typed in row.values() for value in typed.values())
    objects = aws.client("s3")
    for page in objects.get_paginator("list_objects_v2").paginate(Bucket=outputs["BucketName"]):
        for one in page.get("Contents", []):
            if not one["Key"].startswith("exports/"):
                yield one["Key"], objects.get_object(Bucket=outputs["BucketName"], Key=one["Key"])["Body"].read()


def _bytes_of(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
