"""What `GET /info` says: it decides how the clients batch, compress and which of their methods they use."""

from __future__ import annotations

from typing import Any

from functions.receive.settings import ReceiveSettings

VERSION = "0.18.0"
"""The LangSmith version whose contract is kept; from 0.18.0 on the clients use all of their v2 methods."""
MAX_OPERATIONS = 100
"""What clients are told to put into one batch."""


def service_facts(settings: ReceiveSettings) -> dict[str, Any]:
    """The answer. The Python client needs all three scaling numbers once the object is there."""
    return {
        "version": VERSION,
        "license_expiration_time": None,
        "batch_ingest_config": {
            "use_multipart_endpoint": True,
            "scale_up_qsize_trigger": 1000,
            "scale_up_nthreads_limit": 16,
            "scale_down_nempty_trigger": 4,
            "size_limit": MAX_OPERATIONS,
            "size_limit_bytes": settings.advertised_batch_bytes,
        },
        "instance_flags": {
            "zstd_compression_enabled": True,
            "gzip_body_enabled": True,
            "dataset_examples_multipart_enabled": True,
            "examples_multipart_enabled": True,
            "ch_query_enabled": True,
            "sdb_query_enabled": True,
        },
    }
