"""A project as the wire shows it, where it is called a session."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.project_stats import ProjectStats
from functions.api.schemas.moments import naive, seconds
from functions.api.schemas.money import amount
from functions.api.schemas.run_parts import WIRE_TIERS
from shared.projects.project import Project


def session_of(project: Project, stats: ProjectStats | None = None) -> dict[str, Any]:
    """The project, with its statistics where they were asked for."""
    return {
        "id": project.id,
        "tenant_id": project.workspace,
        "name": project.name,
        "description": project.description,
        "start_time": naive(project.start_us or project.created_us),
        "end_time": naive(project.end_us),
        "extra": None if project.extra is None else msgspec.Raw(project.extra.encode()),
        "reference_dataset_id": project.reference_dataset_id,
        "default_dataset_id": project.default_dataset_id,
        "trace_tier": None if project.trace_tier is None else WIRE_TIERS[project.trace_tier],
        **({} if stats is None else _wire_stats(stats)),
    }


def _wire_stats(stats: ProjectStats) -> dict[str, Any]:
    """Counts are of traces; times are seconds."""
    return {
        "run_count": stats.traces,
        "error_rate": stats.error_rate,
        "streaming_rate": stats.streaming_rate,
        "latency_p50": seconds(stats.latency_p50_us),
        "latency_p99": seconds(stats.latency_p99_us),
        "first_token_p50": seconds(stats.first_token_p50_us),
        "first_token_p99": seconds(stats.first_token_p99_us),
        "total_tokens": stats.total_tokens,
        "prompt_tokens": stats.prompt_tokens,
        "completion_tokens": stats.completion_tokens,
        "total_cost": amount(stats.total_cost),
        "prompt_cost": amount(stats.prompt_cost),
        "completion_cost": amount(stats.completion_cost),
        "last_run_start_time": naive(stats.last_start_us),
        "last_run_start_time_live": naive(stats.last_start_us),
    }
