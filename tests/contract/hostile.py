"""Requests that are meant to break a server, as bytes on the wire."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import zstandard

from tests.contract.curl import BOUNDARY, MULTIPART, multipart, part, run_part, whole_run

MIB = 1024 * 1024
JSON = {"content-type": "application/json"}
ZSTD = MULTIPART | {"content-encoding": "zstd"}
GZIP = MULTIPART | {"content-encoding": "gzip"}
RUN = str(uuid.UUID(int=1 << 76 | 7 << 76 | 2 << 62))


class Hostile(NamedTuple):
    """One request and the statuses that are right for it."""

    name: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[int] = frozenset({400, 413, 422})
    method: str = "POST"


def bombs() -> Iterator[Hostile]:
    """Bodies that are small on the wire and large when unpacked."""
    yield _upload("1 GiB of zeros in zstd", ZSTD, _zstd_zeros(1024), 413)
    yield _upload("200 MiB of zeros in gzip", GZIP, gzip.compress(bytes(200 * MIB), 1), 413)
    yield _upload("1,000 zstd frames of 1 MiB", ZSTD, zstandard.compress(bytes(MIB)) * 1000, 413)
    yield _upload("zstd that wants a window of 128 MiB", ZSTD, _wide_zstd())
    yield _upload("20,000 empty zstd frames", ZSTD, zstandard.compress(b"") * 20_000)
    yield _upload("100,000 empty gzip members", GZIP, gzip.compress(b"") * 100_000)
    yield _upload("zstd within zstd", MULTIPART | {"content-encoding": "zstd, zstd"}, zstandard.compress(b"x"))
    yield _upload("an encoding nobody knows", MULTIPART | {"content-encoding": "br"}, b"x")
    yield _batch("30 MiB of spaces in gzip JSON", gzip.compress(b" " * (30 * MIB)), {"content-encoding": "gzip"})


def broken_bodies() -> Iterator[Hostile]:
    """Bodies that end too early, lie about themselves, or have too much of something."""
    good = multipart(*(run_part(whole_run(inputs={"text": "x" * 2000})) for _ in range(50)))
    packed = zstandard.compress(good)
    yield _upload("zstd cut in half", ZSTD, packed[: len(packed) // 2])
    yield _upload("gzip cut in half", GZIP, gzip.compress(good)[: len(packed) // 2])
    yield _upload("zstd with a flipped byte", ZSTD, packed[:-40] + bytes([packed[-40] ^ 255]) + packed[-39:])
    yield _upload("plain bytes said to be zstd", ZSTD, good)
    yield _upload("a body cut in a part", MULTIPART, good[: len(good) // 2])
    yield _upload("no last boundary", MULTIPART, good[: -len(BOUNDARY) - 8])
    yield _upload("another boundary than announced", MULTIPART, good.replace(BOUNDARY.encode(), b"other"))
    yield _upload("no boundary announced", {"content-type": "multipart/form-data"}, good)
    yield _upload("a boundary of 5,000 letters", {"content-type": f"multipart/form-data; boundary={'b' * 5000}"}, b"x")
    yield _upload("nothing at all", MULTIPART, b"")
    yield _upload("random bytes", MULTIPART, bytes(range(256)) * 100)
    yield _upload("100,000 parts in zstd", ZSTD, zstandard.compress(_tiny_parts(100_000)), 413)
    for length in (-1, 0, 5, 10**6, 10**18):
        yield _upload(f"a part that says it has {length} bytes", MULTIPART, multipart(_lying(length)))
    yield _upload("a part name of 1 MiB", MULTIPART, multipart(part("post." + "x" * MIB, b"{}")))
    yield _upload("a part header of 1 MiB", MULTIPART, multipart(part(f"post.{RUN}", b"{}", "a/" + "b" * MIB)))
    yield _upload("10 MiB and a bit", MULTIPART, bytes(11 * MIB), 413)
    yield _upload("6 MiB, more than Lambda takes", MULTIPART, bytes(6 * MIB), 413)


def broken_json() -> Iterator[Hostile]:
    """JSON that is not, or that no parser should follow to its end."""
    for name, text in {
        "100,000 open brackets": b"[" * 100_000,
        "objects 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "a number of 1,000,000 digits": b'{"post":[{"start_time":' + b"9" * 1_000_000 + b"}]}",
        "text that is not UTF-8": b'{"post":[{"name":"\xff\xfe"}]}',
        "half a surrogate pair": b'{"post":[{"name":"\\ud800","id":"x"}]}',
        "NaN": b'{"post":[{"start_time":NaN}]}',
        "a list": b"[]",
        "null": b"null",
        "nothing": b"",
        "a number as batch": b'{"post":7}',
        "null as run": b'{"post":[null]}',
        "1,000,000 nulls as runs": b'{"post":[' + b"null," * 999_999 + b"null]}",
    }.items():
        yield _batch(name, text)
    deep = json.dumps(whole_run(RUN)).encode()
    for name, inputs in {"inputs 100,000 deep": b"[" * 100_000 + b"]" * 100_000, "inputs cut off": b'{"a":'}.items():
        body = multipart(part(f"post.{RUN}", deep), part(f"post.{RUN}.inputs", inputs))
        yield _upload(name, MULTIPART, body)


def broken_runs() -> Iterator[Hostile]:
    """Runs that are no runs."""
    changes: dict[str, dict[str, Any]] = {
        "an id that is none": {"id": "../../etc/passwd"},
        "an id that is a number": {"id": 7},
        "no id": {"id": None},
        "a run type nobody knows": {"run_type": "agent"},
        "a start in the year 9999999": {"start_time": "9999999-01-01T00:00:00"},
        "a start in words": {"start_time": "yesterday"},
        "a start at 10^300": {"start_time": 10**300},
        "a start that is a list": {"start_time": [1]},
        "an end that is an object": {"end_time": {"a": 1}},
        "a dotted order that is empty": {"dotted_order": ""},
        "a dotted order of another run": {"dotted_order": f"20261120T120000000000Z{RUN}"},
        "a dotted order 20,000 deep": {"dotted_order": ".".join([f"20261120T120000000000Z{RUN}"] * 20_000)},
        "a trace that its order is not of": {"trace_id": RUN},
        "a parent that its order has not": {"parent_run_id": RUN},
        "a project that is no id": {"session_id": "x"},
        "a project name of 1 MiB": {"session_name": "x" * MIB},
        "a project name of 1,001 letters": {"session_name": "x" * 1_001},
        "a name that is a list": {"name": [[]]},
        "tags that are a number": {"tags": 1},
    }
    for name, change in changes.items():
        yield _batch(name, json.dumps({"post": [{**whole_run(), **change}]}).encode())
        if name.startswith("a start"):
            yield _upload(f"{name}, in a part", MULTIPART, multipart(run_part({**whole_run(), **change})))
    yield _upload("an attachment named ../../x", MULTIPART, multipart(part(f"attachment.{RUN}.../../x", b"x", "a/b")))
    yield _upload("a part of an unknown kind", MULTIPART, multipart(part(f"drop.{RUN}", b"{}")))


def broken_questions() -> Iterator[Hostile]:
    """Reads that ask for what cannot be."""
    session = str(uuid.uuid4())
    asked: dict[str, Any] = {
        "an id that is none": {"session": ["x"]},
        "a session that is not a list": {"session": {"a": 1}},
        "a cursor made up": {"trace": session, "cursor": "eyJhIjoxfQ"},
        "a cursor of 1 MiB": {"trace": session, "cursor": "x" * MIB},
        "a limit in words": {"id": [session], "limit": "all"},
        "a start in words": {"trace": session, "start_time": "yesterday"},
        "an order nobody knows": {"id": [session], "order": "sideways"},
        "10,000 ids that are none": {"id": ["x"] * 10_000},
    }
    wrong = frozenset({400, 404, 413, 422})
    for name, body in asked.items():
        yield Hostile(f"query: {name}", "/runs/query", JSON, json.dumps(body).encode(), wrong)
    yield Hostile("query: objects 100,000 deep", "/runs/query", JSON, b'{"a":' * 100_000, wrong)
    yield Hostile("v2 query: a page of -1", "/v2/runs/query", JSON, b'{"project_ids":["x"],"page_size":-1}', wrong)
    yield Hostile("v2 query: not UTF-8", "/v2/runs/query", JSON, b'{"cursor":"\xff"}', wrong)
    yield Hostile("a project without a name", "/sessions", JSON, b'{"name":""}', wrong)
    yield Hostile("a project of 1 MiB", "/sessions", JSON, json.dumps({"name": "x" * MIB}).encode(), wrong)
    yield Hostile("a run id that is none", "/runs/..%2f..%2fetc%2fpasswd", {}, b"", wrong, "GET")
    yield Hostile("a run id with a NUL", "/runs/%00", {}, b"", wrong, "GET")
    yield Hostile("a path of 20,000 letters", f"/runs/{'x' * 20_000}", {}, b"", wrong | {414, 431}, "GET")
    yield Hostile("a method nobody knows", "/runs/query", {}, b"", frozenset({400, 404, 405}), "BREW")
    yield Hostile("a link that nobody signed", "/__objects/base/x", {}, b"", frozenset({403, 404}), "GET")


def _upload(name: str, headers: dict[str, str], body: bytes, *statuses: int) -> Hostile:
    wanted = frozenset(statuses) or Hostile._field_defaults["statuses"]
    return Hostile(name, "/runs/multipart", headers, body, wanted)


def _batch(name: str, body: bytes, headers: dict[str, str] | None = None) -> Hostile:
    return Hostile(f"batch: {name}", "/runs/batch", JSON | (headers or {}), body)


def _zstd_zeros(mebibytes: int) -> bytes:
    packer, zeros = zstandard.ZstdCompressor().compressobj(), bytes(MIB)
    return b"".join(packer.compress(zeros) for _ in range(mebibytes)) + packer.flush()


def _wide_zstd() -> bytes:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    return packer.compress(multipart(run_part(whole_run()))) + packer.flush()


def _tiny_parts(count: int) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="post.{RUN}"\r\n\r\n{{}}\r\n'
    return head.encode() * count + f"--{BOUNDARY}--\r\n".encode()


def _lying(length: int) -> bytes:
    return part(f"post.{RUN}", json.dumps(whole_run(RUN)).encode(), length=length)
