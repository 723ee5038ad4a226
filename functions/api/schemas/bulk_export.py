"""Bulk exports and their destinations, as the wire writes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.api.schemas.asked import Asked, Moment, uuid_of
from functions.api.schemas.moments import asked_us, naive
from shared.base.errors import Malformed
from shared.base.ids import new_uuid
from shared.exports.bulk_export import BulkExport, Compression, Destination, ExportWindow, check
from shared.exports.layout import checked_prefix, folder, manifest_path
from shared.runs.filter.parse import parse


class BulkExportCreate(Asked):
    """Which runs go into files, and how often."""

    session_id: str
    start_time: Moment
    end_time: Moment | None = None
    bulk_export_destination_id: str | None = None
    filter: str | None = None
    format: Literal["Parquet"] = "Parquet"
    compression: Compression = "zstandard"
    interval_hours: int | None = None
    export_fields: list[str] | None = None

    def created(self, workspace: str, destination: Destination | None, now_us: int) -> BulkExport:
        """The export that this asks for. Raises: Malformed."""
        if self.filter:
            parse(self.filter)
        return check(
            BulkExport(
                new_uuid(),
                workspace,
                uuid_of(self.session_id, "session_id"),
                now_us,
                asked_us(self.start_time, "start_time") or 0,
                asked_us(self.end_time, "end_time"),
                self.filter or None,
                self.compression,
                self.interval_hours,
                None if destination is None else destination.id,
                "" if destination is None else destination.prefix,
                None if self.export_fields is None else ",".join(self.export_fields),
            )
        )


class BulkExportChange(Asked):
    """The one thing that can be changed."""

    status: Literal["Cancelled"]


class DestinationConfig(BaseModel):
    """Where in the deployment's own exports; the fields of foreign buckets are refused, not ignored."""

    model_config = ConfigDict(extra="ignore")

    prefix: str = ""
    bucket_name: str | None = None
    endpoint_url: str | None = None
    aws_role_arn: str | None = None


class DestinationCreate(Asked):
    """A place for exports."""

    display_name: str = Field(min_length=1, max_length=200)
    destination_type: Literal["s3"] = "s3"
    config: DestinationConfig = DestinationConfig()
    credentials: dict[str, Any] | None = None

    def created(self, workspace: str, bucket: str, now_us: int) -> Destination:
        """The destination that this asks for. Raises: Malformed."""
        if self.credentials:
            raise Malformed("credentials: Tracekeep writes by its own role and keeps no one's keys; leave them out")
        if self.config.bucket_name not in {None, "", bucket} or self.config.endpoint_url or self.config.aws_role_arn:
            raise Malformed(
                f"config: exports go into the deployment's own bucket ({bucket}); give a prefix alone, and let S3 "
                "replicate it to where it is needed"
            )
        return Destination(new_uuid(), workspace, self.display_name, checked_prefix(self.config.prefix), now_us)


def export_object(export: BulkExport) -> dict[str, Any]:
    """An export. `folder` is where its files are: a prefix of the bucket, or a folder under the laptop's data."""
    return {
        "id": export.id,
        "tenant_id": export.workspace,
        "session_id": export.project,
        "bulk_export_destination_id": export.destination,
        "status": export.status,
        "start_time": naive(export.start_us),
        "end_time": naive(export.end_us),
        "filter": export.filter,
        "format": "Parquet",
        "format_version": "v1",
        "compression": export.compression,
        "interval_hours": export.interval_hours,
        "export_fields": None if export.fields is None else export.fields.split(","),
        "created_at": naive(export.created_us),
        "folder": folder(export),
    }


def run_object(export: BulkExport, window: ExportWindow) -> dict[str, Any]:
    """One window of an export. `manifest` is there when all its files are."""
    is_complete = window.status == "Completed"
    return {
        "id": f"{window.export}-{window.start_us}",
        "bulk_export_id": window.export,
        "status": window.status,
        "start_time": naive(window.start_us),
        "end_time": naive(window.end_us),
        "metadata": {"prefix": folder(export), "start_time": naive(window.start_us), "end_time": naive(window.end_us)},
        "errors": {"message": window.error} if window.error else None,
        "files": window.parts,
        "rows_exported": window.runs,
        "created_at": naive(window.created_us),
        "finished_at": naive(window.finished_us),
        "manifest": f"{folder(export)}/{manifest_path(export, window)}" if is_complete else None,
    }


def destination_object(destination: Destination, bucket: str) -> dict[str, Any]:
    """A destination."""
    return {
        "id": destination.id,
        "tenant_id": destination.workspace,
        "display_name": destination.name,
        "destination_type": "s3",
        "config": {"bucket_name": bucket, "prefix": destination.prefix},
        "created_at": naive(destination.created_us),
    }
