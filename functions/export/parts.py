"""One Parquet file, written a row group at a time, so that no more than one group stands in memory unpacked."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from functions.export.columns import table_of
from shared.base.units import MIB, US_PER_S
from shared.exports.bulk_export import Compression
from shared.exports.manifest import PartFile
from shared.store.whole import ReadRun

GROUP_RUNS = 10_000
GROUP_BYTES = 32 * MIB
"""A row group ends with so many runs or so many bytes: what a reader must open at once."""
_BOUNDED = ("id", "trace_id", "start_time", "end_time", "status", "run_type", "name", "total_cost", "latency_seconds")
"""Columns whose smallest and largest value stand in each group, so that readers can leave groups out."""
_CODECS: dict[Compression, str] = {"none": "NONE", "gzip": "GZIP", "snappy": "SNAPPY", "zstandard": "ZSTD"}


class Part:
    """A Parquet file that is being written."""

    def __init__(self, date: str, schema: pa.Schema, compression: Compression) -> None:
        self.date = date
        self._schema = schema
        self._sink = io.BytesIO()
        # Statistics of payloads would only repeat them.
        bounded = [name for name in _BOUNDED if name in schema.names]
        self._writer = pq.ParquetWriter(self._sink, schema, compression=_CODECS[compression], write_statistics=bounded)
        self._waiting: list[pa.Table] = []
        self._waiting_runs = 0
        self._waiting_bytes = 0
        self._starts_us: list[int] = []

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return len(self._starts_us)

    @property
    def size_bytes(self) -> int:
        """How large it is so far, but for the group that waits."""
        return self._sink.tell()

    def add(self, runs: Sequence[ReadRun]) -> None:
        """Take these runs."""
        if not runs:
            return
        table = table_of(self._schema, runs)
        self._waiting.append(table)
        self._waiting_runs += len(runs)
        self._waiting_bytes += table.nbytes
        self._starts_us += [read.run.start_us for read in runs]
        if self._waiting_runs >= GROUP_RUNS or self._waiting_bytes >= GROUP_BYTES:
            self._write_group()

    def finished(self, path: str) -> tuple[bytes, PartFile]:
        """The file and what the manifest says of it."""
        self._write_group()
        self._writer.close()
        body = self._sink.getvalue()
        digest = hashlib.sha256(body).hexdigest()
        span = (written_time(min(self._starts_us)), written_time(max(self._starts_us)))
        return body, PartFile(path, self.runs, len(body), digest, *span)

    def _write_group(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=self._waiting_runs)
            self._waiting, self._waiting_runs, self._waiting_bytes = [], 0, 0


def written_time(time_us: int) -> str:
    """A time as manifests write it."""
    seconds, micros = divmod(time_us, US_PER_S)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{micros:06d}Z"
